package dev.sluice.operator.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.engine.SchemaChange;
import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Who is noted for changing a schema without a gate, and who is not. */
class ShadowWatchTest {
  private static List<String> noted(Governed shop) {
    return shop.engine.schemaChanges().stream()
        .map(each -> each.tag() + " " + each.objects())
        .toList();
  }

  @EngineCase
  void othersAreNotedAndNeitherGatesNorSluiceAre(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    boolean may = kind == Admin.SUPERUSER;
    assertThat(shop.engine.watchSchemaChanges(true)).isEqualTo(may);
    assertThat(shop.engine.watchSchemaChanges(true)).isEqualTo(may);

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
    Connection gate = shop.login(plan);
    Governed.run(gate, "CREATE TABLE public.by_gate (a int); DROP TABLE public.by_gate");
    shop.admin("CREATE TEMP TABLE t (a int); DROP TABLE t");
    shop.engine.prepare();
    assertThat(noted(shop)).isEmpty();

    String other = TestServer.unique("other");
    shop.server.superuser(
        shop.database,
        "CREATE ROLE %1$s LOGIN PASSWORD 'p'; GRANT CREATE ON SCHEMA public TO %1$s"
            .formatted(other));
    try (Connection connection = shop.server.connect(shop.database, other, "p")) {
      Governed.run(connection, "CREATE TABLE theirs (a int DEFAULT 4711)");
      Governed.run(connection, "CREATE VIEW shown AS SELECT a FROM theirs");
      Governed.run(connection, "DROP TABLE theirs CASCADE");
      assertThat(noted(shop))
          .isEqualTo(
              may
                  ? List.of(
                      "CREATE TABLE public.theirs",
                      "CREATE VIEW public.shown",
                      "DROP TABLE public.theirs")
                  : List.of());
      for (SchemaChange change : shop.engine.schemaChanges()) {
        assertThat(change.role()).isEqualTo(other);
        assertThat(change.address()).isNotNull();
        assertThat(change.statement()).isNotNull();
      }

      // Whoever changes the schema is never held up by it, also where nothing can be noted.
      shop.server.superuser(shop.database, "DROP TABLE sluice.shadow_changes");
      Governed.run(connection, "CREATE TABLE theirs_too (a int)");
      shop.engine.prepare();
      assertThat(noted(shop)).isEmpty();
      Governed.run(connection, "CREATE TABLE one_more (a int)");
    }
    assertThat(noted(shop)).hasSize(may ? 1 : 0);
    shop.engine.schemaChanges().forEach(each -> shop.engine.forgetSchemaChanges(each.id()));
    assertThat(noted(shop)).isEmpty();

    assertThat(shop.engine.watchSchemaChanges(false)).isFalse();
    shop.admin("CREATE TABLE unwatched (a int)");
    assertThat(noted(shop)).isEmpty();
    shop.engine.watchSchemaChanges(true);
    shop.engine.revoke(plan.access(), plan.revocation());
    shop.engine.release();
    assertThat(
            shop.superuser(
                "SELECT evtname::text FROM pg_event_trigger UNION ALL SELECT nspname FROM"
                    + " pg_namespace WHERE nspname LIKE 'sluice%'"))
        .isEmpty();
    shop.server.superuser(shop.database, "DROP OWNED BY %1$s; DROP ROLE %1$s".formatted(other));
    shop.close();
  }
}
