package dev.sluice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.fixtures.Patience;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** What people meet who want into a pod that runs. */
@QuarkusTest
@QuarkusTestResource(AdmissionCluster.class)
class EntryTest extends AdmissionScenario {
  @Test
  void whoEntersAnApplicationIsRecordedByName() throws Exception {
    Pod pod = client.resource(pod().build()).create();

    assertThat(answered(pod, "exec?container=api&command=sh&stdout=true"))
        .contains("does not have a host assigned");
    var answer =
        EndpointTest.post(
            "/enter",
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"4713",
             "operation":"CONNECT","subResource":"exec","namespace":"shop","name":"%s",
             "userInfo":{"username":"alice@example.com"},"object":{"apiVersion":"v1",
             "kind":"PodExecOptions","container":"api","command":["sh","-c","echo hunter2"]}}}
            """
                .formatted(pod.getMetadata().getName()));
    var response = Serialization.unmarshal(answer.body(), AdmissionReview.class).getResponse();
    assertThat(response.getAllowed()).isTrue();
    assertThat(response.getAuditAnnotations())
        .containsEntry(
            "audited",
            "SLU-W30: container \"api\", exec of sh puts alice@example.com where access orders is"
                + " held (EnforcementPolicy shops)");
  }

  @Test
  void nobodyForwardsPortsOfAPodWithAGateOrEntersIt() {
    Pod pod = client.resource(pod().build()).create();

    assertThat(refused(pod, "portforward?ports=6432"))
        .startsWith(
            "admission webhook \"entries.sluice.dev\" denied the request: port-forward into")
        .contains("SLU-W07: port-forward could lead admin from outside the pod to its gate");
    assertThat(refused(pod, "portforward")).contains("SLU-W07");
    assertThat(refused(pod, "attach?container=sluice-gate&stdout=true"))
        .contains("nobody enters container sluice-gate");
  }

  @Test
  void policyRefusesEntries() {
    String namespace = namespace("entry-refused");
    refuseEntries(namespace);
    Pod pod =
        client
            .resource(pod().editMetadata().withNamespace(namespace).endMetadata().build())
            .create();
    await()
        .atMost(Patience.LONGEST)
        .untilAsserted(
            () ->
                assertThat(answered(pod, "exec?container=api&command=sh&stdout=true"))
                    .contains(
                        "SLU-W30: container \"api\", exec would put admin where access orders"));
    assertThat(refused(pod, "attach?container=api&stdout=true")).contains("SLU-W30");
    assertThat(
            refusal(
                () ->
                    client
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
                                            .build())
                                    .endSpec()
                                    .build())))
        .contains(
            "SLU-W30: container \"debug\", debug would put admin where access orders is held");
    Pod without =
        client
            .resource(
                pod()
                    .editMetadata()
                    .withNamespace(namespace)
                    .removeFromLabels("sluice.dev/access")
                    .endMetadata()
                    .build())
            .create();
    assertThat(answered(without, "exec?container=api&command=sh&stdout=true"))
        .contains("does not have a host assigned");
    assertThat(answered(without, "portforward?ports=8080"))
        .contains("does not have a host assigned");
  }

  private String namespace(String name) {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("tier", "shop")
                .endMetadata()
                .build())
        .create();
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("shop-api")
                .withNamespace(name)
                .endMetadata()
                .build())
        .create();
    DatabaseAccess access =
        client.resources(DatabaseAccess.class).inNamespace("shop").withName("orders").get();
    access.setMetadata(new ObjectMetaBuilder().withName("orders").withNamespace(name).build());
    client.resource(access).create();
    return name;
  }

  private void refuseEntries(String namespace) {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: sluice.dev/v1alpha1
                kind: EnforcementPolicy
                metadata: {name: %s}
                spec:
                  namespaces: {matchLabels: {kubernetes.io/metadata.name: %s}}
                  mode: Audit
                  exec: Refuse
                """
                    .formatted(namespace, namespace),
                EnforcementPolicy.class))
        .create();
  }

  private String refused(Pod pod, String how) {
    return refusal(() -> connect(pod, how));
  }

  /** What the API server says: without a node nobody gets in. */
  private String answered(Pod pod, String how) {
    KubernetesClientException answer =
        catchThrowableOfType(KubernetesClientException.class, () -> connect(pod, how));
    assertThat(answer).isNotNull();
    return String.valueOf(answer.getMessage());
  }

  private void connect(Pod pod, String how) {
    client.raw(
        "/api/v1/namespaces/%s/pods/%s/%s"
            .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), how),
        "POST",
        null);
  }
}
