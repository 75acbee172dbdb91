package dev.sluice.policy.workload;

import dev.sluice.crds.ApiGroup;
import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.crds.EnforcementPolicySpec.Mode;
import dev.sluice.policy.Code;
import dev.sluice.policy.workload.Workload.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The one function that decides about a workload. */
public final class WorkloadDecisions {
  private static final String GRANT = "the grant";

  private WorkloadDecisions() {}

  /**
   * Decides about a workload.
   *
   * <p>Findings of kinds that enforcement policies speak of lead to what the strictest policy of
   * the namespace says, and to nothing where no policy selects it. A pod that asks for an access is
   * bound by more: it must be one that may have the access, and must leave its gate alone, whatever
   * policies say. Templates are only warned of an access that does not exist, since it may be about
   * to be created; the pods that they make are refused until it does.
   *
   * @param workload the workload
   * @param context what is known of the cluster
   */
  public static Verdict decide(Workload workload, WorkloadContext context) {
    if (context.exemptNamespaces().contains(workload.namespace()) || isSameTemplate(workload)) {
      return Verdict.Admit.SILENT;
    }
    GrantRequest request = GrantRequest.of(workload.namespace(), workload.pod(), context);
    Grades grades = new Grades(workload, context);
    GateIntegrity.findings(workload, request, context).forEach(grades::gate);
    if (workload.stage() != Stage.UPDATED && request instanceof GrantRequest.Refused refused) {
      refused.findings().forEach(grades::grant);
    }
    if (!GrantRequest.isMade(workload.pod())) {
      withoutLabel(workload.pod()).forEach(finding -> grades.add(Mode.Warn, finding));
    }
    if (isSpecNew(workload) && workload.stage() != Stage.SUBMITTED) {
      Set<Finding> before = before(workload, context);
      hostNetwork(workload).stream()
          .filter(each -> !before.contains(each))
          .forEach(grades::network);
      NodeAccess.findings(workload).stream()
          .filter(each -> !before.contains(each))
          .forEach(grades::node);
      DirectConnections.findings(workload, context).stream()
          .filter(each -> !before.contains(each))
          .forEach(grades::connection);
    }
    return grades.verdict();
  }

  /** An update that leaves the pods as they are is about something else. */
  private static boolean isSameTemplate(Workload workload) {
    return workload.stage() == Stage.TEMPLATE && workload.pod().equals(workload.previous());
  }

  /** What was let in before a policy was made is left to those who look at what runs. */
  private static boolean isSpecNew(Workload workload) {
    PodParts previous = workload.previous();
    return previous == null
        || workload.stage() == Stage.TEMPLATE
        || !previous.spec().equals(workload.pod().spec())
        // A container that starts again is given them as they are then, and files at once.
        || !previous.annotations().equals(workload.pod().annotations())
        || !previous.labels().equals(workload.pod().labels());
  }

  /** What a pod already had is no fault of who puts an ephemeral container into it. */
  private static Set<Finding> before(Workload workload, WorkloadContext context) {
    PodParts previous = workload.previous();
    if (previous == null || workload.stage() != Stage.UPDATED) {
      return Set.of();
    }
    Workload earlier = workload.withPod(previous);
    Set<Finding> before = new HashSet<>(hostNetwork(earlier));
    before.addAll(NodeAccess.findings(earlier));
    before.addAll(DirectConnections.findings(earlier, context));
    return before;
  }

  private static List<Finding> withoutLabel(PodParts pod) {
    List<Finding> findings = new ArrayList<>();
    if (pod.annotations().containsKey(ApiGroup.ALSO_ANNOTATION)) {
      findings.add(
          withoutLabel(
              GrantRequest.ALSO_PLACE,
              "Name the first access in the label and only further ones in the annotation."));
    }
    if (pod.annotations().containsKey(ApiGroup.SOCKET_ANNOTATION)) {
      findings.add(
          withoutLabel(
              GrantRequest.SOCKET_PLACE, "Name an access in the label, or remove the annotation."));
    }
    return findings;
  }

  private static Finding withoutLabel(String place, String remedy) {
    return new Finding(
        Code.ACCESS_MALFORMED,
        null,
        GRANT,
        null,
        place,
        null,
        "has no effect without the label " + ApiGroup.ACCESS_LABEL,
        remedy);
  }

  private static List<Finding> hostNetwork(Workload workload) {
    if (!Boolean.TRUE.equals(workload.pod().spec().getHostNetwork())) {
      return List.of();
    }
    boolean asks = GrantRequest.isMade(workload.pod());
    return List.of(
        new Finding(
            Code.HOST_NETWORK,
            FindingType.HostNetwork,
            GRANT,
            null,
            "hostNetwork",
            null,
            asks
                ? "would open the pod's gate to every process of the node"
                : "puts the pod beyond the network policies that guard governed databases",
            asks
                ? "Remove hostNetwork: a pod with a gate has a network of its own."
                : "Remove hostNetwork, or have an exception made in the EnforcementPolicy."));
  }

  /** Collects findings by what they lead to. */
  private static final class Grades {
    private final Workload workload;
    private final Enforcements enforcements;
    private final boolean asks;
    private final List<Finding> refusals = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();
    private final List<Finding> audited = new ArrayList<>();

    Grades(Workload workload, WorkloadContext context) {
      this.workload = workload;
      this.enforcements = new Enforcements(workload, context);
      this.asks = GrantRequest.isMade(workload.pod());
    }

    void grant(Finding finding) {
      add(workload.stage() == Stage.TEMPLATE ? Mode.Warn : Mode.Enforce, finding);
    }

    /** A pod with a gate leaves it alone, unless an exception stands; otherwise policies decide. */
    void gate(Finding finding) {
      if (finding.type() == FindingType.GateMissing) {
        // Whatever it was made for, it is not what it asks to be; a policy says how that is told.
        enforcements
            .grade(FindingType.GateMissing)
            .ifPresentOrElse(
                grade -> add(grade.mode(), finding.under(grade)), () -> add(Mode.Enforce, finding));
        return;
      }
      if (finding.type() == FindingType.GateOutdated) {
        byPolicy(finding, FindingType.GateOutdated, Mode.Warn);
        return;
      }
      PodParts previous = workload.previous();
      boolean had = previous != null && GrantRequest.isMade(previous);
      if (!asks && !had) {
        byPolicy(finding, FindingType.GateTampered, Mode.Enforce);
        return;
      }
      // No exception makes room for a second gate beside the one that has to be put in.
      Optional<Enforcements.Grade> exception =
          finding.code() == Code.GATE_EXPOSED
              ? enforcements.exception(FindingType.GateTampered)
              : Optional.empty();
      exception.ifPresentOrElse(
          grade -> add(grade.mode(), finding.under(grade)), () -> add(Mode.Enforce, finding));
    }

    void network(Finding finding) {
      if (asks) {
        add(Mode.Enforce, finding);
      } else {
        byPolicy(finding, FindingType.HostNetwork, Mode.Enforce);
      }
    }

    /** Who has the node has the gate: policies may let only pods without one have it. */
    void node(Finding finding) {
      FindingType type = Objects.requireNonNull(finding.type());
      if (asks && type == FindingType.NodeAccess) {
        enforcements
            .exception(type)
            .ifPresentOrElse(
                grade -> add(grade.mode(), finding.under(grade)), () -> add(Mode.Enforce, finding));
        return;
      }
      // The mirror of a static pod is only a picture: to refuse it would hide what runs.
      boolean picture = type == FindingType.Unscheduled && !finding.place().equals("nodeName");
      byPolicy(finding, type, picture ? Mode.Warn : Mode.Enforce);
    }

    void connection(Finding finding) {
      // What was not seen is refused only where the pod would start with it at once.
      boolean refusable =
          switch (finding.code()) {
            case UNSEEN_CREDENTIAL, LATER_CONTENT -> false;
            case UNCHECKED_CONTENT -> workload.stage() == Stage.STORED;
            default -> true;
          };
      byPolicy(finding, FindingType.DirectConnection, refusable ? Mode.Enforce : Mode.Warn);
    }

    private void byPolicy(Finding finding, FindingType type, Mode strictest) {
      enforcements
          .grade(type)
          .ifPresent(
              grade ->
                  add(
                      grade.mode().compareTo(strictest) > 0 ? strictest : grade.mode(),
                      finding.under(grade)));
    }

    void add(Mode mode, Finding finding) {
      switch (mode) {
        case Audit -> audited.add(finding);
        case Warn -> warnings.add(finding);
        case Enforce -> refusals.add(finding);
      }
    }

    Verdict verdict() {
      return refusals.isEmpty()
          ? new Verdict.Admit(warnings, audited)
          : new Verdict.Reject(workload.name().toString(), refusals, warnings, audited);
    }
  }
}
