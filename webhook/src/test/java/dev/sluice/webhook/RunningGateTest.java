package dev.sluice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/**
 * What people meet who change a pod that runs with its gate, or send one where no webhook is
 * called.
 */
@QuarkusTest
@QuarkusTestResource(AdmissionCluster.class)
class RunningGateTest extends AdmissionScenario {
  @Test
  void gateOfARunningPodCannotBeChangedOrEntered() {
    Pod stored = client.resource(pod().build()).create();
    var resource = client.pods().inNamespace("shop").withName(stored.getMetadata().getName());

    assertThat(
            refusal(
                () ->
                    resource.edit(
                        pod ->
                            new PodBuilder(pod)
                                .editSpec()
                                .editFirstInitContainer()
                                .withImage("evil/gate:1")
                                .endInitContainer()
                                .endSpec()
                                .build())))
        .contains("SLU-W06");
    assertThat(
            refusal(
                () ->
                    resource.edit(
                        pod ->
                            new PodBuilder(pod)
                                .editMetadata()
                                .addToLabels("sluice.dev/access", "billing")
                                .endMetadata()
                                .build())))
        .contains("SLU-W06");
    assertThat(refusal(() -> debug(stored, "sluice-gate"))).contains("SLU-W07");
    assertThat(debug(stored, "api").getSpec().getEphemeralContainers()).hasSize(1);
    assertThat(
            refusal(
                () ->
                    client.raw(
                        "/api/v1/namespaces/shop/pods/%s/exec?container=sluice-gate&command=sh&stdout=true"
                            .formatted(stored.getMetadata().getName()),
                        "POST",
                        null)))
        .contains("nobody enters container sluice-gate");
  }

  @Test
  void labelsOfARunningPodMayChange() {
    Pod stored = client.resource(pod().build()).create();

    Pod changed =
        client
            .resource(stored)
            .edit(
                pod ->
                    new PodBuilder(pod)
                        .editMetadata()
                        .addToLabels("reviewed", "yes")
                        .endMetadata()
                        .build());

    assertThat(changed.getMetadata().getLabels()).containsEntry("reviewed", "yes");
  }

  @Test
  void withoutTheWebhookTheApiServerItselfKeepsGates() {
    Pod pod = pod().editMetadata().withNamespace("without-webhook").endMetadata().build();

    // A new policy takes a moment until it is in force.
    await()
        .untilAsserted(
            () ->
                assertThat(refusal(() -> client.resource(pod).create()))
                    .contains("ValidatingAdmissionPolicy 'sluice-gate'")
                    .contains(
                        "SLU-W06: a pod with the label sluice.dev/access starts with its gate"));
  }

  @Test
  void withoutTheWebhookAGateStaysAsItWas() {
    Pod gated = client.resource(pod().build()).create();
    Pod copy =
        new PodBuilder(gated)
            .withMetadata(
                new ObjectMetaBuilder()
                    .withName(name())
                    .withNamespace("without-webhook")
                    .withLabels(gated.getMetadata().getLabels())
                    .withAnnotations(gated.getMetadata().getAnnotations())
                    .build())
            .withStatus(null)
            .build();
    Pod stored = client.resource(copy).create();

    await()
        .untilAsserted(
            () ->
                assertThat(
                        refusal(
                            () ->
                                client
                                    .resource(stored)
                                    .edit(
                                        pod ->
                                            new PodBuilder(pod)
                                                .editSpec()
                                                .editFirstInitContainer()
                                                .withImage("evil/gate:1")
                                                .endInitContainer()
                                                .endSpec()
                                                .build())))
                    .contains("SLU-W06: the image of container sluice-gate cannot be changed"));
    assertThat(
            refusal(
                () ->
                    client
                        .resource(stored)
                        .edit(
                            pod ->
                                new PodBuilder(pod)
                                    .editMetadata()
                                    .removeFromLabels("sluice.dev/access")
                                    .endMetadata()
                                    .build())))
        .contains("SLU-W06: the label sluice.dev/access and the annotations");
    assertThat(refusal(() -> debug(stored, "sluice-gate")))
        .contains("SLU-W07: the gate's token, evidence and process belong to no other container");
    assertThat(debug(stored, "api").getSpec().getEphemeralContainers()).hasSize(1);
  }

  private Pod debug(Pod pod, String target) {
    return client
        .pods()
        .resource(pod)
        .ephemeralContainers()
        .edit(
            each ->
                new PodBuilder(each)
                    .editSpec()
                    .addToEphemeralContainers(
                        new EphemeralContainerBuilder()
                            .withName("debug")
                            .withImage("busybox:1")
                            .withTargetContainerName(target)
                            .withNewSecurityContext()
                            .withAllowPrivilegeEscalation(false)
                            .withNewCapabilities()
                            .addToDrop("ALL")
                            .endCapabilities()
                            .endSecurityContext()
                            .build())
                    .endSpec()
                    .build());
  }
}
