package dev.sluice.operator.engine;

import dev.sluice.policy.plan.AccessPlan;
import java.util.List;

/**
 * What applying a plan did.
 *
 * @param plan the plan as it is in force: where it shares its views is the database's to tell
 * @param changed whether anything in the database was changed
 * @param mended what somebody else had changed and was put right, a sentence each
 * @param exposures ways around the masks of this plan that are open all the same
 * @param closed what shows no rows because its row filter cannot be used, a sentence each without a
 *     full stop
 */
public record Applied(
    AccessPlan plan,
    boolean changed,
    List<String> mended,
    List<Exposure> exposures,
    List<String> closed) {
  /** Immutable copies. */
  public Applied {
    mended = List.copyOf(mended);
    exposures = List.copyOf(exposures);
    closed = List.copyOf(closed);
  }
}
