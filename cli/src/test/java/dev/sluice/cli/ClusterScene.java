package dev.sluice.cli;

import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.RealApiServer;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A namespace of a real API server with what a command needs, and people who give it. */
final class ClusterScene {
  private static final ResourceDefinitionContext DATABASES =
      new ResourceDefinitionContext.Builder()
          .withGroup("sluice.dev")
          .withVersion("v1alpha1")
          .withKind("Database")
          .withPlural("databases")
          .withNamespaced(true)
          .build();

  private final RealApiServer server = RealApiServer.shared();
  private final String namespace = server.newNamespace("cli", "tier", "shop");

  /** People. */
  enum Role {
    /** May do everything. */
    PLATFORM,
    /** May read accesses of the namespace. */
    APPLICATION,
    /** May do nothing. */
    STRANGER,
    /** Has a token that nobody gave. */
    NOBODY
  }

  String namespace() {
    return namespace;
  }

  ClusterScene database(String metadata) {
    apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: Database
        metadata:
          name: orders
          namespace: %s
          %s
        spec:
          engine: PostgreSQL
          endpoints: [{host: orders-db.databases.svc, port: 5432}]
          database: shop
          tls: {mode: VerifyFull, caRef: {kind: ConfigMap, name: orders-ca, key: ca.crt}}
          adminSecretRef: {name: orders-admin}
          onRevoke: Terminate
          classifications:
          - {table: public.customers, columns: {email: pii.email}}
        """
            .formatted(namespace, metadata));
    return this;
  }

  ClusterScene access() {
    apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: DatabaseAccess
        metadata: {name: orders, namespace: %s}
        spec:
          databaseRef: {name: orders}
          subjects: [{kind: ServiceAccount, name: shop-api}]
          purpose: order-processing
          grants: [{tables: [public.customers], privileges: [SELECT, DELETE]}]
        """
            .formatted(namespace));
    apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: application, namespace: %1$s}
        rules:
        - {apiGroups: [sluice.dev], resources: [databaseaccesses], verbs: [get, list]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: application, namespace: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: application}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: application}]
        """
            .formatted(namespace));
    return this;
  }

  ClusterScene masks() {
    kubectl(
        "",
        "patch",
        "databaseaccess",
        "orders",
        "-n",
        namespace,
        "--subresource=status",
        "--type=merge",
        "-p",
        """
        {"status": {"observedGeneration": 1, "maskedColumns": 2, "masks": [
          {"column": "public.customers.birth_date", "mask": "DateTrunc", "policy": "personal-data"},
          {"column": "public.customers.email", "mask": "Email", "policy": "personal-data"}]}}
        """);
    return this;
  }

  /** What the operator takes columns for, in JSON. */
  ClusterScene suggestions(int total, String... suggestions) {
    keepUnknownFields();
    String status =
        """
        {"status": {"suggestionsTotal": %d, "suggestions": [%s]}}
        """
            .formatted(total, String.join(",", suggestions));
    // A change of a definition is obeyed a moment after it was made.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              kubectl(
                  "",
                  "patch",
                  "database",
                  "orders",
                  "-n",
                  namespace,
                  "--subresource=status",
                  "--type=merge",
                  "-p",
                  status);
              return server
                  .kubectl("", "get", "database", "orders", "-n", namespace, "-o", "yaml")
                  .text()
                  .contains("suggestionsTotal: " + total);
            });
    return this;
  }

  /** How the operator looks at columns. */
  ClusterScene discovery(String mode) {
    kubectl(
        "",
        "patch",
        "database",
        "orders",
        "-n",
        namespace,
        "--type=merge",
        "-p",
        "{\"spec\": {\"discovery\": {\"mode\": \"%s\"}}}".formatted(mode));
    return this;
  }

  /** The definition may be older than the suggestions that an operator writes. */
  private void keepUnknownFields() {
    kubectl(
        "",
        "patch",
        "crd",
        "databases.sluice.dev",
        "--type=json",
        "-p",
        """
        [{"op": "add", "value": true,
          "path": "/spec/versions/0/schema/openAPIV3Schema/properties/status/x-kubernetes-preserve-unknown-fields"},
         {"op": "add", "value": true,
          "path": "/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-preserve-unknown-fields"}]
        """);
  }

  ClusterScene guardrail(String use) {
    apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: GuardrailPolicy
        metadata: {name: %s}
        spec:
          rules: [{use: %s, outcome: Deny}]
        """
            .formatted(namespace, use));
    return this;
  }

  ClusterScene enforced() {
    apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: EnforcementPolicy
        metadata: {name: %s}
        spec:
          namespaces: {matchLabels: {kubernetes.io/metadata.name: %s}}
          mode: Enforce
        """
            .formatted(namespace, namespace));
    return this;
  }

  String deployment(String address) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: api}
    spec:
      selector: {matchLabels: {app: api}}
      template:
        metadata: {labels: {app: api}}
        spec:
          containers:
          - {name: api, image: "shop/api:1", env: [{name: ADDRESS, value: "%s"}]}
    """
        .formatted(address);
  }

  /** What the Database says that columns hold, {@code schema.table.column=class}. */
  List<String> classes() {
    List<String> classes = new ArrayList<>();
    if (spec().get("classifications") instanceof List<?> tables) {
      for (Object each : tables) {
        if (each instanceof Map<?, ?> table && table.get("columns") instanceof Map<?, ?> columns) {
          columns.forEach(
              (column, own) -> classes.add(table.get("table") + "." + column + "=" + own));
        }
      }
    }
    return classes;
  }

  /** Whether what stood beside the classes stands there still. */
  boolean unknownField() {
    return "Terminate".equals(spec().get("onRevoke"));
  }

  private Map<?, ?> spec() {
    GenericKubernetesResource found =
        server
            .client()
            .genericKubernetesResources(DATABASES)
            .inNamespace(namespace)
            .withName("orders")
            .require();
    return (Map<?, ?>) found.getAdditionalProperties().getOrDefault("spec", Map.of());
  }

  Ran run(Role role, String... arguments) {
    return ran(role, "", arguments);
  }

  /** Runs a command with something at its standard input. */
  Ran ran(Role role, String input, String... arguments) {
    Path kubeconfig = kubeconfig(role);
    return Ran.command(
        Path.of(""),
        input,
        Stream.concat(
                Arrays.stream(arguments),
                Stream.of("--kubeconfig", kubeconfig.toAbsolutePath().toString(), "-n", namespace))
            .toArray(String[]::new));
  }

  private Path kubeconfig(Role role) {
    return switch (role) {
      case PLATFORM -> server.kubeconfig();
      case APPLICATION -> written("application", server.configAs("application"));
      case STRANGER -> written("stranger", server.configAs("stranger"));
      case NOBODY -> {
        Config config = server.configAs("nobody");
        config.setClientCertData(null);
        config.setClientKeyData(null);
        config.setOauthToken("made-up");
        yield written("nobody", config);
      }
    };
  }

  private static Path written(String name, Config config) {
    var kubeconfig =
        new ConfigBuilder()
            .withCurrentContext("tests")
            .addNewContext()
            .withName("tests")
            .withNewContext()
            .withCluster("tests")
            .withUser(name)
            .endContext()
            .endContext()
            .addNewCluster()
            .withName("tests")
            .withNewCluster()
            .withServer(config.getMasterUrl())
            .withCertificateAuthorityData(config.getCaCertData())
            .endCluster()
            .endCluster()
            .addNewUser()
            .withName(name)
            .withNewUser()
            .withToken(config.getOauthToken())
            .withClientCertificateData(config.getClientCertData())
            .withClientKeyData(config.getClientKeyData())
            .endUser()
            .endUser()
            .build();
    try {
      Path file = Files.createTempFile("kubeconfig-" + name, ".yaml");
      file.toFile().deleteOnExit();
      return Files.writeString(file, Serialization.asYaml(kubeconfig));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void apply(String manifests) {
    kubectl(manifests, "apply", "-f", "-");
  }

  private void kubectl(String input, String... arguments) {
    var output = server.kubectl(input, arguments);
    if (output.status() != 0) {
      throw new IllegalStateException(output.text());
    }
  }
}
