package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Enforcement in some namespaces.
 *
 * @param namespaces labels of the namespaces; empty: all but the control plane's own and
 *     kube-system
 * @param mode what a finding leads to
 * @param findings modes for single kinds of finding
 * @param exec what becomes of people who enter a pod with an access, or a database's own
 * @param exceptions workloads for which findings are accepted for a time
 * @param gates what becomes of pods that run without their gate, or with an outdated one
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EnforcementPolicySpec(
    @Default("{}")
        @JsonPropertyDescription(
            "Labels of the namespaces that it is for. Absent or empty: all but the control plane's"
                + " own and kube-system.")
        @Nullable LabelSelector namespaces,
    @Required
        @JsonPropertyDescription(
            "What a finding about a workload leads to. Audit: it is recorded. Warn: it is recorded"
                + " and kubectl shows a warning. Enforce: the workload is rejected.")
        Mode mode,
    @Size(max = 50) @UniqueItems(by = "type")
        @JsonPropertyDescription("Modes for single kinds of finding.")
        @Nullable List<FindingMode> findings,
    @Default("Record")
        @JsonPropertyDescription(
            "What becomes of people who enter a pod that has an access, with kubectl exec, attach"
                + " or debug, or a governed database's own pod, with these or port-forward. Allow:"
                + " nothing. Record: who it was stands in the webhook's log and in the API server's"
                + " audit log. Refuse: they do not get in. Nobody enters the gate itself or"
                + " forwards ports of its pod, whatever stands here.")
        @Nullable Exec exec,
    @Size(max = 200) @JsonPropertyDescription("Workloads for which findings are accepted for a time.")
        @Nullable List<PolicyException> exceptions,
    @JsonPropertyDescription(
            "What becomes of pods that already run without the gate that they ask for, or with an"
                + " outdated one.")
        @Nullable Gates gates) {

  private static final String FINDING_TYPES =
      "DirectConnection: it names the address of a governed database. HostNetwork: it shares the"
          + " node's network, so that a gate cannot stand in its way. GateTampered: it brings,"
          + " replaces or changes what belongs to the gate. NodeAccess: it reaches the node, and"
          + " from there every gate (privileged, hostPID, directories of the kubelet, SYS_ADMIN)."
          + " NetworkCapability: it can capture or forge packets (NET_ADMIN, NET_RAW). Unscheduled:"
          + " it is put on a node past the scheduler. RuntimeClass: it asks for a runtime of its"
          + " own. GateMissing: it runs without the gate that it asks for. GateOutdated: it runs"
          + " with another gate than a new pod gets.";

  /** Absent parts become empty ones. */
  public EnforcementPolicySpec {
    namespaces = namespaces == null ? new LabelSelector() : namespaces;
    findings = findings == null ? List.of() : List.copyOf(findings);
    exec = exec == null ? Exec.Record : exec;
    exceptions = exceptions == null ? List.of() : List.copyOf(exceptions);
  }

  /** What a finding leads to, from the mildest to the strictest. */
  public enum Mode {
    /** It is recorded. */
    Audit,
    /** It is recorded, and kubectl shows a warning. */
    Warn,
    /** The workload is rejected. */
    Enforce
  }

  /** What becomes of people who enter a pod, from the mildest to the strictest. */
  public enum Exec {
    /** They get in. */
    Allow,
    /** They get in, and who it was is recorded. */
    Record,
    /** They do not get in. */
    Refuse
  }

  /**
   * The mode for one kind of finding.
   *
   * @param type the kind
   * @param mode what it leads to
   */
  public record FindingMode(
      @Required @JsonPropertyDescription(FINDING_TYPES) FindingType type,
      @Required @JsonPropertyDescription("What it leads to: Audit, Warn or Enforce.") Mode mode) {}

  /** Kinds of finding about a workload. */
  public enum FindingType {
    /** It names the address of a governed database. */
    DirectConnection,
    /** It shares the node's network, so that the gate cannot stand in its way. */
    HostNetwork,
    /** It brings, replaces or changes what belongs to the gate. */
    GateTampered,
    /** It reaches the node, and from there every gate. */
    NodeAccess,
    /** It can capture or forge packets. */
    NetworkCapability,
    /** It is put on a node past the scheduler, or is a static pod. */
    Unscheduled,
    /** It asks for a runtime of its own. */
    RuntimeClass,
    /** It runs without the gate that it asks for. */
    GateMissing,
    /** It runs with another gate than a new pod gets. */
    GateOutdated
  }

  /**
   * What becomes of pods that already run, in the namespaces of the policy.
   *
   * @param missing of those without the gate that they ask for
   * @param outdated of those with another gate than a new pod gets
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Gates(
      @Default("Report")
          @JsonPropertyDescription(
              "Of those without the gate that they ask for. Report: they are told. Evict: they are"
                  + " evicted as well, so that their controller makes them anew: one pod of a"
                  + " workload at a time, where its PodDisruptionBudget lets it, and never a pod"
                  + " that nothing would make anew.")
          @Nullable MissingGate missing,
      @Default("Report")
          @JsonPropertyDescription(
              "Of those with another gate than a new pod gets. Report: they are told. Roll: they"
                  + " are evicted as well, one pod of a workload at a time, once all of its others"
                  + " are ready.")
          @Nullable OutdatedGate outdated) {
    /** Absent parts become Report. */
    public Gates {
      missing = missing == null ? MissingGate.Report : missing;
      outdated = outdated == null ? OutdatedGate.Report : outdated;
    }
  }

  /** What becomes of a pod without the gate that it asks for. */
  public enum MissingGate {
    /** It is told. */
    Report,
    /** It is evicted as well. */
    Evict
  }

  /** What becomes of a pod with an outdated gate. */
  public enum OutdatedGate {
    /** It is told. */
    Report,
    /** It is evicted as well, in its turn. */
    Roll
  }

  /**
   * A workload for which findings are accepted for a time.
   *
   * @param workload the workload
   * @param findings the kinds that are accepted
   * @param reason why, such as a ticket
   * @param owner who answers for it
   * @param expiresAt when the exception ends by itself
   */
  public record PolicyException(
      @Required @JsonPropertyDescription("The workload.") Workload workload,
      @Required
          @Size(min = 1, max = 10) @UniqueItems
          @JsonPropertyDescription("The kinds of finding that are accepted. " + FINDING_TYPES)
          List<FindingType> findings,
      @Required @Size(min = 1, max = 1000) @JsonPropertyDescription("Why, such as a ticket.")
          String reason,
      @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Who answers for it.")
          String owner,
      @Required
          @JsonPropertyDescription(
              "When the exception ends by itself, such as 2027-01-01T00:00:00Z.")
          ZonedDateTime expiresAt) {
    /** An immutable copy. */
    public PolicyException {
      findings = findings == null ? List.of() : List.copyOf(findings);
    }
  }

  /**
   * A workload by name.
   *
   * @param kind such as {@code CronJob}; the top-level owner's kind
   * @param namespace its namespace
   * @param name its name
   */
  public record Workload(
      @Required
          @JsonPropertyDescription(
              "The kind of the top-level owner of the pods, such as Deployment or CronJob.")
          @Text(TextForm.KIND)
          String kind,
      @Required @JsonPropertyDescription("Its namespace.") @Text(TextForm.NAMESPACE)
          String namespace,
      @Required @JsonPropertyDescription("Its name.") @Text(TextForm.OBJECT_NAME) String name) {}
}
