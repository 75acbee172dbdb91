package dev.sluice.crds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.RealApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person sees through kubectl. */
class KubectlTest {
  private static final Path EXAMPLES = Path.of("src/test/resources");

  private final RealApiServer server = RealApiServer.shared();

  static Iterable<Map.Entry<String, String>> manifests() {
    return CustomResourceManifests.all().entrySet();
  }

  /** The fixture reads the manifests with another parser of YAML than kubectl and Helm have. */
  @ParameterizedTest
  @MethodSource("manifests")
  void readsTheManifestsAsWeDo(Map.Entry<String, String> manifest) {
    var difference = server.kubectl(manifest.getValue(), "diff", "-f", "-");

    assertThat(difference.text()).isEmpty();
    assertThat(difference.status()).isZero();
  }

  @Test
  void databasesReadWell() throws IOException {
    var namespace = applied("Database/valid-full.yaml");
    setStatus(
        namespace,
        "databases/orders",
        """
        {"accesses": 12, "conditions": [%s, %s]}
        """
            .formatted(condition("Ready", "True", "Ready"), condition("Governed", "False", "Way")));

    assertThat(table(namespace, "databases"))
        .isEqualTo(
            """
            NAME | ENGINE | HOST | READY | GOVERNED | ACCESSES | AGE
            orders | PostgreSQL | orders-db-0.databases.svc | True | False | 12 | …
            """);
  }

  @Test
  void accessesReadWell() throws IOException {
    var namespace = applied("DatabaseAccess/valid-full.yaml");
    setStatus(
        namespace,
        "databaseaccesses/orders",
        """
        {"maskedColumns": 2, "sessions": 3, "conditions": [%s]}
        """
            .formatted(condition("Ready", "False", "TableMissing")));

    assertThat(table(namespace, "dba"))
        .isEqualTo(
            """
            NAME | DATABASE | READY | MASKED | SESSIONS | EXPIRES | AGE
            orders | orders | False | 2 | 3 | 2027-01-01T00:00:00Z | …
            """);
    assertThat(table(namespace, "sluice", "-o", "wide"))
        .contains("REASON")
        .contains("TableMissing");
    assertThat(table(namespace, "dba", "--field-selector=spec.databaseRef.name=orders"))
        .contains("orders");
    assertThat(table(namespace, "dba", "--field-selector=spec.databaseRef.name=billing"))
        .startsWith("No resources found");
  }

  @Test
  void fieldsAreExplained() {
    var explanation = server.kubectl("", "explain", "databaseaccess.spec.credentials.lifetime");

    assertThat(explanation.text()).contains("From issue to expiry, 1m to 24h.");
  }

  private String applied(String example) throws IOException {
    var namespace = server.newNamespace("kubectl");
    var text = Files.readString(EXAMPLES.resolve(example));
    var output = server.kubectl(text, "apply", "--namespace=" + namespace, "-f", "-");
    assertThat(output.status()).as(output.text()).isZero();
    return namespace;
  }

  private void setStatus(String namespace, String resource, String status) {
    var output =
        server.kubectl(
            "",
            "patch",
            resource,
            "--namespace=" + namespace,
            "--subresource=status",
            "--type=merge",
            "--patch={\"status\": %s}".formatted(status));
    assertThat(output.status()).as(output.text()).isZero();
  }

  private static String condition(String type, String status, String reason) {
    return """
    {"type": "%s", "status": "%s", "reason": "%s", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    """
        .formatted(type, status, reason);
  }

  /** Columns separated by bars; of ages only that they are there. */
  private String table(String namespace, String kind, String... arguments) {
    var command = new ArrayList<>(List.of("get", kind));
    command.add("--namespace=" + namespace);
    command.addAll(List.of(arguments));
    return server
        .kubectl("", command.toArray(String[]::new))
        .text()
        .replaceAll("(?m) +[0-9]+m?s *$", " …")
        .replaceAll("(?m) +$", "")
        .replaceAll(" {2,}", " | ")
        .replace(" …", " | …");
  }
}
