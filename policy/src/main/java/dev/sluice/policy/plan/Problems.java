package dev.sluice.policy.plan;

import java.util.ArrayList;
import java.util.List;

/** Collects problems of one request. */
final class Problems {
  private final AccessIdentity access;
  private final List<PlanProblem> all = new ArrayList<>();

  Problems(AccessIdentity access) {
    this.access = access;
  }

  /** A problem of the DatabaseAccess. */
  void access(String field, String reason, String message, String remedy) {
    all.add(
        new PlanProblem(
            PlanProblem.Kind.DatabaseAccess,
            access.namespace(),
            access.name(),
            field,
            reason,
            message,
            remedy));
  }

  /** Problems of other resources. */
  void addAll(List<PlanProblem> others) {
    all.addAll(others);
  }

  /** Whether the access itself cannot be given. */
  boolean reject() {
    return all.stream().anyMatch(each -> each.kind() == PlanProblem.Kind.DatabaseAccess);
  }

  List<PlanProblem> all() {
    return List.copyOf(all);
  }
}
