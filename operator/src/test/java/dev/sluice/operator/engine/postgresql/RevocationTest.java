package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.failure;
import static dev.sluice.operator.engine.postgresql.Governed.run;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.operator.engine.Released;
import dev.sluice.operator.engine.Revoked;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Taking back leaves nothing, neither sessions nor roles nor privileges. */
class RevocationTest {
  private static final String GRANTS =
      """
      - {tables: [public.customers], privileges: [SELECT, INSERT, UPDATE, DELETE]}
      - {tables: [public.orders], privileges: [SELECT, INSERT], rows: "total > 0"}
      """;

  @EngineCase
  void leavesTheDatabaseAsItWas(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    List<String> before = state(shop);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    Connection one = shop.login(shop.engine.issueLogin(plan, "pod-1"));
    Connection two = shop.login(shop.engine.issueLogin(plan, "pod-2"));
    assertThat(shop.engine.podsWithLogin(plan.access())).isEqualTo(2);
    assertThat(state(shop)).isNotEqualTo(before);

    assertThat(shop.engine.revoke(plan.access(), Bundle.Revocation.FINISH_STATEMENT))
        .isEqualTo(new Revoked(true, 0));
    assertThat(failure(one, "SELECT 1").getSQLState()).isIn("57P01", "08006");
    assertThat(failure(two, "SELECT 1").getSQLState()).isIn("57P01", "08006");
    assertThat(shop.engine.release()).isEqualTo(new Released(true, List.of()));
    assertThat(state(shop)).isEqualTo(before);
    // Both are idempotent.
    assertThat(shop.engine.revoke(plan.access(), Bundle.Revocation.TERMINATE).complete()).isTrue();
    assertThat(shop.engine.release().complete()).isTrue();
    shop.close();
  }

  /** Roles of this database's access, schemas, access control lists and their owners. */
  private static List<String> state(Governed shop) throws SQLException {
    return shop.superuser(
        """
        SELECT x FROM (
          SELECT 'role ' || rolname FROM pg_roles WHERE rolname LIKE 'sluice\\_shop%%'
            AND EXISTS (SELECT FROM pg_shdescription d WHERE d.objoid = pg_roles.oid AND d.description LIKE '%%uid %sorders%%')
          UNION ALL SELECT 'schema ' || nspname || coalesce(nspacl::text, '') FROM pg_namespace
            WHERE nspname <> 'pg_toast' AND nspname NOT LIKE 'pg\\_temp%%' AND nspname NOT LIKE 'pg\\_toast%%'
          UNION ALL SELECT 'relation ' || oid::regclass || coalesce((
              SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(relacl) a
              WHERE split_part(a::text, '=', 1) <> pg_get_userbyid(relowner)), '')
            FROM pg_class WHERE relnamespace = 'public'::regnamespace
          UNION ALL SELECT 'column ' || attrelid::regclass || attname || attacl::text FROM pg_attribute
            WHERE attacl IS NOT NULL AND array_length(attacl, 1) > 0
          UNION ALL SELECT concat('shared ', deptype, classid::regclass, objid) FROM pg_shdepend
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND refobjid IN (SELECT oid FROM pg_roles WHERE rolname LIKE 'sluice%%')
        ) AS all_of_it (x) ORDER BY 1
        """
            .formatted(shop.database));
  }

  @EngineCase
  void runningStatementsMayFinish(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    Connection busy = shop.login(shop.engine.issueLogin(plan, "pod-1"));
    Connection idle = shop.login(shop.engine.issueLogin(plan, "pod-1"));
    run(idle, "BEGIN");
    // Held by the statement that waits for it, until the test lets go.
    try (Connection holder = shop.server.connect(shop.database, TestServer.SUPERUSER, "")) {
      run(holder, "SELECT pg_advisory_lock(1)");
      CompletableFuture<List<String>> running =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return strings(
                      busy, "SELECT pg_advisory_xact_lock(1)::text || count(ssn) FROM customers");
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      await()
          .until(
              () ->
                  !shop.superuser(
                          "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                      .isEmpty());
      assertThat(shop.engine.revoke(plan.access(), Bundle.Revocation.FINISH_STATEMENT))
          .isEqualTo(new Revoked(false, 1));
      assertThat(failure(idle, "SELECT 1").getSQLState()).isIn("57P01", "08006");
      run(holder, "SELECT pg_advisory_unlock(1)");
      assertThat(running.join()).containsExactly("20");
    }
    // What comes after it finds no privilege any more.
    assertThat(failure(busy, "SELECT count(*) FROM customers").getSQLState()).isEqualTo("42501");
    assertThat(shop.engine.revoke(plan.access(), Bundle.Revocation.FINISH_STATEMENT))
        .isEqualTo(new Revoked(true, 0));
    shop.close();
  }

  @EngineCase
  void runningStatementsAreEndedWhereThatIsWanted(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    Connection busy = shop.login(plan);
    CompletableFuture<String> state =
        CompletableFuture.supplyAsync(() -> failure(busy, "SELECT pg_sleep(600)").getSQLState());
    await()
        .until(
            () ->
                !shop.superuser(
                        "SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND"
                            + " state = 'active' AND datname = current_database()")
                    .isEmpty());
    assertThat(shop.engine.revoke(plan.access(), Bundle.Revocation.TERMINATE))
        .isEqualTo(new Revoked(true, 0));
    assertThat(state.join()).isIn("57P01", "08006");
    shop.close();
  }

  @EngineCase
  void oneOfTwoAccessesLeavesTheOther(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan first = shop.plan(GRANTS);
    AccessPlan second =
        shop.plan(
            Governed.access("reports", "- {tables: [public.customers], privileges: [SELECT]}"),
            Governed.DATABASE,
            Governed.POLICY);
    shop.engine.apply(first);
    shop.engine.apply(second);
    Connection session = shop.login(second);
    shop.engine.revoke(first.access(), Bundle.Revocation.TERMINATE);
    assertThat(strings(session, "SELECT ssn FROM customers WHERE id = 1"))
        .containsExactly("*********31");
    assertThat(shop.engine.apply(second).mended()).isEmpty();
    // What only the first needed is no longer held by the owner of views.
    assertThat(
            shop.superuser(
                """
                SELECT oid::regclass::text FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relacl::text LIKE '%sluice_owner=%'
                """))
        .containsExactly("customers");
    assertThat(shop.engine.release().complete()).isFalse();
    shop.engine.revoke(second.access(), Bundle.Revocation.TERMINATE);
    assertThat(shop.engine.release().complete()).isTrue();
    shop.close();
  }

  @EngineCase
  void tablesMadeByMigrationsStay(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan =
        shop.plan(
            """
            metadata: {name: migrations}
            spec:
              databaseRef: {name: orders, namespace: databases}
              subjects: [{kind: ServiceAccount, name: flyway}]
              purpose: migrations
              schemaChanges: Allowed
              grants:
              - {tables: [public.orders], privileges: [SELECT]}
            """,
            Governed.DATABASE + "  ceiling: {schemaChanges: Allowed}\n",
            Governed.POLICY);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    run(
        session,
        "CREATE TABLE audit (id int PRIMARY KEY, what text); INSERT INTO audit VALUES (1, 'x')");
    run(session, "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC");
    assertThat(shop.engine.apply(plan).mended()).isEmpty();
    assertThat(shop.engine.revoke(plan.access(), Bundle.Revocation.TERMINATE).complete()).isTrue();
    assertThat(shop.superuser("SELECT tableowner FROM pg_tables WHERE tablename = 'audit'"))
        .containsExactly(shop.adminRole);
    shop.close();
  }
}
