package dev.sluice.webhook.inject;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.policy.workload.GateInjection;
import dev.sluice.policy.workload.GrantRequest;
import dev.sluice.policy.workload.PodParts;
import dev.sluice.policy.workload.Verdict;
import dev.sluice.policy.workload.Workload;
import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.policy.workload.WorkloadDecisions;
import dev.sluice.policy.workload.WorkloadName;
import dev.sluice.webhook.GoldenCases;
import dev.sluice.webhook.index.ClusterFile;
import dev.sluice.webhook.review.PodPatch;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pod in ({@code pod.yaml}), pod out ({@code expected.yaml}). */
class InjectionGoldenTest {
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  static List<Path> cases() {
    return GoldenCases.of("inject");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void podIsAsExpected(Path directory) throws IOException {
    Pod pod = pod(directory);
    GoldenCases.check(
        directory, "expected.yaml", SERIALIZATION.asYaml(inject(pod, context(directory, pod))));
  }

  /** As when the API server asks again after another webhook. */
  @ParameterizedTest
  @MethodSource("cases")
  void secondInjectionChangesNothing(Path directory) throws IOException {
    Pod pod = pod(directory);
    WorkloadContext context = context(directory, pod);
    Pod injected = inject(pod, context);

    assertThat(inject(injected, context)).isEqualTo(injected);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void podWithItsGateIsAdmitted(Path directory) throws IOException {
    Pod pod = pod(directory);
    WorkloadContext context = context(directory, pod);
    PodParts injected = parts(inject(pod, context));
    WorkloadName name =
        new WorkloadName("Pod", pod.getMetadata().getNamespace(), pod.getMetadata().getName());

    for (Workload.Stage stage : List.of(Workload.Stage.SUBMITTED, Workload.Stage.STORED)) {
      assertThat(
              WorkloadDecisions.decide(
                  new Workload(name, name, stage, injected, null, Map.of(), Map.of()), context))
          .isEqualTo(Verdict.Admit.SILENT);
    }
  }

  /** Also of a pod whose gate another webhook has moved behind a container of its own. */
  @ParameterizedTest
  @MethodSource("cases")
  void patchMakesOfThePodWhatTheInjectionMakes(Path directory) throws IOException {
    Pod pod = pod(directory);
    WorkloadContext context = context(directory, pod);
    Pod injected = inject(pod, context);
    Container first = new ContainerBuilder().withName("first").withImage("mesh:1").build();
    Pod moved = new PodBuilder(injected).editSpec().addToInitContainers(0, first).endSpec().build();

    for (Pod given : List.of(pod, injected, moved)) {
      assertThat(patched(given, PodPatch.of(given, inject(given, context))))
          .isEqualTo(tree(inject(given, context)));
    }
    assertThat(PodPatch.of(injected, injected)).isEqualTo("[]");
  }

  private static JsonNode patched(Pod pod, String patch) {
    return JsonPatch.apply(SERIALIZATION.unmarshal(patch, JsonNode.class), tree(pod));
  }

  private static JsonNode tree(Pod pod) {
    return requireNonNull(SERIALIZATION.unmarshal(SERIALIZATION.asJson(pod), JsonNode.class));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givenPodIsNotChanged(Path directory) throws IOException {
    Pod pod = pod(directory);
    inject(pod, context(directory, pod));

    assertThat(pod).isEqualTo(pod(directory));
  }

  private Pod pod(Path directory) throws IOException {
    return requireNonNull(
        SERIALIZATION.unmarshal(
            requireNonNull(GoldenCases.read(directory, "pod.yaml")), Pod.class));
  }

  private WorkloadContext context(Path directory, Pod pod) {
    return new ClusterFile(
            SERIALIZATION,
            directory.resolveSibling("context.yaml"),
            directory.resolve("context.yaml"))
        .context(pod.getMetadata().getNamespace());
  }

  private static Pod inject(Pod pod, WorkloadContext context) {
    String namespace = pod.getMetadata().getNamespace();
    GrantRequest request = GrantRequest.of(namespace, parts(pod), context);
    assertThat(request).isInstanceOf(GrantRequest.Asked.class);
    return GateInjection.inject(
        pod, namespace, ((GrantRequest.Asked) request).accesses(), context.gate());
  }

  private static PodParts parts(Pod pod) {
    return PodParts.of(pod.getMetadata(), pod.getSpec());
  }
}
