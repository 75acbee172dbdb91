package dev.sluice.webhook.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cluster.ClusterIndex;
import dev.sluice.cluster.ClusterSettings;
import dev.sluice.cluster.CredentialScan;
import dev.sluice.fixtures.RealApiServer;
import dev.sluice.policy.workload.GateSettings;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class IndexReadinessTest {
  /** All that a webhook may, but to list accesses. */
  private static final String RIGHTS =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: without-the-list}
      rules:
      - {apiGroups: [""], resources: [services, namespaces], verbs: [get, list, watch]}
      - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list, watch]}
      - {apiGroups: [sluice.dev], resources: [databases, enforcementpolicies], verbs: [get, list, watch]}
      - {apiGroups: [sluice.dev], resources: [databaseaccesses], verbs: [get]}
      """;

  private static final String BINDING =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: without-the-list}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: without-the-list}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: early}]
      """;

  private static final ClusterSettings SETTINGS =
      new ClusterSettings(
          Set.of(),
          "cluster.local",
          new GateSettings("", "", "", new ResourceRequirements(), "64Mi"),
          CredentialScan.OFF,
          null);

  private final RealApiServer cluster = RealApiServer.shared();

  @Test
  void accessesAreLookedUpWhereTheyAreNotListedYet() {
    KubernetesClient administrator = cluster.client();
    administrator
        .resource(administrator.getKubernetesSerialization().unmarshal(RIGHTS, ClusterRole.class))
        .serverSideApply();
    administrator
        .resource(
            administrator.getKubernetesSerialization().unmarshal(BINDING, ClusterRoleBinding.class))
        .serverSideApply();
    ClusterIndex index = new ClusterIndex(cluster.clientAs("early"), SETTINGS);
    IndexReadiness readiness = new IndexReadiness(index);
    assertThat(readiness.call().getStatus()).isEqualTo(Status.DOWN);

    index.start();
    try {
      await().until(() -> readiness.call().getStatus() == Status.UP);
      assertThat(index.missing()).containsExactly("DatabaseAccess");
      assertThat(index.lookUpAccess("default", "nobody-made-it")).isEmpty();
    } finally {
      index.stop();
    }
  }
}
