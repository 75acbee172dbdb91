package dev.sluice.operator.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.cluster.ClusterIndex;
import dev.sluice.cluster.ClusterSettings;
import dev.sluice.cluster.CredentialScan;
import dev.sluice.fixtures.RealApiServer;
import dev.sluice.policy.workload.GateSettings;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What a look at many pods costs. It prints figures and asserts none: {@code make/maven test -pl
 * operator -am -Dtest=ScanFigureTest -Dsluice.scan.pods=10000
 * -Dsurefire.failIfNoSpecifiedTests=false}, and {@code -Xmx256m} in {@code surefire.argLine} for
 * the memory that it has to do with. Ten pods are alike, or {@code -Dsluice.scan.alike=1}.
 */
@EnabledIfSystemProperty(named = "sluice.scan.pods", matches = "\\d+")
class ScanFigureTest {
  private static final int NAMESPACES = 20;
  private static final int DATABASES = 20;
  private static final int CONTAINERS = 3;
  private static final int VARIABLES = 20;

  private final RealApiServer cluster = RealApiServer.shared();
  private final KubernetesClient client = cluster.client();

  @Test
  void aLookAtManyPods() throws Exception {
    int pods = Integer.getInteger("sluice.scan.pods");
    for (int database = 0; database < DATABASES; database++) {
      apply(
          """
          apiVersion: sluice.dev/v1alpha1
          kind: Database
          metadata: {name: db-%1$d, namespace: %2$s}
          spec:
            engine: PostgreSQL
            endpoints: [{host: db-%1$d.example.com, port: 5432}]
            database: shop
            tls: {mode: VerifyFull}
            adminSecretRef: {name: admin}
          """
              .formatted(database, "default"));
    }
    apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: EnforcementPolicy
        metadata: {name: figure}
        spec: {namespaces: {matchLabels: {figure: "yes"}}, mode: Audit}
        """);
    create(pods);
    ClusterSettings settings =
        new ClusterSettings(
            Set.of("kube-system", "sluice-system"),
            "cluster.local",
            new GateSettings(
                "gate:1", "Always", "https://op:8443", new ResourceRequirements(), "64Mi"),
            CredentialScan.CONTENT,
            null);
    ClusterIndex index = new ClusterIndex(client, settings);
    index.start();
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> index.missing().isEmpty());
    WorkloadScan scan = new WorkloadScan(client, index, settings, Clock.systemUTC());
    for (int round = 1; round <= 3; round++) {
      System.gc();
      long before = used();
      heap().forEach(MemoryPoolMXBean::resetPeakUsage);
      long processor = processor();
      long begun = System.nanoTime();
      ScanResult result = scan.run();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      Duration worked = Duration.ofNanos(processor() - processor);
      long peak = heap().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
      System.gc();
      System.out.printf(
          "look %d: pods=%d findings=%d seconds=%.1f processorSeconds=%.1f heapPeakMiB=%d"
              + " heapBeforeMiB=%d heapAfterMiB=%d maxMiB=%d%n",
          round,
          result.namespaces().stream().mapToInt(NamespaceResult::pods).sum(),
          result.namespaces().stream().mapToInt(each -> each.found().size()).sum(),
          took.toMillis() / 1000.0,
          worked.toMillis() / 1000.0,
          peak >> 20,
          before >> 20,
          used() >> 20,
          Runtime.getRuntime().maxMemory() >> 20);
      assertThat(result.namespaces().stream().mapToInt(NamespaceResult::pods).sum())
          .isEqualTo(pods);
    }
    index.stop();
  }

  /** What this process has used of the processors: others may use them, too. */
  private static long processor() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static List<MemoryPoolMXBean> heap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .toList();
  }

  /** Some pods of each workload; every twentieth workload goes around a gate. */
  private void create(int pods) {
    int alike = Integer.getInteger("sluice.scan.alike", 10);
    List<String> namespaces = new ArrayList<>();
    for (int namespace = 0; namespace < NAMESPACES; namespace++) {
      namespaces.add(cluster.newNamespace("figure", "figure", "yes"));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (int number = 0; number < pods; number++) {
        int pod = number;
        threads.execute(
            () -> create(namespaces.get(pod % NAMESPACES), pod / NAMESPACES / alike, pod));
      }
    }
  }

  private void create(String namespace, int workload, int number) {
    var spec =
        new PodBuilder()
            .withNewMetadata()
            .withName("app-%d-%d".formatted(workload, number))
            .withNamespace(namespace)
            .addToLabels("app", "app-" + workload)
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion("apps/v1")
                    .withKind("StatefulSet")
                    .withName("app-" + workload)
                    .withUid("00000000-0000-0000-0000-%012d".formatted(workload))
                    .withController(true)
                    .build())
            .endMetadata()
            .withNewSpec();
    for (int container = 0; container < CONTAINERS; container++) {
      List<EnvVar> variables = new ArrayList<>();
      for (int variable = 0; variable < VARIABLES; variable++) {
        variables.add(
            new EnvVarBuilder()
                .withName("SETTING_%d".formatted(variable))
                .withValue("https://service-%d.%s.svc:8080/path".formatted(variable, namespace))
                .build());
      }
      if (container == 0 && workload % 20 == 0) {
        variables.add(
            new EnvVarBuilder()
                .withName("DATABASE_URL")
                .withValue(
                    "postgresql://app@db-%d.example.com/shop".formatted(workload % DATABASES))
                .build());
      }
      spec.addNewContainer()
          .withName("c" + container)
          .withImage("registry.example/app:1")
          .withEnv(variables)
          .endContainer();
    }
    client.resource(spec.endSpec().build()).create();
  }

  private void apply(String yaml) {
    HasMetadata resource = client.getKubernetesSerialization().unmarshal(yaml);
    client.resource(resource).fieldManager("test").forceConflicts().serverSideApply();
  }
}
