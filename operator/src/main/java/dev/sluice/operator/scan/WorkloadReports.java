package dev.sluice.operator.scan;

import dev.sluice.operator.report.ReportForm;
import dev.sluice.policy.workload.WorkloadName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one report in each namespace where something was found, and none elsewhere. Where no kind
 * of report is installed there is nothing to do.
 */
public final class WorkloadReports {
  /** What each report is called. */
  static final String NAME = "sluice-workloads";

  private static final Logger LOG = LoggerFactory.getLogger(WorkloadReports.class);
  private static final String SOURCE = "sluice";
  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** Keeps reports apart from those on Databases. */
  private static final String ABOUT = "sluice.dev/about";

  private final KubernetesClient client;

  /**
   * A writer.
   *
   * @param client may write and delete reports everywhere
   */
  public WorkloadReports(KubernetesClient client) {
    this.client = client;
  }

  /** Writes what was found. That it cannot be written is told in the log: the status says it. */
  void write(ScanResult result) {
    try {
      ReportForm form = ReportForm.installed(client);
      if (form == null) {
        return;
      }
      Set<String> kept = new HashSet<>();
      for (NamespaceResult namespace : result.namespaces()) {
        if (namespace.problem() != null) {
          // What is not known now is left as it was told.
          kept.add(namespace.namespace());
        } else if (!namespace.found().isEmpty()) {
          kept.add(namespace.namespace());
          write(form, namespace);
        }
      }
      removeAllBut(form, kept);
    } catch (KubernetesClientException refused) {
      LOG.warn("reports on workloads were not written: status={}", refused.getCode());
    }
  }

  private void write(ReportForm form, NamespaceResult namespace) {
    try {
      client
          .resource(report(form, namespace))
          .fieldManager(SOURCE)
          .forceConflicts()
          .serverSideApply();
    } catch (KubernetesClientException refused) {
      // A namespace that is about to go takes no reports any more.
      LOG.warn(
          "namespace={} its report was not written: status={}",
          namespace.namespace(),
          refused.getCode());
    }
  }

  private void removeAllBut(ReportForm form, Set<String> kept) {
    client
        .genericKubernetesResources(form.apiVersion(), form.kind())
        .inAnyNamespace()
        .withLabel(ABOUT, "workloads")
        .list()
        .getItems()
        .stream()
        .filter(report -> NAME.equals(report.getMetadata().getName()))
        .filter(report -> !kept.contains(report.getMetadata().getNamespace()))
        .forEach(report -> client.resource(report).delete());
  }

  private static GenericKubernetesResource report(ReportForm form, NamespaceResult namespace) {
    GenericKubernetesResource report = new GenericKubernetesResource();
    report.setApiVersion(form.apiVersion());
    report.setKind(form.kind());
    report.setMetadata(
        new ObjectMetaBuilder()
            .withName(NAME)
            .withNamespace(namespace.namespace())
            .addToLabels(MANAGED_BY, SOURCE)
            .addToLabels(ABOUT, "workloads")
            .build());
    Map<String, Integer> summary = new LinkedHashMap<>();
    List.of("pass", "fail", "warn", "error", "skip").forEach(each -> summary.put(each, 0));
    namespace.found().forEach(each -> summary.merge(outcome(each), 1, Integer::sum));
    report.setAdditionalProperty("summary", summary);
    report.setAdditionalProperty(
        "results", namespace.found().stream().map(WorkloadReports::result).toList());
    return report;
  }

  private static Map<String, Object> result(FoundWorkload found) {
    return Map.of(
        "source",
        SOURCE,
        "policy",
        "workload-enforcement",
        "rule",
        found.type(),
        "category",
        "Workload",
        "severity",
        severity(found),
        "result",
        outcome(found),
        "scored",
        !found.finding().excepted(),
        "message",
        found.finding().sentence(),
        "resources",
        List.of(reference(found.workload())),
        "properties",
        Map.of("pods", Integer.toString(found.pods()), "remedy", found.finding().remedy()));
  }

  /** What would be refused has failed; what is only told is a warning. */
  private static String outcome(FoundWorkload found) {
    if (found.finding().excepted()) {
      return "skip";
    }
    return switch (found.mode()) {
      case Enforce -> "fail";
      case Warn, Audit -> "warn";
    };
  }

  private static String severity(FoundWorkload found) {
    return switch (found.mode()) {
      case Enforce -> "high";
      case Warn -> "medium";
      case Audit -> "low";
    };
  }

  private static Map<String, String> reference(WorkloadName workload) {
    Map<String, String> reference = new LinkedHashMap<>();
    String apiVersion = apiVersion(workload.kind());
    if (apiVersion != null) {
      reference.put("apiVersion", apiVersion);
    }
    reference.put("kind", workload.kind());
    reference.put("namespace", workload.namespace());
    reference.put("name", workload.name());
    return reference;
  }

  private static @Nullable String apiVersion(String kind) {
    return switch (kind) {
      case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet" -> "apps/v1";
      case "Job", "CronJob" -> "batch/v1";
      case "Pod", "ReplicationController", "Node" -> "v1";
      default -> null;
    };
  }
}
