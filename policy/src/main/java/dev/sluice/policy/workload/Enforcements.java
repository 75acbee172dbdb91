package dev.sluice.policy.workload;

import dev.sluice.crds.EnforcementPolicySpec;
import dev.sluice.crds.EnforcementPolicySpec.Exec;
import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.crds.EnforcementPolicySpec.Gates;
import dev.sluice.crds.EnforcementPolicySpec.MissingGate;
import dev.sluice.crds.EnforcementPolicySpec.Mode;
import dev.sluice.crds.EnforcementPolicySpec.OutdatedGate;
import dev.sluice.crds.EnforcementPolicySpec.PolicyException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the enforcement policies of a namespace make of findings: the strictest wins. */
final class Enforcements {
  private final List<Enforcement> matching;
  private final Workload workload;
  private final WorkloadContext context;

  Enforcements(Workload workload, WorkloadContext context) {
    this.workload = workload;
    this.context = context;
    this.matching = matching(context);
  }

  /** The policies that speak of the namespace. */
  static List<Enforcement> matching(WorkloadContext context) {
    return context.enforcements().stream()
        .filter(each -> each.selects(context.namespaceLabels()))
        .toList();
  }

  /**
   * What a finding leads to, and by which rule.
   *
   * @param mode what it leads to
   * @param rule such as {@code EnforcementPolicy shops}
   * @param excepted whether it is an exception that says so
   */
  record Grade(Mode mode, String rule, boolean excepted) {}

  /** What a kind of finding leads to; empty where no policy speaks of the namespace. */
  Optional<Grade> grade(FindingType type) {
    return matching.stream()
        .map(
            each ->
                exception(each.spec(), type)
                    .map(e -> excepted(each, e))
                    .orElseGet(() -> own(each, type)))
        .max(Comparator.comparing(Grade::mode));
  }

  /** The exception of a policy that accepts a kind of finding for this workload at this time. */
  Optional<Grade> exception(FindingType type) {
    return matching.stream()
        .flatMap(each -> exception(each.spec(), type).map(e -> excepted(each, e)).stream())
        .findFirst();
  }

  /** The policies that want pods that run without their gate to be evicted. */
  Set<String> evictingMissing() {
    return wanting(gates -> gates.missing() == MissingGate.Evict);
  }

  /** The policies that want pods that run with an outdated gate to be rolled. */
  Set<String> rollingOutdated() {
    return wanting(gates -> gates.outdated() == OutdatedGate.Roll);
  }

  private Set<String> wanting(Predicate<Gates> wanted) {
    return matching.stream()
        .filter(each -> each.spec().gates() != null && wanted.test(each.spec().gates()))
        .map(Enforcement::policy)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Grade own(Enforcement each, FindingType type) {
    return new Grade(each.mode(type), "EnforcementPolicy " + each.policy(), false);
  }

  /** What a policy says of people who enter a pod. */
  static Exec exec(EnforcementPolicySpec spec) {
    return Objects.requireNonNullElse(spec.exec(), Exec.Record);
  }

  private static Grade excepted(Enforcement each, PolicyException exception) {
    return new Grade(
        Mode.Audit,
        "EnforcementPolicy %s excepts %s until %s: %s"
            .formatted(
                each.policy(),
                exception.workload().kind() + " " + exception.workload().name(),
                exception.expiresAt().toInstant(),
                exception.reason()),
        true);
  }

  private Optional<PolicyException> exception(EnforcementPolicySpec spec, FindingType type) {
    WorkloadName owner = workload.owner();
    return Objects.requireNonNullElse(spec.exceptions(), List.<PolicyException>of()).stream()
        .filter(exception -> exception.findings().contains(type))
        .filter(exception -> exception.expiresAt().toInstant().isAfter(context.now()))
        .filter(
            exception ->
                exception.workload().kind().equals(owner.kind())
                    && exception.workload().namespace().equals(owner.namespace())
                    && exception.workload().name().equals(owner.name()))
        .findFirst();
  }
}
