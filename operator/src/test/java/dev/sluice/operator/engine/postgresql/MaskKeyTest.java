package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.denied;
import static dev.sluice.operator.engine.postgresql.Governed.run;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.plan.AccessPlan;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A new key of the masks changes all of them together, and what is not keyed stays. */
class MaskKeyTest {
  private static final String KEYED =
      "SELECT email || ' ' || card FROM customers WHERE id <= 20 ORDER BY id";

  @EngineCase
  void everyKeyedMaskChangesAtOnceAndOnce(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan("- {tables: [public.customers], privileges: [SELECT]}\n");
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    Connection other = shop.login(plan);
    List<String> before = strings(session, KEYED);
    List<String> unkeyed = strings(session, "SELECT ssn || birth_date FROM customers ORDER BY id");
    // A transaction with one snapshot ends with the key with which it began.
    run(other, "BEGIN ISOLATION LEVEL REPEATABLE READ");
    assertThat(strings(other, KEYED)).isEqualTo(before);

    assertThat(shop.engine.rotateMaskKey("2026-11")).isTrue();

    List<String> after = strings(session, KEYED);
    assertThat(after).hasSameSizeAs(before).doesNotContainAnyElementsOf(before);
    assertThat(strings(session, "SELECT ssn || birth_date FROM customers ORDER BY id"))
        .isEqualTo(unkeyed);
    assertThat(strings(other, KEYED)).isEqualTo(before);
    run(other, "COMMIT");
    assertThat(strings(other, KEYED)).isEqualTo(after);

    // Neither the same word again, nor one of before, nor preparing anew makes another one.
    assertThat(shop.engine.rotateMaskKey("2026-11")).isFalse();
    assertThat(shop.engine.rotateMaskKey("2026-12")).isTrue();
    List<String> last = strings(session, KEYED);
    assertThat(shop.engine.rotateMaskKey("2026-11")).isFalse();
    assertThat(shop.engine.prepare().mended()).isEmpty();
    assertThat(strings(session, KEYED)).isEqualTo(last).doesNotContainAnyElementsOf(after);
    denied(session, "SELECT word FROM sluice.key_rotations");
    shop.close();
  }

  @EngineCase
  void databasesWithOneSecretHaveTheSameTokens(int version, Admin kind) throws SQLException {
    byte[] secret = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    List<Governed> shops =
        List.of(
            Governed.database(version, kind, Governed.SHOP),
            Governed.database(version, kind, Governed.SHOP));
    List<Connection> sessions = new ArrayList<>();
    for (Governed shop : shops) {
      shop.engine.prepare();
      AccessPlan plan = shop.plan("- {tables: [public.customers], privileges: [SELECT]}\n");
      shop.engine.apply(plan);
      sessions.add(shop.login(plan));
    }
    assertThat(strings(sessions.get(0), KEYED)).isNotEqualTo(strings(sessions.get(1), KEYED));

    for (Governed shop : shops) {
      assertThat(shop.engine.useMaskKey(secret, "")).isTrue();
      assertThat(shop.engine.useMaskKey(secret, "")).isFalse();
    }
    List<String> shared = strings(sessions.get(0), KEYED);
    assertThat(strings(sessions.get(1), KEYED)).isEqualTo(shared);

    for (Governed shop : shops) {
      assertThat(shop.engine.useMaskKey(secret, "2026-12")).isTrue();
      assertThat(shop.engine.prepare().mended()).isEmpty();
    }
    assertThat(strings(sessions.get(1), KEYED))
        .isEqualTo(strings(sessions.get(0), KEYED))
        .doesNotContainAnyElementsOf(shared);
    for (Governed shop : shops) {
      shop.close();
    }
  }
}
