package dev.sluice.operator.scan;

import dev.sluice.cluster.ClusterContexts;
import dev.sluice.cluster.ClusterIndex;
import dev.sluice.cluster.ClusterSettings;
import dev.sluice.cluster.OwnerChain;
import dev.sluice.cluster.ReferencedContents;
import dev.sluice.policy.workload.Content;
import dev.sluice.policy.workload.Enforcement;
import dev.sluice.policy.workload.GateRenewal;
import dev.sluice.policy.workload.PodParts;
import dev.sluice.policy.workload.Verdict;
import dev.sluice.policy.workload.Workload;
import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.policy.workload.WorkloadDecisions;
import dev.sluice.policy.workload.WorkloadName;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all pods of the namespaces that policies are for, a page at a time, and decides about
 * each as admission does. Nothing of a pod is kept but what was found.
 */
public final class WorkloadScan {
  private static final Logger LOG = LoggerFactory.getLogger(WorkloadScan.class);
  private static final long PAGE = 500;

  /**
   * How the API server names the volume of a pod's token, with five letters and digits after it.
   */
  private static final String TOKEN = "kube-api-access";

  /** Stands for any node: a pod that runs has one. */
  private static final String NODE = "node";

  private static final Pattern MADE_UP = Pattern.compile(TOKEN + "-[a-z0-9]{5}");

  private final KubernetesClient client;
  private final ClusterIndex index;
  private final ClusterContexts contexts;
  private final ReferencedContents contents;
  private final ClusterSettings settings;
  private final Clock clock;

  /**
   * A scan.
   *
   * @param client may list pods, and get ReplicaSets and Jobs
   * @param index what is watched
   * @param settings how workloads are looked at
   * @param clock by which accesses and exceptions end
   */
  public WorkloadScan(
      KubernetesClient client, ClusterIndex index, ClusterSettings settings, Clock clock) {
    this.client = client;
    this.index = index;
    this.contexts = new ClusterContexts(index, settings, clock);
    this.contents = new ReferencedContents(client, settings);
    this.settings = settings;
    this.clock = clock;
  }

  /** Looks at everything. */
  ScanResult run() {
    Round round = new Round();
    List<Enforcement> policies = index.policies().stream().map(Enforcement::of).toList();
    List<NamespaceResult> results = new ArrayList<>();
    index.namespaces().stream()
        .sorted(Comparator.comparing(namespace -> namespace.getMetadata().getName()))
        .forEach(
            namespace -> {
              Set<String> selecting = selecting(namespace, policies);
              if (!selecting.isEmpty()) {
                results.add(round.look(namespace.getMetadata().getName(), selecting));
              }
            });
    return new ScanResult(clock.instant(), results, round.renewals);
  }

  private Set<String> selecting(Namespace namespace, List<Enforcement> policies) {
    if (settings.exemptNamespaces().contains(namespace.getMetadata().getName())) {
      return Set.of();
    }
    Map<String, String> labels =
        Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of());
    return policies.stream()
        .filter(policy -> policy.selects(labels))
        .map(Enforcement::policy)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All that a decision about a pod depends on beside the context. */
  private record Seen(
      WorkloadName owner,
      PodParts pod,
      Map<String, Content> configMaps,
      Map<String, Content> secrets) {}

  /**
   * Takes from a pod that a controller made what the cluster made up for it alone and what decides
   * nothing: its node, and the name of the volume of its token, where there is no doubt which one
   * that is.
   */
  private static void level(PodSpec spec) {
    if (spec.getNodeName() != null) {
      spec.setNodeName(NODE);
    }
    List<Volume> tokens =
        spec.getVolumes().stream().filter(volume -> volume.getName().startsWith(TOKEN)).toList();
    if (tokens.size() != 1 || !MADE_UP.matcher(tokens.getFirst().getName()).matches()) {
      return;
    }
    String madeUp = tokens.getFirst().getName();
    tokens.getFirst().setName(TOKEN);
    Stream.of(
            spec.getContainers().stream().map(Container::getVolumeMounts),
            spec.getInitContainers().stream().map(Container::getVolumeMounts),
            spec.getEphemeralContainers().stream().map(EphemeralContainer::getVolumeMounts))
        .flatMap(each -> each)
        .flatMap(List::stream)
        .filter(mount -> mount.getName().equals(madeUp))
        .forEach(mount -> mount.setName(TOKEN));
  }

  /** What is shared by the pods of one look at everything. */
  private final class Round {
    private final OwnerChain owners = new OwnerChain(client);
    private final ReferencedContents read = contents.remembering();
    private final List<Renewal> renewals = new ArrayList<>();

    NamespaceResult look(String namespace, Set<String> policies) {
      int renewalsBefore = renewals.size();
      try {
        return pages(namespace, policies);
      } catch (KubernetesClientException failure) {
        if (failure.getCode() == HttpURLConnection.HTTP_GONE) {
          // The list was too old to be gone on with: once more, from its beginning.
          renewals.subList(renewalsBefore, renewals.size()).clear();
          try {
            return pages(namespace, policies);
          } catch (KubernetesClientException again) {
            return failed(namespace, policies, again);
          }
        }
        return failed(namespace, policies, failure);
      }
    }

    private NamespaceResult failed(
        String namespace, Set<String> policies, KubernetesClientException failure) {
      LOG.warn("namespace={} its pods were not listed: status={}", namespace, failure.getCode());
      return new FindingTally(namespace, policies)
          .result(
              "The pods of namespace %s could not be listed (status %d); it is tried again with the next look."
                  .formatted(namespace, failure.getCode()));
    }

    private NamespaceResult pages(String namespace, Set<String> policies) {
      FindingTally tally = new FindingTally(namespace, policies);
      @Nullable String next = null;
      do {
        PodList page =
            client
                .pods()
                .inNamespace(namespace)
                .list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
        // Made anew for each page, so that exceptions end to the second.
        WorkloadContext context = contexts.of(namespace, List.of());
        Map<Seen, Verdict> seen = new HashMap<>();
        for (Pod pod : page.getItems()) {
          if (runs(pod)) {
            tally.pod();
            decide(pod, context, seen, tally);
          }
        }
        next = page.getMetadata().getContinue();
      } while (next != null && !next.isEmpty());
      return tally.result(null);
    }

    private void decide(
        Pod pod, WorkloadContext context, Map<Seen, Verdict> seen, FindingTally tally) {
      String namespace = pod.getMetadata().getNamespace();
      WorkloadName name = WorkloadName.of(pod, namespace);
      boolean excepted =
          context.enforcements().stream()
              .flatMap(each -> Objects.requireNonNull(each.spec().exceptions()).stream())
              .anyMatch(each -> each.workload().namespace().equals(namespace));
      // The top is looked up only where it matters: where exceptions may name it, or to tell of it.
      WorkloadName owner =
          excepted
              ? owners.topOf(name, pod.getMetadata())
              : OwnerChain.controller(pod.getMetadata())
                  .map(each -> new WorkloadName(each.getKind(), namespace, each.getName()))
                  .orElse(name);
      if (OwnerChain.controller(pod.getMetadata())
          .filter(each -> !"Node".equals(each.getKind()))
          .isPresent()) {
        level(pod.getSpec());
      }
      PodParts parts = PodParts.of(pod.getMetadata(), pod.getSpec());
      ReferencedContents.Contents referenced = read.of(namespace, parts.spec(), context);
      Workload workload =
          new Workload(
              name,
              owner,
              Workload.Stage.RUNNING,
              parts,
              null,
              referenced.configMaps(),
              referenced.secrets());
      // Pods of one workload are mostly alike, and to decide is most of the work.
      Verdict verdict =
          seen.computeIfAbsent(
              new Seen(owner, parts, referenced.configMaps(), referenced.secrets()),
              _ -> WorkloadDecisions.decide(workload, context));
      if (verdict.equals(Verdict.Admit.SILENT)) {
        return;
      }
      WorkloadName top = excepted ? owner : owners.topOf(name, pod.getMetadata());
      tally.add(top, verdict);
      GateRenewal renewal = GateRenewal.of(workload, verdict, context);
      if (renewal != GateRenewal.NONE) {
        renewals.add(
            new Renewal(
                renewal.wantedBy(workload, context),
                namespace,
                name.name(),
                pod.getMetadata().getUid(),
                Instant.parse(pod.getMetadata().getCreationTimestamp()),
                top,
                renewal));
      }
    }
  }

  /** What has ended connects no more, and what ends is about to. */
  private static boolean runs(Pod pod) {
    String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
    return pod.getMetadata().getDeletionTimestamp() == null
        && !"Succeeded".equals(phase)
        && !"Failed".equals(phase);
  }
}
