package dev.sluice.policy.plan;

/** Decides. */
public final class AccessPlanner {
  private AccessPlanner() {}

  /** Plans. */
  public static PlanResult plan(PlanRequest request) {
    return new PlanResult.Rejected(java.util.List.of());
  }
}
