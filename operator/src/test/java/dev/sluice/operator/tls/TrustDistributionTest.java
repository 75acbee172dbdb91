package dev.sluice.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.RealApiServer;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrustDistributionTest {
  private final RealApiServer server = RealApiServer.shared();
  private final TrustDistribution trust = new TrustDistribution(server.client());
  private final String pem = authority();

  @AfterEach
  void removeWebhooks() {
    var webhooks = server.client().admissionRegistration().v1();
    webhooks.validatingWebhookConfigurations().withName("sluice").delete();
  }

  @Test
  void tellsANamespaceAndFollowsChanges() {
    String namespace = server.newNamespace("trust");
    trust.toNamespace(namespace);
    assertThat(configMap(namespace)).isNull();

    assertThat(trust.accept(pem)).isTrue();
    assertThat(trust.accept(pem)).isFalse();
    trust.toNamespace(namespace);
    assertThat(configMap(namespace).getData()).containsEntry("ca.crt", pem);

    String both = pem + authority();
    trust.accept(both);
    trust.toNamespace(namespace);
    assertThat(configMap(namespace).getData()).containsEntry("ca.crt", both);

    trust.leaveNamespace(namespace);
    assertThat(configMap(namespace)).isNull();
  }

  @Test
  void leavesAConfigMapOfSomebodyElse() {
    String namespace = server.newNamespace("trust");
    server
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("sluice-ca")
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();

    trust.leaveNamespace(namespace);

    assertThat(configMap(namespace)).isNotNull();
  }

  @Test
  void tellsTheApiServerWhomTheWebhooksAreSignedBy() {
    server
        .client()
        .resource(
            new ValidatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName("sluice")
                .endMetadata()
                .withWebhooks(webhook("one"), webhook("two"))
                .build())
        .create();
    trust.accept(pem);

    trust.toWebhooks();

    String expected = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    var stored =
        server
            .client()
            .admissionRegistration()
            .v1()
            .validatingWebhookConfigurations()
            .withName("sluice")
            .require();
    assertThat(stored.getWebhooks())
        .extracting(each -> each.getClientConfig().getCaBundle())
        .containsExactly(expected, expected);
    String version = stored.getMetadata().getResourceVersion();
    trust.toWebhooks();
    assertThat(server.client().resource(stored).require().getMetadata().getResourceVersion())
        .isEqualTo(version);
  }

  private static io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook webhook(
      String name) {
    return new ValidatingWebhookBuilder()
        .withName(name + ".sluice.dev")
        .withNewClientConfig()
        .withNewService()
        .withName("sluice-webhook")
        .withNamespace("sluice-system")
        .withPath("/validate")
        .endService()
        .endClientConfig()
        .addNewRule()
        .withApiGroups("example.invalid")
        .withApiVersions("v1")
        .withOperations("CREATE")
        .withResources("nothings")
        .endRule()
        .withFailurePolicy("Ignore")
        .withSideEffects("None")
        .withAdmissionReviewVersions("v1")
        .build();
  }

  private io.fabric8.kubernetes.api.model.ConfigMap configMap(String namespace) {
    return server.client().configMaps().inNamespace(namespace).withName("sluice-ca").get();
  }

  private static String authority() {
    var factory = new CertificateFactory(Clock.systemUTC(), new SecureRandom());
    return Pem.certificates(List.of(factory.authority(Duration.ofDays(1)).certificate()));
  }
}
