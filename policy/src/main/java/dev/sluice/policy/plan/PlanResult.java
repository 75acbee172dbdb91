package dev.sluice.policy.plan;

import java.util.List;

/** What became of a request. */
public sealed interface PlanResult {

  /** What the author of each resource should know. */
  List<PlanProblem> problems();

  /**
   * The access can be given.
   *
   * @param plan how
   * @param problems of Database and policies, which did not stand in the way: where a policy is
   *     broken, its columns are masked all the same
   */
  record Planned(AccessPlan plan, List<PlanProblem> problems) implements PlanResult {
    /** An immutable copy. */
    public Planned {
      problems = List.copyOf(problems);
    }
  }

  /**
   * The access cannot be given. What was given before stays, as {@link AccessPlanner#keep} says.
   *
   * @param problems why, at least one of them of the DatabaseAccess
   */
  record Rejected(List<PlanProblem> problems) implements PlanResult {
    /** An immutable copy. */
    public Rejected {
      problems = List.copyOf(problems);
    }
  }
}
