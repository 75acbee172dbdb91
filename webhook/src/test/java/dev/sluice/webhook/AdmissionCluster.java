package dev.sluice.webhook;

import dev.sluice.fixtures.CertificateAuthority;
import dev.sluice.fixtures.FreePorts;
import dev.sluice.fixtures.RealApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A real API server with what the chart installs, which calls the webhook of the test; the webhook
 * has the rights that the chart gives it and no others.
 */
public final class AdmissionCluster implements QuarkusTestResourceLifecycleManager {
  static final String KUBECONFIG = "sluice.test.kubeconfig";
  static final String CA_FILE = "sluice.test.ca-file";
  static final String SERVER = "sluice.test.url";

  private static final Set<String> INSTALLED =
      Set.of(
          "ClusterRole",
          "ClusterRoleBinding",
          "RoleBinding",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding");

  private @Nullable RealApiServer server;

  @Override
  public Map<String, String> start() {
    RealApiServer started = RealApiServer.start();
    server = started;
    KubernetesClient client = started.client();
    CertificateAuthority authority = CertificateAuthority.create("sluice-webhook-ca");
    int port = FreePorts.next();
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName("sluice-system")
                .endMetadata()
                .build())
        .create();
    create(client, Path.of("src/test/resources/cluster/objects.yaml"));
    for (HasMetadata manifest : ChartManifests.render()) {
      install(client, manifest, "https://127.0.0.1:" + port, authority.certificate());
    }
    Path tls = directory();
    write(tls, authority);
    write(tls.resolve("ca.crt"), authority.certificate());
    Config webhook =
        started.configAs(
            "system:serviceaccount:sluice-system:sluice-webhook",
            "system:serviceaccounts",
            "system:authenticated");
    Map<String, String> settings = new HashMap<>();
    settings.put("quarkus.http.test-ssl-port", Integer.toString(port));
    settings.put("quarkus.management.test-port", Integer.toString(FreePorts.next()));
    settings.put("quarkus.tls.webhook.reload-period", "1s");
    // Read by the Kubernetes client itself, as it reads a pod's service account in a cluster.
    System.setProperty("kubeconfig", kubeconfig(tls, webhook).toString());
    settings.put("sluice.tls-directory", tls.toString());
    settings.put("sluice.gate.image", "localhost/sluice/gate:dev");
    settings.put("sluice.credential-scan", "Content");
    settings.put("sluice.scan-namespaces", "shop");
    settings.put(KUBECONFIG, started.kubeconfig().toString());
    settings.put(CA_FILE, tls.resolve("ca.crt").toString());
    settings.put(SERVER, "https://127.0.0.1:" + port);
    return settings;
  }

  @Override
  public void stop() {
    System.clearProperty("kubeconfig");
    if (server != null) {
      server.close();
    }
  }

  /** Makes all objects of a file. */
  static void create(KubernetesClient client, Path file) {
    for (String document : read(file).split("(?m)^---$", -1)) {
      client.resource(document).create();
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The authority's next certificate for the webhook, where the webhook looks for it. */
  static void write(Path tls, CertificateAuthority authority) {
    CertificateAuthority.Issued issued = authority.issueServer("localhost", "127.0.0.1");
    write(tls.resolve("tls.key"), issued.privateKey());
    write(tls.resolve("tls.crt"), issued.certificate());
  }

  private static void install(
      KubernetesClient client, HasMetadata manifest, String url, String caCertificate) {
    String kind = manifest.getKind();
    String name = manifest.getMetadata().getName();
    if (kind.equals("MutatingWebhookConfiguration")) {
      var configuration = as(manifest, MutatingWebhookConfiguration.class);
      configuration
          .getWebhooks()
          .forEach(
              webhook -> {
                exempt(webhook.getNamespaceSelector());
                // The most that Kubernetes knows: machines that test are busy.
                webhook.setTimeoutSeconds(30);
                address(webhook.getClientConfig(), url, caCertificate);
              });
      client.resource(configuration).create();
    } else if (kind.equals("ValidatingWebhookConfiguration")) {
      var configuration = as(manifest, ValidatingWebhookConfiguration.class);
      configuration
          .getWebhooks()
          .forEach(
              webhook -> {
                exempt(webhook.getNamespaceSelector());
                // The most that Kubernetes knows: machines that test are busy.
                webhook.setTimeoutSeconds(30);
                address(webhook.getClientConfig(), url, caCertificate);
              });
      client.resource(configuration).create();
    } else if (INSTALLED.contains(kind)
        && (name.startsWith("sluice-webhook")
            || name.startsWith("sluice-gate")
            || name.equals("sluice-namespaces"))) {
      client.resource(manifest).create();
    }
  }

  private static <T> T as(HasMetadata manifest, Class<T> type) {
    return Serialization.unmarshal(Serialization.asJson(manifest), type);
  }

  private static void exempt(LabelSelector selector) {
    selector
        .getMatchExpressions()
        .add(
            new LabelSelectorRequirementBuilder()
                .withKey("kubernetes.io/metadata.name")
                .withOperator("NotIn")
                .withValues("without-webhook")
                .build());
  }

  /** The Service of the chart, which nobody routes here, as a URL. */
  private static void address(WebhookClientConfig config, String url, String caCertificate) {
    config.setUrl(url + config.getService().getPath());
    config.setService(null);
    config.setCaBundle(
        Base64.getEncoder().encodeToString(caCertificate.getBytes(StandardCharsets.UTF_8)));
  }

  private static Path kubeconfig(Path directory, Config config) {
    Path file = directory.resolve("kubeconfig");
    write(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: tests
          cluster: {server: "%s", certificate-authority-data: %s}
        users:
        - name: webhook
          user: {client-certificate-data: %s, client-key-data: %s}
        contexts:
        - name: tests
          context: {cluster: tests, user: webhook}
        current-context: tests
        """
            .formatted(
                config.getMasterUrl(),
                config.getCaCertData(),
                config.getClientCertData(),
                config.getClientKeyData()));
    return file;
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory("sluice-webhook-tls");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
