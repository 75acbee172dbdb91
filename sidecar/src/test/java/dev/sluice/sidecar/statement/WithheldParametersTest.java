package dev.sluice.sidecar.statement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Column;
import dev.sluice.policy.bundle.Bundle.Relation;
import dev.sluice.sql.postgres.Limits;
import dev.sluice.sql.postgres.SqlAnalyzer;
import dev.sluice.sql.postgres.grammar.PgQueryLibrary;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WithheldParametersTest {
  private static final SqlAnalyzer ANALYZER =
      new SqlAnalyzer(PgQueryLibrary.load(), Limits.DEFAULT);

  private static final Bundle BUNDLE =
      new Bundle(
          Bundle.FORMAT,
          "r1",
          Bundle.State.ACTIVE,
          "",
          "shop/orders",
          "databases/orders",
          "p",
          new Bundle.Target(
              "PostgreSQL", List.of(), "shop", new Bundle.Tls(Bundle.TlsMode.DISABLE, null), "15"),
          "r",
          List.of("r", "public"),
          false,
          List.of(
              relation("orders", new Column("id", "integer", null, null), note(null, null)),
              relation("customers", note("pii.name", "Nullify")),
              relation("payments", note("pci.pan", null))),
          List.of(),
          new Bundle.SessionLimits(1, 0, 0, null),
          Bundle.Revocation.FINISH_STATEMENT);

  @AfterAll
  static void close() {
    ANALYZER.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT $1",
        "SELECT id, note FROM orders WHERE id = $1",
        "SELECT * FROM public.orders o WHERE o.note LIKE $1 ORDER BY id LIMIT $2",
        "INSERT INTO orders (id, note) VALUES ($1, $2)",
        "UPDATE orders SET note = $1 WHERE id = $2",
        "DELETE FROM orders WHERE id = $1"
      })
  void whatMeetsNothingSensitiveMayBeTold(String text) {
    assertThat(withheld(text).holds(0)).as(text).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A masked table, a classified one, and one beside another.
        "SELECT * FROM customers WHERE note = $1",
        "INSERT INTO customers (note) VALUES ($1)",
        "SELECT * FROM payments WHERE note = $1",
        "SELECT * FROM orders, public.customers c WHERE orders.id = $1",
        "WITH c AS (SELECT * FROM customers) SELECT * FROM orders WHERE id = $1",
        // What the grant does not have or does not show.
        "SELECT * FROM staff WHERE id = $1",
        "SELECT * FROM other.orders WHERE id = $1",
        "SELECT * FROM pg_catalog.pg_stats WHERE tablename = $1",
        "SELECT * FROM orders WHERE card = $1",
        "INSERT INTO orders VALUES ($1, $2, $3)",
        // What may do anything.
        "SELECT find_customer($1)",
        "CALL p($1)",
        "SELEC $1"
      })
  void whatMayMeetAnythingSensitiveIsWithheld(String text) {
    assertThat(withheld(text).holds(0)).as(text).isTrue();
    assertThat(withheld(text).holds(7)).as(text).isTrue();
  }

  @Test
  void someMayBeWithheldAlone() {
    WithheldParameters withheld = new WithheldParameters(false, Set.of(1));
    assertThat(withheld.holds(0)).isFalse();
    assertThat(withheld.holds(1)).isTrue();
  }

  private static WithheldParameters withheld(String text) {
    return Evidence.of(ANALYZER.analyze(text).statements().getFirst(), BUNDLE).withheld();
  }

  private static Relation relation(String name, Column... columns) {
    return new Relation("public", name, null, false, List.of("SELECT"), List.of(columns));
  }

  private static Column note(@Nullable String classification, @Nullable String mask) {
    return new Column("note", "text", classification, mask);
  }
}
