package dev.sluice.webhook.review;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.policy.workload.Content;
import dev.sluice.policy.workload.GateInjection;
import dev.sluice.policy.workload.GrantRequest;
import dev.sluice.policy.workload.References;
import dev.sluice.policy.workload.Workload;
import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.policy.workload.WorkloadDecisions;
import dev.sluice.policy.workload.WorkloadName;
import dev.sluice.webhook.GoldenCases;
import dev.sluice.webhook.index.ClusterFile;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Workload in, verdict out. A case has {@code workload.yaml} and {@code verdict.yaml}, and may have
 * {@code context.yaml} (objects beside those of the common one), {@code previous.yaml} (the object
 * before an update) and {@code request.yaml}: {@code owner}, {@code scan}, {@code stage}, {@code
 * inject: true} (the gate is put in first) and {@code patch} (what is then changed).
 */
class VerdictGoldenTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final KubernetesSerialization SERIALIZATION =
      new KubernetesSerialization(MAPPER, true);

  static List<Path> cases() {
    return GoldenCases.of("review");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void verdictIsAsExpected(Path directory) throws IOException {
    ClusterFile cluster =
        new ClusterFile(
            SERIALIZATION,
            directory.resolveSibling("context.yaml"),
            directory.resolve("context.yaml"));
    JsonNode request = request(directory);
    HasMetadata object =
        SERIALIZATION.unmarshal(requireNonNull(GoldenCases.read(directory, "workload.yaml")));
    WorkloadContext context = cluster.context(object.getMetadata().getNamespace());
    if (request.path("inject").asBoolean()) {
      object = changed(injected((Pod) object, context), request.path("patch"));
    }
    Submission submission =
        Submission.of(
                admission(object, GoldenCases.read(directory, "previous.yaml"), request, context))
            .orElseThrow();
    References references = References.of(submission.pod().spec());
    String scan = request.path("scan").asText("Content");
    Workload workload =
        new Workload(
            submission.name(),
            owner(submission, request),
            request.has("stage")
                ? Workload.Stage.valueOf(request.get("stage").asText())
                : submission.stage(),
            submission.pod(),
            submission.previous(),
            contents(
                scan,
                references.configMaps(),
                cluster.configMaps(submission.name().namespace(), references.configMaps())),
            contents(
                scan,
                references.secrets(),
                cluster.secrets(submission.name().namespace(), references.secrets())));
    GoldenCases.check(
        directory,
        "verdict.yaml",
        VerdictText.of(WorkloadDecisions.decide(workload, context), SERIALIZATION));
  }

  private JsonNode request(Path directory) throws IOException {
    String text = GoldenCases.read(directory, "request.yaml");
    return text == null
        ? MAPPER.createObjectNode()
        : MAPPER.valueToTree(requireNonNull(SERIALIZATION.unmarshal(text, Map.class)));
  }

  private Pod injected(Pod pod, WorkloadContext context) {
    String namespace = pod.getMetadata().getNamespace();
    GrantRequest asked =
        GrantRequest.of(
            namespace,
            dev.sluice.policy.workload.PodParts.of(pod.getMetadata(), pod.getSpec()),
            context);
    return GateInjection.inject(
        pod, namespace, ((GrantRequest.Asked) asked).accesses(), context.gate());
  }

  private HasMetadata changed(Pod pod, JsonNode patch) {
    return patch.isMissingNode()
        ? pod
        : requireNonNull(
            MAPPER.convertValue(JsonPatch.apply(patch, MAPPER.valueToTree(pod)), Pod.class));
  }

  private AdmissionRequest admission(
      HasMetadata object, @Nullable String previous, JsonNode request, WorkloadContext context) {
    AdmissionRequest admission = new AdmissionRequest();
    admission.setObject(object);
    admission.setNamespace(object.getMetadata().getNamespace());
    admission.setOperation("CREATE");
    if (previous != null) {
      admission.setOperation("UPDATE");
      HasMetadata before = SERIALIZATION.unmarshal(previous);
      admission.setOldObject(
          request.path("inject").asBoolean() ? injected((Pod) before, context) : before);
    }
    return admission;
  }

  private static WorkloadName owner(Submission submission, JsonNode request) {
    return request.has("owner")
        ? new WorkloadName(
            request.path("owner").path("kind").asText(),
            submission.name().namespace(),
            request.path("owner").path("name").asText())
        : submission.name();
  }

  private static Map<String, Content> contents(
      String scan, Set<String> names, Map<String, Content> known) {
    return switch (scan) {
      case "Content" -> known;
      case "References" -> all(names, Content.Reason.NAMES_ONLY);
      case "Forbidden" -> all(names, Content.Reason.FORBIDDEN);
      default -> all(names, Content.Reason.NOT_WANTED);
    };
  }

  private static Map<String, Content> all(Set<String> names, Content.Reason reason) {
    return names.stream().collect(Collectors.toMap(name -> name, _ -> new Content.NotRead(reason)));
  }
}
