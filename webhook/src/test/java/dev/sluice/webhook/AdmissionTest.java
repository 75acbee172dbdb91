package dev.sluice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.crds.DatabaseAccess;
import dev.sluice.fixtures.Patience;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people meet when they send pods and workloads. */
@QuarkusTest
@QuarkusTestResource(AdmissionCluster.class)
class AdmissionTest extends AdmissionScenario {
  @Test
  void podThatAsksGetsItsGateAndStaysRestricted() {
    Pod stored = client.resource(pod().build()).create();

    assertThat(stored.getSpec().getInitContainers())
        .extracting(Container::getName)
        .containsExactly("sluice-gate");
    Container gate = stored.getSpec().getInitContainers().getFirst();
    assertThat(gate.getRestartPolicy()).isEqualTo("Always");
    assertThat(gate.getImage()).isEqualTo("localhost/sluice/gate:dev");
    assertThat(stored.getSpec().getContainers().getFirst().getEnv())
        .extracting(variable -> variable.getName() + "=" + variable.getValue())
        .contains(
            "PGHOST=127.0.0.1",
            "PGPORT=6432",
            "PGDATABASE=shop",
            "PGUSER=orders",
            "DATABASE_URL=postgresql://orders@127.0.0.1:6432/shop?sslmode=disable");
    assertThat(stored.getMetadata().getAnnotations()).containsEntry("sluice.dev/injected", "v1");
  }

  @Test
  void podThatAsksForSocketsHasThemAndStaysRestricted() {
    Pod stored =
        client
            .resource(
                pod()
                    .editMetadata()
                    .addToAnnotations("sluice.dev/socket", "true")
                    .endMetadata()
                    .build())
            .create();

    assertThat(stored.getSpec().getInitContainers().getFirst().getEnv())
        .extracting(variable -> variable.getName() + "=" + variable.getValue())
        .contains(
            "SLUICE_ACCESS=shop/orders=127.0.0.1:6432,"
                + "shop/orders=unix:/run/sluice/sockets/.s.PGSQL.6432");
    assertThat(stored.getSpec().getContainers().getFirst().getVolumeMounts())
        .filteredOn(mount -> mount.getName().equals("sluice-sockets"))
        .singleElement()
        .satisfies(mount -> assertThat(mount.getReadOnly()).isTrue());
  }

  @Test
  void socketIsTrueOrFalse() {
    Pod pod =
        pod().editMetadata().addToAnnotations("sluice.dev/socket", "yes").endMetadata().build();

    assertThat(refusal(() -> client.resource(pod).create()))
        .contains("SLU-W12: annotation sluice.dev/socket is neither \"true\" nor \"false\"");
  }

  @Test
  void dryRunOfTheServerShowsTheGate() {
    Pod shown = client.resource(pod().build()).dryRun().create();

    assertThat(shown.getSpec().getInitContainers()).hasSize(1);
    assertThat(client.resource(shown).get()).isNull();
  }

  @Test
  void copyOfAPodWithItsGateIsTakenAsItIs() {
    Pod stored = client.resource(pod().build()).create();
    Pod copy =
        new PodBuilder(stored)
            .withMetadata(
                new ObjectMetaBuilder()
                    .withName(name())
                    .withNamespace("shop")
                    .withLabels(stored.getMetadata().getLabels())
                    .withAnnotations(stored.getMetadata().getAnnotations())
                    .build())
            .withStatus(null)
            .build();

    Pod again = client.resource(copy).create();

    assertThat(again.getSpec().getInitContainers()).isEqualTo(stored.getSpec().getInitContainers());
    assertThat(again.getSpec().getVolumes()).isEqualTo(stored.getSpec().getVolumes());
  }

  @Test
  void deploymentWithAConnectionStringIsRefusedWithWhatToWriteInstead() {
    Deployment deployment =
        deployment(
            new PodBuilder(pod().build())
                .editMetadata()
                .removeFromLabels("sluice.dev/access")
                .endMetadata()
                .editSpec()
                .editFirstContainer()
                .addNewEnv()
                .withName("DATABASE_URL")
                .withValue("postgres://app:hunter2@orders-db.databases.svc:5432/shop")
                .endEnv()
                .endContainer()
                .endSpec()
                .build());

    assertThat(refusal(() -> client.resource(deployment).create()))
        .isEqualTo(
            """
            admission webhook "workloads.sluice.dev" denied the request: \
            Deployment shop/%s is refused:
            - SLU-W01: container "api", variable DATABASE_URL names orders-db.databases.svc, \
            an address of Database databases/orders (EnforcementPolicy shops)
            What to do:
            - Leave it out and give the pod template the label `sluice.dev/access: orders`: a \
            gate then runs beside the application and sets PGHOST, PGPORT, PGDATABASE, PGUSER and \
            DATABASE_URL; no credential is needed.\
            """
                .formatted(deployment.getMetadata().getName()));
  }

  @Test
  void podWithAConnectionStringInASecretIsRefusedAndTheSecretStaysSecret() {
    Pod pod =
        pod()
            .editMetadata()
            .removeFromLabels("sluice.dev/access")
            .endMetadata()
            .editSpec()
            .editFirstContainer()
            .addNewEnvFrom()
            .withNewSecretRef("shop-db", false)
            .endEnvFrom()
            .endContainer()
            .endSpec()
            .build();

    assertThat(refusal(() -> client.resource(pod).create()))
        .contains(
            "variable DATABASE_URL (key \"DATABASE_URL\" of Secret \"shop-db\") holds an address")
        .contains("give the pod the label `sluice.dev/access: orders`")
        .doesNotContain("hunter2");
  }

  @Test
  void addressOfAPodBehindTheServiceIsKnown() {
    await()
        .atMost(Patience.LONGEST)
        .until(
            () ->
                index().databases().stream()
                    .flatMap(database -> database.services().stream())
                    .anyMatch(service -> service.addresses().contains("10.244.0.17")));
    Pod pod =
        pod()
            .editSpec()
            .editFirstContainer()
            .withArgs("--db=10.244.0.17:5432")
            .endContainer()
            .endSpec()
            .build();

    assertThat(refusal(() -> client.resource(pod).create())).contains("args[0] names 10.244.0.17");
  }

  @Test
  void warningIsShownToWhoeverSendsThePod() {
    String json =
        Serialization.asJson(
            pod()
                .editMetadata()
                .removeFromLabels("sluice.dev/access")
                .withAnnotations(java.util.Map.of("sluice.dev/also", "orders"))
                .endMetadata()
                .build());

    assertThat(warnings("/api/v1/namespaces/shop/pods", json))
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .contains(
                        "SLU-W12: annotation sluice.dev/also has no effect without the label"
                            + " sluice.dev/access"));
  }

  @Test
  void templateThatAsksForAnUnknownAccessIsOnlyWarnedOf() {
    Deployment deployment =
        deployment(
            pod().editMetadata().addToLabels("sluice.dev/access", "later").endMetadata().build());

    assertThat(
            warnings("/apis/apps/v1/namespaces/shop/deployments", Serialization.asJson(deployment)))
        .anySatisfy(warning -> assertThat(warning).contains("SLU-W08").contains("\"later\\\""));
  }

  @Test
  void podWaitsForItsAccessAndHasItOnceItIsThere() {
    String access = name();
    Pod pod = pod().editMetadata().addToLabels("sluice.dev/access", access).endMetadata().build();
    assertThat(refusal(() -> client.resource(pod).create()))
        .contains("SLU-W08: label sluice.dev/access names the DatabaseAccess \"" + access);

    DatabaseAccess created =
        client.resources(DatabaseAccess.class).inNamespace("shop").withName("orders").get();
    created.setMetadata(new ObjectMetaBuilder().withName(access).withNamespace("shop").build());
    client.resource(created).create();

    // At once: it is looked up where the watch may be behind.
    assertThat(client.resource(pod).create().getSpec().getInitContainers()).hasSize(1);
  }

  @Test
  void presetGateIsRefused() {
    Pod pod =
        pod()
            .editSpec()
            .addNewInitContainer()
            .withName("sluice-gate")
            .withImage("evil/gate:1")
            .withRestartPolicy("Always")
            .endInitContainer()
            .endSpec()
            .build();

    assertThat(refusal(() -> client.resource(pod).create()))
        .startsWith("admission webhook \"inject.sluice.dev\" denied the request: ")
        .contains("SLU-W05: init container sluice-gate is brought by the workload");
  }

  @Test
  void exceptionHoldsForPodsOfTheControllerAndNotForPodsThatClaimAnOwner() {
    CronJob cronJob = client.resource(backup()).create();
    Job job =
        client
            .resource(
                new JobBuilder()
                    .withNewMetadata()
                    .withName("backup-28011")
                    .withNamespace("shop")
                    .addNewOwnerReference()
                    .withApiVersion("batch/v1")
                    .withKind("CronJob")
                    .withName("backup")
                    .withUid(cronJob.getMetadata().getUid())
                    .withController(true)
                    .endOwnerReference()
                    .endMetadata()
                    .withNewSpec()
                    .withTemplate(
                        new io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder()
                            .withSpec(
                                new PodBuilder(pod().build())
                                    .editSpec()
                                    .withRestartPolicy("Never")
                                    .endSpec()
                                    .build()
                                    .getSpec())
                            .build())
                    .endSpec()
                    .build())
            .create();
    Pod pod =
        pod()
            .editMetadata()
            .removeFromLabels("sluice.dev/access")
            .addNewOwnerReference()
            .withApiVersion("batch/v1")
            .withKind("Job")
            .withName("backup-28011")
            .withUid(job.getMetadata().getUid())
            .withController(true)
            .endOwnerReference()
            .endMetadata()
            .editSpec()
            .editFirstContainer()
            .addNewEnv()
            .withName("PGHOST")
            .withValue("orders-db.databases.svc")
            .endEnv()
            .endContainer()
            .endSpec()
            .build();

    assertThat(refusal(() -> client.resource(pod).create())).contains("SLU-W01");
    try (KubernetesClient controller =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(client.getConfiguration())
                    .withImpersonateUsername("system:serviceaccount:kube-system:job-controller")
                    .withImpersonateGroups("system:masters")
                    .build())
            .build()) {
      assertThat(controller.resource(pod).create().getMetadata().getUid()).isNotEmpty();
    }
  }

  @Test
  void podOfTheControlPlaneIsNotLookedAt() {
    client
        .serviceAccounts()
        .inNamespace("sluice-system")
        .resource(
            new io.fabric8.kubernetes.api.model.ServiceAccountBuilder()
                .withNewMetadata()
                .withName("shop-api")
                .endMetadata()
                .build())
        .create();
    Pod pod = pod().editMetadata().withNamespace("sluice-system").endMetadata().build();

    assertThat(client.resource(pod).create().getSpec().getInitContainers()).isEmpty();
  }

  @Test
  void invalidPodIsRefusedByTheApiServerAndNotByUs() {
    assertThatThrownBy(
            () ->
                client
                    .resource(
                        pod()
                            .editSpec()
                            .editFirstContainer()
                            .withImage(null)
                            .endContainer()
                            .endSpec()
                            .build())
                    .create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("spec.containers[0].image: Required value");
  }

  private List<String> warnings(String path, String json) {
    var http = client.getHttpClient();
    var request =
        http.newHttpRequestBuilder()
            .uri(client.getMasterUrl().toString().replaceAll("/$", "") + path)
            .post("application/json", json)
            .build();
    var response = http.sendAsync(request, String.class).join();
    assertThat(response.code()).as(response.body()).isEqualTo(201);
    return response.headers("Warning");
  }

  private static Deployment deployment(Pod pod) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(pod.getMetadata().getName())
        .withNamespace("shop")
        .endMetadata()
        .withNewSpec()
        .withNewSelector()
        .addToMatchLabels("app", "shop-api")
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(pod.getMetadata().getLabels())
        .endMetadata()
        .withSpec(pod.getSpec())
        .endTemplate()
        .endSpec()
        .build();
  }

  private static CronJob backup() {
    return new CronJobBuilder()
        .withNewMetadata()
        .withName("backup")
        .withNamespace("shop")
        .endMetadata()
        .withNewSpec()
        .withSchedule("0 3 * * *")
        .withNewJobTemplate()
        .withNewSpec()
        .withNewTemplate()
        .withSpec(pod().editSpec().withRestartPolicy("Never").endSpec().build().getSpec())
        .endTemplate()
        .endSpec()
        .endJobTemplate()
        .endSpec()
        .build();
  }
}
