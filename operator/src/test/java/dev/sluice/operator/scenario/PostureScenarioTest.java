package dev.sluice.operator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.DatabaseStatus;
import dev.sluice.fixtures.DatabaseLogin;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** From a way beside Sluice to its finding, its report, and to its end. */
class PostureScenarioTest {
  private final RealPostgres postgres = RealPostgres.shared(PostgresVersion.V18);
  private final Scene scene = new Scene(postgres);
  private final KubernetesClient client = RunningControlPlane.shared().cluster().client();

  /** The role that owns the tables is meant to; Sluice's own administrator is another. */
  private void apply(String known, String lockdown) {
    scene.apply(
        scene.databaseYaml()
            + "  posture: {knownRoles: [%s%s], lockdown: %s}\n"
                .formatted(scene.server().admin().user(), known, lockdown));
  }

  private void sql(String text) throws Exception {
    scene.server().execute(scene.admin(), text);
  }

  private List<DatabaseStatus.Finding> findings() {
    DatabaseStatus status = scene.database().getStatus();
    return status == null || status.posture() == null
        ? List.of()
        : Objects.requireNonNull(status.posture().findings());
  }

  private boolean told(String kind, String object) {
    return findings().stream()
        .anyMatch(each -> each.kind().equals(kind) && each.object().equals(object));
  }

  @Test
  void aWayIsToldReportedAndClosed() throws Exception {
    PolicyReportKind.install(client);
    String legacy = "legacy_" + scene.databases().replace('-', '_');
    sql("CREATE ROLE %1$s LOGIN PASSWORD 'p'; GRANT SELECT ON customers TO %1$s".formatted(legacy));

    apply("", "Report");
    assertThat(scene.awaitDatabase("Governed", "False", "WayAround").getMessage())
        .contains("Role %s can log in and can read public.customers. ".formatted(legacy));
    assertThat(told("LoginRole", legacy)).isTrue();
    assertThat(Objects.requireNonNull(scene.database().getStatus().posture()).total())
        .isEqualTo(findings().size());
    Scene.patiently().until(() -> results().stream().anyMatch(each -> each.contains(legacy)));
    assertThat(results())
        .anyMatch(each -> each.contains("result=fail") && each.contains("rule=LoginRole"));

    // Known, nothing of it is told.
    apply(", " + legacy, "Report");
    scene.awaitDatabase("Governed", "True", "NoWayAroundFound");
    assertThat(told("LoginRole", legacy)).isFalse();
    Scene.patiently().until(() -> results().stream().noneMatch(each -> each.contains(legacy)));

    // Locked out, it is no way in any more; not known and not locked out, it is one again.
    apply("", "Connect");
    Scene.patiently().until(() -> !connects(legacy));
    scene.awaitDatabase("Governed", "True", "NoWayAroundFound");
    apply("", "Report");
    scene.awaitDatabase("Governed", "False", "WayAround");
    assertThat(connects(legacy)).isTrue();

    // What was taken is given back with the Database.
    apply("", "Connect");
    Scene.patiently().until(() -> !connects(legacy));
    client.resource(scene.database()).delete();
    Scene.patiently().until(() -> connects(legacy));
    sql("DROP OWNED BY %1$s; DROP ROLE %1$s".formatted(legacy));
  }

  private boolean connects(String role) {
    try (Connection connection = scene.server().connect(new DatabaseLogin(role, "p"))) {
      return connection.isValid(1);
    } catch (java.sql.SQLException refused) {
      assertThat(refused.getSQLState()).isEqualTo("42501");
      return false;
    }
  }

  private List<String> results() {
    GenericKubernetesResource report =
        client
            .genericKubernetesResources("wgpolicyk8s.io/v1alpha2", "PolicyReport")
            .inNamespace(scene.databases())
            .withName("sluice-database-orders")
            .get();
    if (report == null) {
      return List.of();
    }
    assertThat(report.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> assertThat(owner.getUid()).isEqualTo(scene.database().getMetadata().getUid()));
    return report.getAdditionalProperties().get("results") instanceof List<?> results
        ? results.stream().map(String::valueOf).toList()
        : List.of();
  }
}
