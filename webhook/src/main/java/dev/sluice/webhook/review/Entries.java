package dev.sluice.webhook.review;

import dev.sluice.cluster.ClusterContexts;
import dev.sluice.policy.workload.Entry;
import dev.sluice.policy.workload.Entry.Way;
import dev.sluice.policy.workload.EntryDecisions;
import dev.sluice.policy.workload.PodParts;
import dev.sluice.policy.workload.Verdict;
import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.policy.workload.WorkloadName;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.webhook.admission.AdmissionUtils;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Answers when somebody wants into a pod that runs. */
@ApplicationScoped
public class Entries {
  private final KubernetesClient client;
  private final ClusterContexts contexts;
  private final KubernetesSerialization serialization;

  Entries(
      KubernetesClient client, ClusterContexts contexts, KubernetesSerialization serialization) {
    this.client = client;
    this.contexts = contexts;
    this.serialization = serialization;
  }

  /**
   * Says what becomes of an exec, an attach or a port-forward. What is submitted are its options;
   * the pod is looked up. One that is not there is for the API server to tell of.
   *
   * @param request the request
   */
  public AdmissionResponse enter(AdmissionRequest request) {
    Optional<Way> way = way(request);
    if (way.isEmpty() || request.getName() == null || request.getNamespace() == null) {
      return AdmissionUtils.allowedAdmissionResponse();
    }
    Pod pod = client.pods().inNamespace(request.getNamespace()).withName(request.getName()).get();
    if (pod == null) {
      return AdmissionUtils.allowedAdmissionResponse();
    }
    Options options = Options.of(request.getObject(), serialization);
    Entry entry =
        new Entry(
            way.get(),
            new WorkloadName("Pod", request.getNamespace(), request.getName()),
            options.container(),
            person(request),
            options.command());
    WorkloadContext context = contexts.of(request.getNamespace(), List.of());
    return Answers.told(
        EntryDecisions.decide(entry, PodParts.of(pod.getMetadata(), pod.getSpec()), context),
        request,
        entry.pod().toString());
  }

  /**
   * What is to be said of the ephemeral containers that an update adds.
   *
   * @param request the request
   * @param submitted what it submits
   * @param context the cluster
   */
  static Verdict added(AdmissionRequest request, Submission submitted, WorkloadContext context) {
    PodParts previous = submitted.previous();
    if (previous == null || !"ephemeralcontainers".equals(request.getSubResource())) {
      return Verdict.Admit.SILENT;
    }
    Set<String> known =
        previous.spec().getEphemeralContainers().stream()
            .map(EphemeralContainer::getName)
            .collect(Collectors.toSet());
    Verdict verdict = Verdict.Admit.SILENT;
    for (EphemeralContainer each : submitted.pod().spec().getEphemeralContainers()) {
      if (!known.contains(each.getName())) {
        List<String> command = new ArrayList<>(each.getCommand());
        command.addAll(each.getArgs());
        Entry entry =
            new Entry(Way.DEBUG, submitted.name(), each.getName(), person(request), command);
        verdict = verdict.and(EntryDecisions.decide(entry, previous, context));
      }
    }
    return verdict;
  }

  private static Optional<Way> way(AdmissionRequest request) {
    if (!"CONNECT".equals(request.getOperation())) {
      return Optional.empty();
    }
    return switch (Objects.requireNonNullElse(request.getSubResource(), "")) {
      case "exec" -> Optional.of(Way.EXEC);
      case "attach" -> Optional.of(Way.ATTACH);
      case "portforward" -> Optional.of(Way.PORT_FORWARD);
      default -> Optional.empty();
    };
  }

  private static String person(AdmissionRequest request) {
    return request.getUserInfo() == null || request.getUserInfo().getUsername() == null
        ? "somebody"
        : request.getUserInfo().getUsername();
  }

  /** What PodExecOptions and PodAttachOptions have in common. */
  private record Options(@Nullable String container, List<String> command) {
    static Options of(@Nullable Object object, KubernetesSerialization serialization) {
      Map<?, ?> fields = object == null ? Map.of() : serialization.convertValue(object, Map.class);
      String container = fields.get("container") instanceof String name ? name : "";
      List<String> command =
          fields.get("command") instanceof List<?> words
              ? words.stream().map(String::valueOf).toList()
              : List.of();
      return new Options(container.isEmpty() ? null : container, command);
    }
  }
}
