package dev.sluice.operator.scan;

import dev.sluice.policy.workload.SlicedPods;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.BooleanSupplier;

/**
 * Whether new pods get their gate now: the API server is told to ask the webhook, and one of its
 * pods is ready to answer. Without that an evicted pod would come back as it was, or not at all.
 */
public final class Injection implements BooleanSupplier {
  private static final String CONFIGURATION = "sluice";
  private static final String SERVICE = "sluice-webhook";

  private final KubernetesClient client;
  private final String controlNamespace;

  /**
   * Asks the cluster.
   *
   * @param client may get the webhook's configuration and list the endpoints of its Service
   * @param controlNamespace where the webhook runs
   */
  public Injection(KubernetesClient client, String controlNamespace) {
    this.client = client;
    this.controlNamespace = controlNamespace;
  }

  @Override
  public boolean getAsBoolean() {
    try {
      return client
                  .admissionRegistration()
                  .v1()
                  .mutatingWebhookConfigurations()
                  .withName(CONFIGURATION)
                  .get()
              != null
          && client
              .discovery()
              .v1()
              .endpointSlices()
              .inNamespace(controlNamespace)
              .withLabel(SlicedPods.SERVICE_LABEL, SERVICE)
              .list()
              .getItems()
              .stream()
              .flatMap(slice -> SlicedPods.endpoints(slice).stream())
              .anyMatch(
                  endpoint ->
                      endpoint.getConditions() != null
                          && Boolean.TRUE.equals(endpoint.getConditions().getReady()));
    } catch (KubernetesClientException unknown) {
      return false;
    }
  }
}
