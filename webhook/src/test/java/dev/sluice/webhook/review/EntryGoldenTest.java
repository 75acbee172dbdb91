package dev.sluice.webhook.review;

import static java.util.Objects.requireNonNull;

import dev.sluice.policy.workload.Entry;
import dev.sluice.policy.workload.EntryDecisions;
import dev.sluice.policy.workload.GateInjection;
import dev.sluice.policy.workload.GrantRequest;
import dev.sluice.policy.workload.PodParts;
import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.policy.workload.WorkloadName;
import dev.sluice.webhook.GoldenCases;
import dev.sluice.webhook.index.ClusterFile;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Somebody wants into a pod, verdict out. A case has {@code pod.yaml}, which runs with its gate
 * where it asks for one, {@code entry.yaml} ({@code way}, {@code container}, {@code person}, {@code
 * command}) and {@code verdict.yaml}, and may have {@code context.yaml} beside the one of the
 * workloads' cases.
 */
class EntryGoldenTest {
  private static final KubernetesSerialization SERIALIZATION =
      new KubernetesSerialization(new com.fasterxml.jackson.databind.ObjectMapper(), true);

  static List<Path> cases() {
    return GoldenCases.of("enter");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void verdictIsAsExpected(Path directory) throws IOException {
    ClusterFile cluster =
        new ClusterFile(
            SERIALIZATION,
            Path.of("src/test/resources/review/context.yaml"),
            directory.resolve("context.yaml"));
    Pod pod = SERIALIZATION.unmarshal(requireNonNull(GoldenCases.read(directory, "pod.yaml")));
    String namespace = pod.getMetadata().getNamespace();
    WorkloadContext context = cluster.context(namespace);
    PodParts parts = PodParts.of(pod.getMetadata(), pod.getSpec());
    if (GrantRequest.of(namespace, parts, context) instanceof GrantRequest.Asked asked) {
      Pod gated = GateInjection.inject(pod, namespace, asked.accesses(), context.gate());
      parts = PodParts.of(gated.getMetadata(), gated.getSpec());
    }
    Map<?, ?> entry =
        SERIALIZATION.unmarshal(
            requireNonNull(GoldenCases.read(directory, "entry.yaml")), Map.class);

    GoldenCases.check(
        directory,
        "verdict.yaml",
        VerdictText.of(
            EntryDecisions.decide(
                new Entry(
                    Entry.Way.valueOf(String.valueOf(entry.get("way"))),
                    WorkloadName.of(pod, namespace),
                    (String) entry.get("container"),
                    "alice@example.com",
                    entry.get("command") instanceof List<?> words
                        ? words.stream().map(String::valueOf).toList()
                        : List.of()),
                parts,
                context),
            SERIALIZATION));
  }
}
