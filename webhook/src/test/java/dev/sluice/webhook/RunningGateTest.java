package dev.sluice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.Patience;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
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
  void whereApplicationsFindTheGateCannotBeChanged() {
    Pod gated = client.resource(pod().build()).create();
    assertThat(refusal(() -> rebind(gated))).contains("SLU-W06").contains("binding.sluice.dev/");
    Pod stored = client.resource(copy(gated).build()).create();
    await()
        .atMost(Patience.LONGEST)
        .untilAsserted(
            () ->
                assertThat(refusal(() -> rebind(stored)))
                    .contains("SLU-W06: the annotations binding.sluice.dev/... cannot be changed"));
  }

  private Pod rebind(Pod pod) {
    return client
        .resource(pod)
        .edit(
            each ->
                new PodBuilder(each)
                    .editMetadata()
                    .addToAnnotations("binding.sluice.dev/6432.host", "orders-db.databases.svc")
                    .endMetadata()
                    .build());
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
        .atMost(Patience.LONGEST)
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
    Pod stored = client.resource(copy(gated).build()).create();

    await()
        .atMost(Patience.LONGEST)
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

  @Test
  void withoutTheWebhookSocketsStayTheGates() {
    Pod gated =
        client
            .resource(
                pod()
                    .editMetadata()
                    .addToAnnotations("sluice.dev/socket", "true")
                    .endMetadata()
                    .build())
            .create();
    int volume = position(gated, "sluice-sockets");
    int mount =
        gated.getSpec().getContainers().getFirst().getVolumeMounts().stream()
            .map(VolumeMount::getName)
            .toList()
            .indexOf("sluice-sockets");

    // A new policy takes a moment until it is in force; what it would refuse is only tried.
    await()
        .atMost(Patience.LONGEST)
        .untilAsserted(
            () ->
                assertThat(
                        refusedTrial(
                            copy(gated)
                                .editSpec()
                                .editFirstContainer()
                                .editVolumeMount(mount)
                                .withReadOnly(false)
                                .endVolumeMount()
                                .endContainer()
                                .endSpec()
                                .build()))
                    .contains("SLU-W07: where a container mounts the volume sluice-sockets"));
    assertThat(
            refusedTrial(
                copy(gated)
                    .editSpec()
                    .editVolume(volume)
                    .withEmptyDir(null)
                    .withNewHostPath("/tmp", "")
                    .endVolume()
                    .endSpec()
                    .build()))
        .contains("SLU-W06: the volume sluice-sockets is the gate's");
    assertThat(
            refusedTrial(
                copy(gated)
                    .editMetadata()
                    .addToAnnotations("sluice.dev/socket", "false")
                    .endMetadata()
                    .build()))
        .contains("SLU-W06: the volume sluice-sockets is the gate's");
    Pod stored = client.resource(copy(gated).build()).create();
    assertThat(
            refusal(
                () ->
                    client
                        .resource(stored)
                        .edit(
                            pod ->
                                new PodBuilder(pod)
                                    .editMetadata()
                                    .removeFromAnnotations("sluice.dev/socket")
                                    .endMetadata()
                                    .build())))
        .contains("SLU-W06: the label sluice.dev/access and the annotations");
    assertThat(
            refusal(
                () ->
                    debug(
                        stored,
                        "api",
                        new VolumeMountBuilder()
                            .withName("sluice-sockets")
                            .withMountPath("/sockets")
                            .build())))
        .contains("SLU-W07: where a container mounts the volume sluice-sockets");
  }

  private String refusedTrial(Pod pod) {
    return refusal(() -> client.resource(pod).dryRun().create());
  }

  private static int position(Pod pod, String volume) {
    return pod.getSpec().getVolumes().stream().map(Volume::getName).toList().indexOf(volume);
  }

  /** The pod as it would be sent where no webhook is called. */
  private static PodBuilder copy(Pod pod) {
    return new PodBuilder(pod)
        .withMetadata(
            new ObjectMetaBuilder()
                .withName(name())
                .withNamespace("without-webhook")
                .withLabels(pod.getMetadata().getLabels())
                .withAnnotations(pod.getMetadata().getAnnotations())
                .build())
        .withStatus(null);
  }

  private Pod debug(Pod pod, String target, VolumeMount... mounts) {
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
                            .withVolumeMounts(mounts)
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
