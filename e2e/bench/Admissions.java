import dev.sluice.crds.EnforcementPolicySpec;
import dev.sluice.policy.workload.Enforcement;
import dev.sluice.policy.workload.GateSettings;
import dev.sluice.policy.workload.GovernedDatabase;
import dev.sluice.policy.workload.GrantedAccess;
import dev.sluice.policy.workload.ObjectName;
import dev.sluice.policy.workload.PodParts;
import dev.sluice.policy.workload.Verdict;
import dev.sluice.policy.workload.Workload;
import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.policy.workload.WorkloadDecisions;
import dev.sluice.policy.workload.WorkloadName;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How long the webhook's decision takes about a pod of 10 containers with 20 variables each, in a cluster with 200 governed
 * databases: {@code Admissions COUNT}. Prints the 50th and the 99th of a hundred decisions about pods of which no two are alike, in
 * microseconds, the reading of the pod's JSON included.
 */
final class Admissions {
  private Admissions() {}

  public static void main(String[] arguments) {
    int count = Integer.parseInt(arguments[0]);
    WorkloadContext context = context();
    String[] pods = IntStream.range(0, count).mapToObj(Admissions::pod).toArray(String[]::new);
    for (int round = 0; round < 2; round++) {
      long[] times = new long[count];
      for (int number = 0; number < count; number++) {
        long begun = System.nanoTime();
        Pod pod = Serialization.unmarshal(pods[number], Pod.class);
        Verdict verdict =
            WorkloadDecisions.decide(
                new Workload(
                    new WorkloadName("Pod", "shop", "app-" + number),
                    new WorkloadName("Deployment", "shop", "app"),
                    Workload.Stage.STORED,
                    PodParts.of(pod.getMetadata(), pod.getSpec()),
                    null,
                    Map.of(),
                    Map.of()),
                context);
        times[number] = System.nanoTime() - begun;
        if (verdict instanceof Verdict.Reject != (number % 20 == 0)) {
          throw new IllegalStateException(number + ": " + verdict);
        }
      }
      Arrays.sort(times);
      if (round == 1) {
        System.out.printf("%d %d%n", times[count / 2] / 1000, times[count * 99 / 100] / 1000);
      }
    }
  }

  private static WorkloadContext context() {
    List<GovernedDatabase> databases =
        IntStream.range(0, 200)
            .mapToObj(
                number ->
                    new GovernedDatabase(
                        new ObjectName("databases", "db-" + number),
                        "shop",
                        List.of(new GovernedDatabase.Endpoint("db-%d.databases.svc".formatted(number), 5432)),
                        List.of(
                            new GovernedDatabase.ServiceAddress(
                                new ObjectName("databases", "db-" + number),
                                Map.of("app", "db-" + number),
                                List.of("10.96.1." + number % 250, "10.0.%d.7".formatted(number)),
                                Set.of(5432))),
                        "db-%d-admin".formatted(number),
                        "admin"))
            .toList();
    List<GrantedAccess> accesses =
        IntStream.range(0, 25)
            .mapToObj(
                number ->
                    new GrantedAccess(
                        "access-" + number, new ObjectName("databases", "db-" + number), Set.of("default"), null))
            .toList();
    EnforcementPolicySpec policy =
        Serialization.unmarshal("mode: Enforce\nnamespaces: {matchLabels: {tier: shop}}", EnforcementPolicySpec.class);
    return new WorkloadContext(
        databases,
        accesses,
        List.of(new Enforcement("shops", policy)),
        Map.of("tier", "shop"),
        Set.of("kube-system", "sluice-system"),
        "cluster.local",
        new GateSettings("gate:1", "Always", "https://operator:8443", new ResourceRequirements(), "64Mi"),
        Instant.now());
  }

  private static String pod(int number) {
    PodBuilder pod =
        new PodBuilder()
            .withNewMetadata().withName("app-" + number).withNamespace("shop").addToLabels("app", "app").endMetadata()
            .withNewSpec().endSpec();
    for (int container = 0; container < 10; container++) {
      String name = "c" + container;
      var added =
          pod.editSpec().addNewContainer().withName(name).withImage("registry.example.com/%s:%d".formatted(name, number))
              .withCommand("/bin/sh", "-c", "exec /app/server --listen :8080 --workers 4 --config /etc/%s.yaml".formatted(name));
      for (int variable = 0; variable < 20; variable++) {
        String value =
            switch (variable % 5) {
              case 0 -> "https://service-%d.%s.svc.cluster.local:8080/path/%d".formatted(variable, "ns" + container, number);
              case 1 -> "postgresql://app@localhost:5432/own_%d?sslmode=disable".formatted(number);
              case 2 -> "value-%d-%d".formatted(number, variable);
              case 3 -> "a longer text, as settings are, with words and numbers %d".formatted(number * 31 + variable);
              default -> "dGhpcyBpcyBub3RoaW5nIG9mIGludGVyZXN0IGF0IGFsbA==";
            };
        added = added.addNewEnv().withName("SETTING_%d".formatted(variable)).withValue(value).endEnv();
      }
      if (container == 0 && number % 20 == 0) {
        added = added.addNewEnv().withName("DATABASE_HOST").withValue("db-7.databases.svc").endEnv();
      }
      pod = added.endContainer().endSpec();
    }
    return Serialization.asJson(pod.build());
  }
}
