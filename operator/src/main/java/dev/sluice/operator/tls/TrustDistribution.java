package dev.sluice.operator.tls;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who must trust the authority: gates through ConfigMap {@code sluice-ca} in their
 * namespace, the API server through {@code caBundle} of the webhook configurations.
 */
public final class TrustDistribution {
  private static final Logger LOG = LoggerFactory.getLogger(TrustDistribution.class);

  private final KubernetesClient client;
  private volatile String trusted = "";

  /**
   * A distribution that has nothing to tell yet.
   *
   * @param client reaches every namespace with an access, and the webhook configurations
   */
  public TrustDistribution(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Takes what is in force.
   *
   * @param pem all authorities that are trusted
   * @return whether this is news
   */
  public boolean accept(String pem) {
    boolean news = !trusted.equals(pem);
    trusted = pem;
    return news;
  }

  /**
   * Brings the ConfigMap of a namespace to what is in force; nothing before the first {@link
   * #accept}.
   *
   * @param namespace the namespace
   * @throws KubernetesClientException where the API server refuses or is away
   */
  public void toNamespace(String namespace) {
    String pem = trusted;
    if (pem.isEmpty()) {
      return;
    }
    Resource<ConfigMap> resource =
        client.configMaps().inNamespace(namespace).withName(TlsSettings.TRUST_CONFIG_MAP);
    ConfigMap stored = resource.get();
    if (stored != null && Objects.equals(stored.getData(), Map.of("ca.crt", pem))) {
      return;
    }
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(TlsSettings.TRUST_CONFIG_MAP)
                .withNamespace(namespace)
                .addToLabels("app.kubernetes.io/managed-by", "sluice")
                .endMetadata()
                .withData(Map.of("ca.crt", pem))
                .build())
        .fieldManager("sluice-operator")
        .forceConflicts()
        .serverSideApply();
    LOG.info("namespace={} has the certificate authorities", namespace);
  }

  /**
   * Takes the ConfigMap out of a namespace that has no access any more.
   *
   * @param namespace the namespace
   * @throws KubernetesClientException where the API server refuses or is away
   */
  public void leaveNamespace(String namespace) {
    Resource<ConfigMap> resource =
        client.configMaps().inNamespace(namespace).withName(TlsSettings.TRUST_CONFIG_MAP);
    ConfigMap stored = resource.get();
    if (stored != null && isOurs(stored)) {
      resource.delete();
    }
  }

  /**
   * Brings {@code caBundle} of the webhook configurations to what is in force. A configuration that
   * does not exist is left to whoever installs it.
   *
   * @throws KubernetesClientException where the API server refuses or is away
   */
  public void toWebhooks() {
    if (trusted.isEmpty()) {
      return;
    }
    var registration = client.admissionRegistration().v1();
    String name = TlsSettings.WEBHOOK_CONFIGURATION;
    toWebhook(
        registration.mutatingWebhookConfigurations().withName(name),
        stored ->
            stored.getWebhooks().stream()
                .map(one -> new Hook(one.getName(), one.getClientConfig()))
                .toList());
    toWebhook(
        registration.validatingWebhookConfigurations().withName(name),
        stored ->
            stored.getWebhooks().stream()
                .map(one -> new Hook(one.getName(), one.getClientConfig()))
                .toList());
  }

  private <T extends HasMetadata> void toWebhook(
      Resource<T> resource, Function<T, List<Hook>> hooks) {
    T stored = resource.get();
    if (stored == null) {
      return;
    }
    String bundle = Base64.getEncoder().encodeToString(trusted.getBytes(StandardCharsets.UTF_8));
    List<String> operations = new ArrayList<>();
    List<Hook> present = hooks.apply(stored);
    for (int index = 0; index < present.size(); index++) {
      Hook hook = present.get(index);
      if (!bundle.equals(hook.client().getCaBundle())) {
        // The test keeps a patch from landing on another webhook when the list changes meanwhile.
        operations.add(
            "{\"op\":\"test\",\"path\":\"/webhooks/%d/name\",\"value\":\"%s\"}"
                .formatted(index, hook.name()));
        operations.add(
            "{\"op\":\"add\",\"path\":\"/webhooks/%d/clientConfig/caBundle\",\"value\":\"%s\"}"
                .formatted(index, bundle));
      }
    }
    if (operations.isEmpty()) {
      return;
    }
    try {
      resource.patch(PatchContext.of(PatchType.JSON), "[" + String.join(",", operations) + "]");
      LOG.info(
          "{}={} has the certificate authorities",
          stored.getKind(),
          stored.getMetadata().getName());
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_CONFLICT
          && refused.getCode() != HTTP_UNPROCESSABLE) {
        throw refused;
      }
      LOG.info("{} changed meanwhile, it is patched next time", stored.getKind());
    }
  }

  private static final int HTTP_UNPROCESSABLE = 422;

  private static boolean isOurs(HasMetadata stored) {
    Map<String, String> labels = stored.getMetadata().getLabels();
    return labels != null && "sluice".equals(labels.get("app.kubernetes.io/managed-by"));
  }

  private record Hook(String name, WebhookClientConfig client) {}
}
