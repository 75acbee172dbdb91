package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
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
 * @param exceptions workloads for which findings are accepted for a time
 */
public record EnforcementPolicySpec(
    @JsonPropertyDescription(
            "Labels of the namespaces; empty: all but the control plane's own and kube-system.")
        @Nullable LabelSelector namespaces,
    @Required @JsonPropertyDescription("What a finding leads to.") Mode mode,
    @Size(max = 50) @JsonPropertyDescription("Modes for single kinds of finding.")
        @Nullable List<FindingMode> findings,
    @Size(max = 200) @JsonPropertyDescription("Workloads for which findings are accepted for a time.")
        @Nullable List<PolicyException> exceptions) {

  /** Absent parts become empty ones. */
  public EnforcementPolicySpec {
    namespaces = namespaces == null ? new LabelSelector() : namespaces;
    findings = findings == null ? List.of() : List.copyOf(findings);
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

  /**
   * The mode for one kind of finding.
   *
   * @param type the kind
   * @param mode what it leads to
   */
  public record FindingMode(@Required FindingType type, @Required Mode mode) {}

  /** Kinds of finding about a workload. */
  public enum FindingType {
    /** It names the address of a governed database. */
    DirectConnection,
    /** It shares the node's network, so that the gate cannot stand in its way. */
    HostNetwork,
    /** It brings, replaces or changes what belongs to the gate. */
    GateTampered
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
      @Required Workload workload,
      @Required @Size(min = 1, max = 10) List<FindingType> findings,
      @Required @Size(min = 1, max = 1000) String reason,
      @Required @Size(min = 1, max = 253) String owner,
      @Required ZonedDateTime expiresAt) {
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
      @Required @Size(min = 1, max = 63) String kind,
      @Required @Size(min = 1, max = 63) String namespace,
      @Required @Size(min = 1, max = 253) String name) {}
}
