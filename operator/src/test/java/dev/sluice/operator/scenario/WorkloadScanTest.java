package dev.sluice.operator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.crds.EnforcementPolicyStatus;
import dev.sluice.crds.EnforcementPolicyStatus.Finding;
import dev.sluice.fixtures.RealApiServer;
import dev.sluice.policy.workload.AskedAccess;
import dev.sluice.policy.workload.DatabaseAddresses;
import dev.sluice.policy.workload.GateInjection;
import dev.sluice.policy.workload.GateParts;
import dev.sluice.policy.workload.GateSettings;
import dev.sluice.policy.workload.GrantedAccess;
import dev.sluice.policy.workload.ObjectName;
import dev.sluice.policy.workload.PodAddresses;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What runs already is found, told, and made anew where a policy asks for it. */
class WorkloadScanTest {
  private final RealApiServer cluster = RunningControlPlane.shared().cluster();
  private final KubernetesClient client = cluster.client();
  private final String databases = cluster.newNamespace("scan-databases");
  private final String shop = cluster.newNamespace("scan-shop");
  private final String policy = shop;

  /** Databases of other tests are still there, so that each has an address of its own. */
  private final String host = databases + ".example.com";

  @AfterEach
  void removePolicy() {
    client.resources(EnforcementPolicy.class).withName(policy).delete();
  }

  @Test
  void whatGoesAroundTheGateIsToldAndReportedUntilItEnds() {
    PolicyReportKind.install(client);
    database();
    OwnerReference owner = deployment("legacy", 2);
    pod("legacy-1", owner, Map.of(), host);
    pod("legacy-2", owner, Map.of(), host);
    pod("other", null, Map.of(), "elsewhere.example.com");

    policy("mode: Warn");
    Finding found = awaitOne("DirectConnection");
    assertThat(found.workload().kind() + " " + found.workload().name())
        .isEqualTo("Deployment legacy");
    assertThat(found.pods()).isEqualTo(2);
    assertThat(found.mode()).isEqualTo("Warn");
    assertThat(found.message()).contains(host).contains("EnforcementPolicy");
    assertThat(findings().pods()).isEqualTo(3);
    assertThat(findings().byType()).isEqualTo(Map.of("DirectConnection", 1));
    Scene.patiently()
        .until(
            () ->
                results().stream()
                    .anyMatch(
                        each ->
                            each.contains("result=warn")
                                && each.contains("kind=Deployment")
                                && each.contains("name=legacy")));

    // Accepted for a time, it is no finding, and is told to be accepted.
    policy(
        """
        mode: Enforce, exceptions: [{workload: {kind: Deployment, namespace: %s, name: legacy},
          findings: [DirectConnection], reason: OPS-7, owner: dba, expiresAt: "2099-01-01T00:00:00Z"}]
        """
            .formatted(shop));
    Scene.patiently().until(() -> findings().total() == 0);
    assertThat(findings().excepted()).isEqualTo(1);
    Scene.patiently()
        .until(() -> results().stream().anyMatch(each -> each.contains("result=skip")));

    client.pods().inNamespace(shop).withName("legacy-1").delete();
    client.pods().inNamespace(shop).withName("legacy-2").delete();
    Scene.patiently().until(() -> PolicyReportKind.find(client, shop, "sluice-workloads") == null);
    assertThat(findings().pods()).isEqualTo(1);
  }

  @Test
  void aVolumeThatIsNamedLikeThatOfTheTokenIsLookedInto() {
    database();
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(shop)
                .withName("files")
                .endMetadata()
                .addToStringData("pgpass", host + ":5432:shop:app:secret")
                .build())
        .create();
    OwnerReference owner = deployment("files", 2);
    for (String name : List.of("files-1", "files-2")) {
      client
          .resource(
              pod(shop, name, owner, Map.of(), "")
                  .editSpec()
                  .addNewVolume()
                  .withName("kube-api-access-aaaaa")
                  .withNewSecret()
                  .withSecretName("files")
                  .endSecret()
                  .endVolume()
                  .editFirstContainer()
                  .addNewVolumeMount()
                  .withName("kube-api-access-aaaaa")
                  .withMountPath("/files")
                  .endVolumeMount()
                  .endContainer()
                  .endSpec()
                  .build())
          .create();
    }

    policy("mode: Enforce");
    // The API server takes it for the token's and mounts it there as well: two places, two
    // findings.
    Scene.patiently().until(() -> worst().stream().filter(each -> each.pods() == 2).count() == 2);
    assertThat(worst())
        .allSatisfy(
            each ->
                assertThat(each.message())
                    .contains("pgpass", databases + "/orders")
                    .doesNotContain(host));
  }

  @Test
  void aPodWithoutItsGateIsToldAndThenEvictedOnceForAWorkload() {
    access();
    OwnerReference owner = deployment("api", 2);
    Map<String, String> asks = Map.of("sluice.dev/access", "orders");
    pod("api-1", owner, asks, "");
    pod("api-2", owner, asks, "");
    pod("bare", null, asks, "");
    budget("careful");
    OwnerReference careful = deployment("careful", 1);
    pod("careful-1", careful, Map.of("sluice.dev/access", "orders", "app", "careful"), "");
    running("careful-1");

    policy("mode: Audit");
    Scene.patiently().until(() -> count("GateMissing") == 3);
    assertThat(worst())
        .allSatisfy(each -> assertThat(each.mode()).isEqualTo("Audit"))
        .anySatisfy(each -> assertThat(each.remedy()).contains("delete it and create it again"));
    assertThat(pods()).hasSize(4);

    // While new pods would come back as the old ones were, nothing is gained by evicting.
    RunningControlPlane.INJECTING.set(false);
    policy("mode: Audit, gates: {missing: Evict}");
    Scene.patiently()
        .until(
            () ->
                problems().stream().anyMatch(each -> each.contains("new pods would not get one")));
    assertThat(pods()).hasSize(4);

    RunningControlPlane.INJECTING.set(true);
    Scene.patiently().until(() -> pods().size() == 3);
    // Two more looks: neither another pod of the workload, nor what nothing would make anew, nor
    // what its budget keeps.
    String at = findings().scannedAt();
    Scene.patiently().until(() -> findings().scannedAt().compareTo(at) > 0);
    String next = findings().scannedAt();
    Scene.patiently().until(() -> findings().scannedAt().compareTo(next) > 0);
    assertThat(pods()).hasSize(3).contains("bare", "careful-1");
    assertThat(problems())
        .anyMatch(each -> each.contains("Pod " + shop + "/bare is not evicted"))
        .anyMatch(each -> each.contains("its PodDisruptionBudget lets no pod be evicted now"));
    assertThat(
            client.events().v1().events().inNamespace(shop).list().getItems().stream()
                .filter(event -> "GateMissing".equals(event.getReason())))
        .singleElement()
        .satisfies(event -> assertThat(event.getNote()).contains("makes it anew"));
  }

  @Test
  void anOutdatedGateIsRolledOnceAllOthersAreReady() {
    access();
    OwnerReference owner = deployment("api", 2);
    gated("api-1", owner, "registry.example/gate:1");
    gated("api-2", owner, "registry.example/gate:2");

    policy("mode: Enforce, gates: {outdated: Roll}");
    Finding found = awaitOne("GateOutdated");
    assertThat(found.mode()).isEqualTo("Warn");
    assertThat(found.message())
        .contains("is of registry.example/gate:1, and new pods get registry.example/gate:2");
    String at = findings().scannedAt();
    Scene.patiently().until(() -> findings().scannedAt().compareTo(at) > 0);
    assertThat(pods()).hasSize(2);
    assertThat(problems()).anyMatch(each -> each.contains("until all of its pods are ready"));

    ready("api", 2);
    Scene.patiently().until(() -> pods().equals(List.of("api-2")));
    Scene.patiently().until(() -> findings().total() == 0);
  }

  private EnforcementPolicyStatus.Findings findings() {
    EnforcementPolicyStatus status =
        client.resources(EnforcementPolicy.class).withName(policy).require().getStatus();
    return status == null || status.findings() == null
        ? new EnforcementPolicyStatus.Findings("", 0, -1, null, 0, null, null)
        : status.findings();
  }

  private List<Finding> worst() {
    return Objects.requireNonNull(findings().worst());
  }

  private List<String> problems() {
    return Objects.requireNonNull(findings().problems());
  }

  private int count(String type) {
    return Objects.requireNonNull(findings().byType()).getOrDefault(type, 0);
  }

  private Finding awaitOne(String type) {
    Scene.patiently()
        .until(() -> worst().stream().filter(each -> each.type().equals(type)).count() == 1);
    return worst().stream().filter(each -> each.type().equals(type)).findFirst().orElseThrow();
  }

  private List<String> results() {
    return PolicyReportKind.results(client, shop, "sluice-workloads");
  }

  private List<String> pods() {
    return client.pods().inNamespace(shop).list().getItems().stream()
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  private void policy(String spec) {
    apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: EnforcementPolicy
        metadata: {name: %1$s}
        spec: {namespaces: {matchLabels: {kubernetes.io/metadata.name: %1$s}}, %2$s}
        """
            .formatted(policy, spec));
  }

  private void database() {
    apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: Database
        metadata: {name: orders, namespace: %1$s}
        spec:
          engine: PostgreSQL
          endpoints: [{host: %2$s, port: 5432}]
          database: shop
          tls: {mode: VerifyFull}
          adminSecretRef: {name: orders-admin}
          allowedNamespaces: {from: All}
        """
            .formatted(databases, host));
  }

  private void access() {
    database();
    apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: DatabaseAccess
        metadata: {name: orders, namespace: %s}
        spec:
          databaseRef: {name: orders, namespace: %s}
          subjects: [{kind: ServiceAccount, name: default}]
          purpose: test
          grants:
          - {tables: [public.orders], privileges: [SELECT]}
        """
            .formatted(shop, databases));
  }

  private void apply(String yaml) {
    HasMetadata resource = client.getKubernetesSerialization().unmarshal(yaml);
    client.resource(resource).fieldManager("test").forceConflicts().serverSideApply();
  }

  /** A Deployment with its ReplicaSet, as the controllers make it; the ReplicaSet is the answer. */
  private OwnerReference deployment(String name, int replicas) {
    String spec =
        """
        spec:
          replicas: %2$d
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec: {containers: [{name: app, image: localhost/app}]}
        """
            .formatted(name, replicas);
    apply(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: %s}\n"
                .formatted(name, shop)
            + spec);
    Deployment made = client.apps().deployments().inNamespace(shop).withName(name).require();
    apply(
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata:
          name: %1$s-5d4f
          namespace: %2$s
          ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: %1$s, uid: %3$s, controller: true}]
        """
                .formatted(name, shop, made.getMetadata().getUid())
            + spec);
    HasMetadata set =
        client.apps().replicaSets().inNamespace(shop).withName(name + "-5d4f").require();
    return new OwnerReferenceBuilder()
        .withApiVersion("apps/v1")
        .withKind("ReplicaSet")
        .withName(set.getMetadata().getName())
        .withUid(set.getMetadata().getUid())
        .withController(true)
        .build();
  }

  private void ready(String name, int replicas) {
    Deployment deployment = client.apps().deployments().inNamespace(shop).withName(name).require();
    deployment.setStatus(
        new DeploymentStatusBuilder()
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .withReplicas(replicas)
            .withUpdatedReplicas(replicas)
            .withReadyReplicas(replicas)
            .withAvailableReplicas(replicas)
            .build());
    client.resource(deployment).updateStatus();
  }

  private void budget(String app) {
    apply(
        """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: %1$s, namespace: %2$s}
        spec: {minAvailable: 1, selector: {matchLabels: {app: %1$s}}}
        """
            .formatted(app, shop));
  }

  private void running(String name) {
    Pod pod = client.pods().inNamespace(shop).withName(name).require();
    pod.setStatus(
        new PodStatusBuilder()
            .withPhase("Running")
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .endCondition()
            .build());
    client.resource(pod).updateStatus();
  }

  private static PodBuilder pod(
      String namespace,
      String name,
      @Nullable OwnerReference owner,
      Map<String, String> labels,
      String host) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withLabels(labels)
        .withOwnerReferences(owner == null ? List.of() : List.of(owner))
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("app")
        .withImage("localhost/app")
        .addNewEnv()
        .withName("DB_HOST")
        .withValue(host)
        .endEnv()
        .endContainer()
        .endSpec();
  }

  private void pod(
      String name, @Nullable OwnerReference owner, Map<String, String> labels, String host) {
    client.resource(pod(shop, name, owner, labels, host).build()).create();
  }

  /** As the webhook of a version makes it. */
  private void gated(String name, OwnerReference owner, String image) {
    GateSettings settings =
        new GateSettings(
            image,
            "IfNotPresent",
            RunningControlPlane.SCANNED.gate().control(),
            new ResourceRequirements(),
            "64Mi");
    var database =
        client.resources(Database.class).inNamespace(databases).withName("orders").require();
    var access =
        client.resources(DatabaseAccess.class).inNamespace(shop).withName("orders").require();
    Pod pod = pod(shop, name, owner, Map.of("sluice.dev/access", "orders"), "").build();
    client
        .resource(
            GateInjection.inject(
                pod,
                shop,
                List.of(
                    new AskedAccess(
                        GrantedAccess.of(access),
                        new DatabaseAddresses("cluster.local").of(database, List.of(), NO_PODS),
                        GateParts.FIRST_PORT,
                        false)),
                settings))
        .create();
  }

  private static final PodAddresses NO_PODS =
      new PodAddresses() {
        @Override
        public List<String> addresses(ObjectName service) {
          return List.of();
        }

        @Override
        public Set<Integer> ports(ObjectName service, String portName) {
          return Set.of();
        }
      };
}
