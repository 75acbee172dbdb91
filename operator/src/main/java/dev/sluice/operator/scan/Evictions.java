package dev.sluice.operator.scan;

import dev.sluice.operator.notice.Notices;
import dev.sluice.policy.workload.GateRenewal;
import dev.sluice.policy.workload.WorkloadName;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evicts pods whose gate is missing or outdated, where policies ask for it, so that their
 * controllers make them anew. Gently: through the Eviction API, so that PodDisruptionBudgets hold;
 * one pod of a workload at a time and rarely; only while new pods get their gate; and never what
 * nothing would make anew.
 */
public final class Evictions {
  private static final Logger LOG = LoggerFactory.getLogger(Evictions.class);

  /** Nothing makes a bare pod anew, and the kubelet its own; a Job counts an eviction as failed. */
  private static final Set<String> SPARED = Set.of("Pod", "Node", "Job", "CronJob");

  private final KubernetesClient evicting;
  private final Readiness readiness;
  private final Notices notices;
  private final BooleanSupplier injecting;
  private final Clock clock;
  private final EvictionBackoff backoff;

  /**
   * Evicts nothing yet.
   *
   * @param client may evict pods and get their controllers
   * @param notices tells of it
   * @param injecting whether new pods get their gate now
   * @param clock the time
   * @param most how many there may be within the rest of a workload
   * @param rest how long a workload rests after an eviction, and how old a pod is at least
   */
  public Evictions(
      KubernetesClient client,
      Notices notices,
      BooleanSupplier injecting,
      Clock clock,
      int most,
      Duration rest) {
    // That a budget says no is an answer, and no reason to ask again and again.
    this.evicting =
        client
            .newClient(new RequestConfigBuilder().withRequestRetryBackoffLimit(0).build())
            .adapt(KubernetesClient.class);
    this.readiness = new Readiness(client);
    this.notices = notices;
    this.injecting = injecting;
    this.clock = clock;
    this.backoff = new EvictionBackoff(most, rest);
  }

  /**
   * Evicts what may be evicted now.
   *
   * @param wanted pods that policies want to be made anew
   * @return what stands in the way and what to do, by policy
   */
  Map<String, List<String>> act(List<Renewal> wanted) {
    Problems problems = new Problems();
    Map<WorkloadName, List<Renewal>> workloads = new LinkedHashMap<>();
    wanted.stream()
        .sorted(Comparator.comparing(Renewal::createdAt))
        .forEach(
            each -> workloads.computeIfAbsent(each.owner(), key -> new ArrayList<>()).add(each));
    if (!workloads.isEmpty() && !injecting.getAsBoolean()) {
      wanted.forEach(
          each ->
              problems.add(
                  each,
                  "No pod is evicted for its gate now, because new pods would not get one: see"
                      + " that the Deployment sluice-webhook is ready and that the"
                      + " MutatingWebhookConfiguration sluice is in place."));
      return problems.byPolicy;
    }
    for (List<Renewal> its : workloads.values()) {
      // Those without a gate go first: the others have one.
      Renewal first =
          its.stream()
              .filter(each -> each.kind() == GateRenewal.EVICT)
              .findFirst()
              .orElse(its.getFirst());
      if (SPARED.contains(first.owner().kind())) {
        problems.add(
            first,
            "%s is not evicted for its gate, because %s."
                .formatted(
                    first.owner(),
                    first.owner().kind().equals("Pod") || first.owner().kind().equals("Node")
                        ? "nothing would make it anew: delete it and create it again"
                        : "a Job counts an eviction as a failure: its next pods get their gate"));
      } else if (!backoff.hasRoom(clock.instant())) {
        return problems.byPolicy;
      } else if (backoff.mayEvict(first.owner(), first.createdAt(), clock.instant())) {
        evict(first, its.size(), problems);
      }
    }
    return problems.byPolicy;
  }

  private void evict(Renewal renewal, int left, Problems problems) {
    try {
      if (renewal.kind() == GateRenewal.ROLL) {
        Boolean ready = readiness.isReady(renewal.owner());
        if (ready == null) {
          problems.add(
              renewal,
              "%s is not rolled for its gate, because a %s does not tell whether its pods are ready: make its pods anew yourself."
                  .formatted(renewal.owner(), renewal.owner().kind()));
          return;
        }
        if (!ready) {
          problems.add(
              renewal,
              "%s waits to be rolled for its gate until all of its pods are ready."
                  .formatted(renewal.owner()));
          return;
        }
      }
      boolean evicted =
          evicting
              .pods()
              .inNamespace(renewal.namespace())
              .withName(renewal.pod())
              .evict(
                  new EvictionBuilder()
                      .withNewMetadata()
                      .withNamespace(renewal.namespace())
                      .withName(renewal.pod())
                      .endMetadata()
                      .withDeleteOptions(
                          new DeleteOptionsBuilder()
                              .withNewPreconditions()
                              .withUid(renewal.podUid())
                              .endPreconditions()
                              .build())
                      .build());
      if (evicted) {
        backoff.evicted(renewal.owner(), left, clock.instant());
        tell(renewal);
      } else {
        problems.add(
            renewal,
            "%s waits to be made anew for its gate: its PodDisruptionBudget lets no pod be evicted now."
                .formatted(renewal.owner()));
      }
    } catch (KubernetesClientException refused) {
      refused(renewal, refused, problems);
    }
  }

  private void refused(Renewal renewal, KubernetesClientException refused, Problems problems) {
    switch (refused.getCode()) {
      case HttpURLConnection.HTTP_FORBIDDEN ->
          problems.add(
              renewal,
              "The operator may not evict pods, which spec.gates asks for: set the chart's value"
                  + " scan.evictions to true, or spec.gates to Report.");
      case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT ->
          LOG.debug("pod={}/{} is another by now", renewal.namespace(), renewal.pod());
      default ->
          LOG.warn(
              "pod={}/{} was not evicted: status={}",
              renewal.namespace(),
              renewal.pod(),
              refused.getCode());
    }
  }

  private void tell(Renewal renewal) {
    String why = renewal.kind() == GateRenewal.EVICT ? "it has no gate" : "its gate is outdated";
    LOG.info(
        "pod={}/{} owner={} evicted: {}", renewal.namespace(), renewal.pod(), renewal.owner(), why);
    notices.normal(
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(renewal.namespace())
            .withName(renewal.pod())
            .withUid(renewal.podUid())
            .endMetadata()
            .build(),
        "Evict",
        renewal.kind() == GateRenewal.EVICT ? "GateMissing" : "GateOutdated",
        "Evicted so that %s makes it anew: it asks for an access, and %s. EnforcementPolicy %s says so in spec.gates."
            .formatted(renewal.owner(), why, String.join(", ", renewal.policies())));
  }

  private static final class Problems {
    private final Map<String, List<String>> byPolicy = new TreeMap<>();

    void add(Renewal renewal, String sentence) {
      for (String policy : renewal.policies()) {
        List<String> its =
            Objects.requireNonNull(byPolicy.computeIfAbsent(policy, key -> new ArrayList<>()));
        if (!its.contains(sentence)) {
          its.add(sentence);
        }
      }
    }
  }
}
