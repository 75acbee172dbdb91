package dev.sluice.cli.check;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.policy.workload.Content;
import dev.sluice.policy.workload.DatabaseAddresses;
import dev.sluice.policy.workload.Enforcement;
import dev.sluice.policy.workload.GateInjection;
import dev.sluice.policy.workload.GateSettings;
import dev.sluice.policy.workload.GrantRequest;
import dev.sluice.policy.workload.GrantedAccess;
import dev.sluice.policy.workload.PodParts;
import dev.sluice.policy.workload.References;
import dev.sluice.policy.workload.SlicedPods;
import dev.sluice.policy.workload.Verdict;
import dev.sluice.policy.workload.Workload;
import dev.sluice.policy.workload.Workload.Stage;
import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.policy.workload.WorkloadDecisions;
import dev.sluice.policy.workload.WorkloadName;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Goes with a workload the way that the webhook goes with it. */
final class Admission {
  /** Put into a pod and compared with itself, so that any gate does. */
  private static final GateSettings GATE =
      new GateSettings(
          "gate", "IfNotPresent", "https://sluice-operator", new ResourceRequirements(), "64Mi");

  /** How gates are put into pods of the cluster is not known here. */
  private static final GateSettings UNKNOWN =
      new GateSettings("", "", "https://sluice-operator", new ResourceRequirements(), "64Mi");

  private final KnownObjects known;
  private final String clusterDomain;
  private final Set<String> exemptNamespaces;
  private final Instant now;

  Admission(KnownObjects known, String clusterDomain, Set<String> exemptNamespaces, Instant now) {
    this.known = known;
    this.clusterDomain = clusterDomain;
    this.exemptNamespaces = Set.copyOf(exemptNamespaces);
    this.now = now;
  }

  /**
   * What becomes of an object that somebody submits.
   *
   * @param object the object
   * @return empty where it makes no pods
   */
  Optional<Verdict> verdict(HasMetadata object) {
    return PodParts.in(object).map(pod -> verdict(object, pod));
  }

  private Verdict verdict(HasMetadata object, PodParts parts) {
    String namespace = object.getMetadata().getNamespace();
    boolean runs = object instanceof Pod && object.getMetadata().getUid() != null;
    WorkloadContext context = context(namespace, runs ? UNKNOWN : GATE);
    if (!(object instanceof Pod pod)) {
      return decide(object, Stage.TEMPLATE, parts, context);
    }
    if (runs) {
      return decide(object, Stage.RUNNING, parts, context);
    }
    if (!GrantRequest.isMade(parts) || exemptNamespaces.contains(namespace)) {
      return decide(object, Stage.STORED, parts, context);
    }
    Verdict submitted = decide(object, Stage.SUBMITTED, parts, context);
    if (submitted instanceof Verdict.Reject
        || !(GrantRequest.of(namespace, parts, context) instanceof GrantRequest.Asked asked)) {
      return submitted;
    }
    Pod gated = GateInjection.inject(pod, namespace, asked.accesses(), GATE);
    return decide(object, Stage.STORED, PodParts.of(gated.getMetadata(), gated.getSpec()), context);
  }

  private Verdict decide(HasMetadata object, Stage stage, PodParts pod, WorkloadContext context) {
    String namespace = object.getMetadata().getNamespace();
    WorkloadName name = WorkloadName.of(object, namespace);
    References references = References.of(pod.spec());
    return WorkloadDecisions.decide(
        new Workload(
            name,
            stage == Stage.RUNNING ? controller(object).orElse(name) : name,
            stage,
            pod,
            null,
            contents(references.configMaps(), namespace, ConfigMap.class, Content::of),
            contents(references.secrets(), namespace, Secret.class, Content::of)),
        context);
  }

  /** Who makes a pod anew. Of a pod that runs what it says of that is believed, as by the scan. */
  private static Optional<WorkloadName> controller(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .findFirst()
        .map(
            owner ->
                new WorkloadName(
                    owner.getKind(), object.getMetadata().getNamespace(), owner.getName()));
  }

  private <T extends HasMetadata> Map<String, Content> contents(
      Set<String> names, String namespace, Class<T> type, Function<T, Content> content) {
    Map<String, Content> contents = new HashMap<>();
    for (String name : names) {
      contents.put(
          name,
          known
              .find(type, namespace, name)
              .map(content)
              .orElseGet(() -> new Content.NotRead(Content.Reason.NAMES_ONLY)));
    }
    return contents;
  }

  private WorkloadContext context(String namespace, GateSettings gate) {
    List<Service> services = known.all(Service.class);
    SlicedPods pods = new SlicedPods(each -> known.all(EndpointSlice.class, each));
    DatabaseAddresses addresses = new DatabaseAddresses(clusterDomain);
    return new WorkloadContext(
        known.all(Database.class).stream()
            .map(database -> addresses.of(database, services, pods))
            .toList(),
        known.all(DatabaseAccess.class, namespace).stream()
            .filter(access -> access.getMetadata().getDeletionTimestamp() == null)
            .map(GrantedAccess::of)
            .toList(),
        known.all(EnforcementPolicy.class).stream().map(Enforcement::of).toList(),
        labels(namespace),
        exemptNamespaces,
        clusterDomain,
        gate,
        now);
  }

  /** The label that the API server gives each namespace is known of every one. */
  private Map<String, String> labels(String namespace) {
    Map<String, String> labels = new HashMap<>();
    known
        .find(Namespace.class, null, namespace)
        .map(
            found ->
                Objects.requireNonNullElse(
                    found.getMetadata().getLabels(), Map.<String, String>of()))
        .ifPresent(labels::putAll);
    labels.put("kubernetes.io/metadata.name", namespace);
    return labels;
  }
}
