package dev.sluice.operator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.operator.event.EventQuery;
import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changes of a schema that did not come through a gate become events. */
class ShadowMigrationTest {
  private static final String LOGIN = "sluice_shadow_test_0123abcd_a";

  private final Scene scene = new Scene(RealPostgres.shared(PostgresVersion.V18));

  private void apply(String schemaChanges) {
    scene.apply(scene.databaseYaml() + "  posture: {schemaChanges: %s}\n".formatted(schemaChanges));
  }

  private void sql(String text) throws Exception {
    scene.server().execute(scene.admin(), text);
  }

  private boolean watched() throws Exception {
    try (Connection connection = scene.server().connect(scene.admin());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) = 2 FROM pg_event_trigger WHERE evtname LIKE"
                    + " 'sluice\\_shadow\\_%'")) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  private List<Event> events() {
    return RunningControlPlane.shared()
        .ledger()
        .find(new EventQuery(null, null, null, null, Event.Type.SCHEMA_CHANGED, null, null, 1000))
        .stream()
        .filter(event -> event.database().equals(scene.databases() + "/orders"))
        .toList()
        .reversed();
  }

  @Test
  void aMigrationBesideTheGateIsToldWithoutItsValues() throws Exception {
    apply("Record");
    scene.awaitDatabase("Ready", "True", "Prepared");
    Scene.patiently().until(this::watched);

    sql("ALTER TABLE customers ADD COLUMN vip text DEFAULT 'a secret' -- for the board");
    sql("CREATE TEMP TABLE scratch (a int)");
    sql(
        """
        CREATE ROLE %1$s LOGIN; COMMENT ON ROLE %1$s IS 'Sluice: a test'; GRANT CREATE ON SCHEMA public TO %1$s
        """
            .formatted(LOGIN));
    sql(
        "SET SESSION AUTHORIZATION %s; CREATE TABLE by_gate (a int); RESET SESSION AUTHORIZATION"
            .formatted(LOGIN));
    sql("DROP TABLE orders");

    Scene.patiently()
        .until(() -> events().stream().anyMatch(each -> "DROP TABLE".equals(each.kind())));
    assertThat(events())
        .extracting(each -> each.kind() + " " + each.relations())
        .contains("ALTER TABLE [public.customers]", "DROP TABLE [public.orders]")
        .noneMatch(each -> each.contains("by_gate") || each.contains("scratch"));
    assertThat(events().getFirst())
        .satisfies(
            event -> {
              assertThat(event.statement())
                  .isEqualTo("ALTER TABLE customers ADD COLUMN vip text DEFAULT ?");
              assertThat(event.reason())
                  .startsWith("Role " + scene.admin().user() + " from ")
                  .endsWith("changed the schema (ALTER TABLE) without a gate");
              assertThat(event.outcome()).isEqualTo(Event.Outcome.WARNED);
              assertThat(event.rule()).isEqualTo("shadow-migration");
            });
    assertThat(events()).allMatch(new CanonicalEvent()::isIntact);

    apply("Ignore");
    Scene.patiently().until(() -> !watched());
    sql("DROP TABLE by_gate; DROP OWNED BY %1$s; DROP ROLE %1$s".formatted(LOGIN));
  }
}
