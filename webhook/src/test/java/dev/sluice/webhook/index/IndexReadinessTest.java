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
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class IndexReadinessTest {
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
    allow("early", "databases");
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

  @Test
  void accessesAreListedOnceAllElseIsWhateverFailedAtFirst() {
    allow("late", "databaseaccesses");
    ClusterIndex index = new ClusterIndex(cluster.clientAs("late"), SETTINGS);

    index.start();
    try {
      await().until(() -> index.missingForAnswers().equals(List.of("Database")));
      assertThat(index.missing()).containsExactlyInAnyOrder("Database", "DatabaseAccess");
      allow("late", "databaseaccesses, databases");
      await().until(() -> index.missing().isEmpty());
    } finally {
      index.stop();
    }
  }

  /** Lets somebody do what a webhook may, but of what differs list these kinds alone. */
  private void allow(String user, String kinds) {
    KubernetesClient administrator = cluster.client();
    KubernetesSerialization yaml = administrator.getKubernetesSerialization();
    String rights =
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: %1$s}
        rules:
        - {apiGroups: [""], resources: [services, namespaces], verbs: [get, list, watch]}
        - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list, watch]}
        - {apiGroups: [sluice.dev], resources: [enforcementpolicies, %2$s], verbs: [get, list, watch]}
        - {apiGroups: [sluice.dev], resources: [databaseaccesses], verbs: [get]}
        """
            .formatted(user, kinds);
    String binding =
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %1$s}]
        """
            .formatted(user);
    administrator.resource(yaml.unmarshal(rights, ClusterRole.class)).serverSideApply();
    administrator.resource(yaml.unmarshal(binding, ClusterRoleBinding.class)).serverSideApply();
  }
}
