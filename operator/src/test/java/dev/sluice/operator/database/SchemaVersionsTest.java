package dev.sluice.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operator.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaVersionsTest {
  private static final DatabaseKey ORDERS = new DatabaseKey("databases", "orders");

  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-30T00:00:00Z"));
  private final SchemaVersions versions = new SchemaVersions(clock);
  private final List<DatabaseKey> told = new ArrayList<>();

  SchemaVersionsTest() {
    versions.onChange(told::add);
  }

  @Test
  void changesAreToldAndTheFirstLookIsNone() {
    versions.look(ORDERS, () -> "one");
    versions.look(ORDERS, () -> "one");
    assertThat(told).isEmpty();
    assertThat(versions.look(ORDERS, () -> "two")).isEqualTo("two");
    assertThat(told).containsExactly(ORDERS);
  }

  @Test
  void whatChangesBeforeTheFirstLookIsToldToWhomBegan() {
    versions.begin(ORDERS, () -> "one");
    versions.begin(ORDERS, () -> "two");
    assertThat(versions.last(ORDERS)).isEqualTo("one");
    assertThat(told).isEmpty();
    versions.look(ORDERS, () -> "two");
    assertThat(told).containsExactly(ORDERS);
  }

  @Test
  void whatChangesWhileTwoBeginIsTold() {
    versions.begin(
        ORDERS,
        () -> {
          versions.begin(ORDERS, () -> "one");
          return "two";
        });
    assertThat(told).containsExactly(ORDERS);
  }

  @Test
  void lookThatFailsChangesNothing() {
    versions.look(ORDERS, () -> "one");
    assertThatThrownBy(
            () ->
                versions.look(
                    ORDERS,
                    () -> {
                      throw new IllegalStateException("away");
                    }))
        .hasMessage("away");
    assertThat(versions.last(ORDERS)).isEqualTo("one");
    assertThat(told).isEmpty();
  }

  @Test
  void databaseInWhichALookTakesLongIsLookedAtMoreRarely() {
    versions.look(ORDERS, () -> taking(Duration.ofSeconds(4)));
    versions.look(ORDERS, () -> taking(Duration.ofSeconds(4)));
    clock.advance(Duration.ofSeconds(55));
    assertThat(versions.look(ORDERS, () -> "two")).isEqualTo("one");
    clock.advance(Duration.ofSeconds(1));
    assertThat(versions.look(ORDERS, () -> "two")).isEqualTo("two");
    assertThat(versions.look(ORDERS, () -> "three")).isEqualTo("three");
  }

  private String taking(Duration duration) {
    clock.advance(duration);
    return "one";
  }

  @Test
  void databaseThatTakesLongToFailHoldsTheOthersUpMoreRarely() {
    assertThatThrownBy(
            () ->
                versions.look(
                    ORDERS,
                    () -> {
                      clock.advance(Duration.ofSeconds(10));
                      throw new IllegalStateException("away");
                    }))
        .hasMessage("away");
    assertThat(versions.look(ORDERS, () -> "one")).isEmpty();
    clock.advance(Duration.ofSeconds(170));
    assertThat(versions.look(ORDERS, () -> "one")).isEqualTo("one");
    assertThat(told).isEmpty();
  }

  @Test
  void whatIsForgottenIsNew() {
    versions.look(ORDERS, () -> "one");
    versions.forget(ORDERS);
    assertThat(versions.last(ORDERS)).isEmpty();
    versions.look(ORDERS, () -> "two");
    assertThat(told).isEmpty();
  }
}
