package dev.sluice.operator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.fixtures.DatabaseLogin;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.operator.api.ApiClient;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import io.avaje.jsonb.Jsonb;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** From resources to masked rows, and back. */
class MainJobTest {
  private static final Jsonb JSON = Jsonb.instance();

  private final ApiClient api = RunningControlPlane.shared().api();
  private final RealPostgres postgres = RealPostgres.shared(PostgresVersion.V18);
  private final Scene scene = new Scene(postgres);

  @Test
  void allKindsBecomeReadyAndAPodSeesMaskedRows() throws Exception {
    var cluster = RunningControlPlane.shared().cluster();
    applyAll();
    scene.awaitDatabase("Ready", "True", "Prepared");
    scene.awaitAccess("True", "Applied");
    scene.awaitMasking("True", "Accepted");
    scene.awaitGuardrail("True", "Accepted");
    enforcementBecomesReady();

    DatabaseAccess access = scene.access();
    assertThat(scene.maskedColumns()).isEqualTo(1);
    assertThat(access.getStatus().masks())
        .singleElement()
        .satisfies(mask -> assertThat(mask.column()).isEqualTo("public.customers.ssn"));
    Scene.patiently().until(() -> scene.accesses() == 1);
    assertThat(cluster.client().configMaps().inNamespace(scene.shop()).withName("sluice-ca").get())
        .isNotNull();

    Credential credential = credential(cluster.podToken(scene.pod("api-1"), "sluice"));
    assertThat(ssn(credential)).isEqualTo("*******6789");
    Scene.patiently().until(() -> scene.sessions() == 1);
  }

  @Test
  void anotherWordMakesTheKeyOfTheMasksAnew() throws Exception {
    scene.apply(scene.maskingYaml().replace("KeepLast, keepLast: {characters: 4}", "Token"));
    scene.apply(scene.databaseYaml() + "  maskKeyRotation: \"1\"\n");
    scene.apply(scene.accessYaml());
    scene.awaitAccess("True", "Applied");
    Scene.patiently().until(() -> scene.maskedColumns() == 1);
    Credential credential =
        credential(RunningControlPlane.shared().cluster().podToken(scene.pod("api-1"), "sluice"));
    String before = ssn(credential);

    scene.apply(scene.databaseYaml() + "  maskKeyRotation: \"2\"\n");

    Scene.patiently().until(() -> !ssn(credential).equals(before));
    Scene.patiently()
        .until(
            () ->
                client()
                        .events()
                        .v1()
                        .events()
                        .inNamespace(scene.databases())
                        .list()
                        .getItems()
                        .stream()
                        .filter(event -> "MaskKeyRotated".equals(event.getReason()))
                        .count()
                    == 2);
  }

  @Test
  void aChangedPolicyWakesAGateThatWaits() throws Exception {
    applyAll();
    scene.awaitAccess("True", "Applied");
    Scene.patiently().until(() -> scene.maskedColumns() == 1);
    String token = RunningControlPlane.shared().cluster().podToken(scene.pod("api-1"), "sluice");
    HttpResponse<String> first = api.get(bundlePath(0), token, null);
    String tag = first.headers().firstValue("ETag").orElseThrow();
    CompletableFuture<HttpResponse<String>> waiting = api.getLater(bundlePath(60), token, tag);

    scene.apply(scene.maskingYaml().replace("KeepLast, keepLast: {characters: 4}", "Nullify"));

    Bundle changed = JSON.type(Bundle.class).fromJson(waiting.get(60, TimeUnit.SECONDS).body());
    assertThat(changed.relations())
        .flatExtracting(Bundle.Relation::columns)
        .filteredOn(column -> column.name().equals("ssn"))
        .extracting(Bundle.Column::mask)
        .containsExactly("Nullify");
  }

  @Test
  void deletingAnAccessTellsGatesAndRemovesItsRoles() throws Exception {
    applyAll();
    scene.awaitAccess("True", "Applied");
    String token = RunningControlPlane.shared().cluster().podToken(scene.pod("api-1"), "sluice");
    credential(token);
    String role = scene.role();
    assertThat(roles(role)).isEqualTo(2);
    String tag = api.get(bundlePath(0), token, null).headers().firstValue("ETag").orElseThrow();
    CompletableFuture<HttpResponse<String>> waiting = api.getLater(bundlePath(60), token, tag);

    client().resources(DatabaseAccess.class).inNamespace(scene.shop()).withName("orders").delete();

    Bundle last = JSON.type(Bundle.class).fromJson(waiting.get(60, TimeUnit.SECONDS).body());
    assertThat(last.state()).isEqualTo(Bundle.State.REVOKED);
    Scene.patiently().until(() -> roles(role) == 0);
    Scene.patiently()
        .until(
            () ->
                client().configMaps().inNamespace(scene.shop()).withName("sluice-ca").get()
                    == null);
    assertThat(api.get(bundlePath(0), token, null).statusCode()).isEqualTo(200);
  }

  @Test
  void whatSomebodyChangedIsPutRightAndTold() throws Exception {
    applyAll();
    scene.awaitAccess("True", "Applied");
    String role = scene.role();
    scene
        .server()
        .execute(
            scene.server().superuser(),
            "GRANT SELECT ON public.customers TO \"%s\"".formatted(role));

    Scene.patiently()
        .until(
            () ->
                client().events().v1().events().inNamespace(scene.shop()).list().getItems().stream()
                    .anyMatch(event -> "DriftMended".equals(event.getReason())));
    try (Connection connection = scene.server().connect(scene.server().superuser());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT has_table_privilege('%s', 'public.customers', 'SELECT')".formatted(role))) {
      rows.next();
      assertThat(rows.getBoolean(1)).isFalse();
    }
  }

  private void applyAll() {
    scene.apply(scene.maskingYaml());
    scene.apply(scene.guardrailYaml());
    scene.apply(scene.databaseYaml());
    scene.apply(scene.accessYaml());
  }

  private void anotherPolicyDisagrees() {
    String other = scene.shop() + "-entry";
    awaitConsistent(scene.shop(), "True", "PoliciesAgree");
    scene.apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: EnforcementPolicy
        metadata: {name: %s}
        spec:
          namespaces: {matchLabels: {kubernetes.io/metadata.name: %s}}
          mode: Warn
          exec: Refuse
        """
            .formatted(other, scene.shop()));
    awaitConsistent(scene.shop(), "False", "PoliciesDisagree");
    awaitConsistent(other, "False", "PoliciesDisagree");
    client().resources(EnforcementPolicy.class).withName(other).delete();
    awaitConsistent(scene.shop(), "True", "PoliciesAgree");
  }

  private void awaitConsistent(String policy, String status, String reason) {
    Scene.awaitCondition(
        () -> {
          var found = client().resources(EnforcementPolicy.class).withName(policy).require();
          return found.getStatus() == null ? null : found.getStatus().conditions();
        },
        "Consistent",
        status,
        reason);
  }

  private void enforcementBecomesReady() {
    scene.apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: EnforcementPolicy
        metadata: {name: %s}
        spec:
          namespaces: {matchLabels: {kubernetes.io/metadata.name: %s}}
          mode: Enforce
        """
            .formatted(scene.shop(), scene.shop()));
    EnforcementPolicy policy =
        Scene.patiently()
            .until(
                () -> client().resources(EnforcementPolicy.class).withName(scene.shop()).require(),
                found -> found.getStatus() != null && found.getStatus().namespaces() != null);
    assertThat(policy.getStatus().namespaces()).isEqualTo(1);
    anotherPolicyDisagrees();
    scene.apply(
        Serialization.asYaml(policy)
                .lines()
                .filter(line -> line.startsWith("apiVersion") || line.startsWith("kind"))
                .collect(java.util.stream.Collectors.joining("\n"))
            + """

            metadata: {name: %s}
            spec:
              namespaces: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
              mode: Enforce
            """
                .formatted(scene.shop()));
    Scene.awaitCondition(
        () ->
            client()
                .resources(EnforcementPolicy.class)
                .withName(scene.shop())
                .require()
                .getStatus()
                .conditions(),
        "Ready",
        "False",
        "ControlPlaneSelected");
  }

  private Credential credential(String token) throws Exception {
    HttpResponse<String> answer =
        api.post("/v1/credentials", token, "{\"access\":\"%s/orders\"}".formatted(scene.shop()));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.type(Credential.class).fromJson(answer.body());
  }

  private String bundlePath(int wait) {
    return "/v1/bundle?wait=%d&access=%s/orders".formatted(wait, scene.shop());
  }

  private String ssn(Credential credential) throws SQLException {
    try (Connection connection =
            scene
                .server()
                .connect(new DatabaseLogin(credential.username(), credential.password()));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT ssn FROM customers")) {
      rows.next();
      return rows.getString(1);
    }
  }

  private int roles(String prefix) throws SQLException {
    try (Connection connection = scene.server().connect(scene.server().superuser());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_roles WHERE starts_with(rolname, '%s')"
                    .formatted(prefix))) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static io.fabric8.kubernetes.client.KubernetesClient client() {
    return RunningControlPlane.shared().cluster().client();
  }
}
