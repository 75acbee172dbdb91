package dev.sluice.operator.engine;

import java.util.List;

/**
 * What applying a plan did.
 *
 * @param changed whether anything in the database was changed
 * @param mended what somebody else had changed and was put right, a sentence each
 * @param exposures ways around the masks of this plan that are open all the same
 */
public record Applied(boolean changed, List<String> mended, List<Exposure> exposures) {
  /** Immutable copies. */
  public Applied {
    mended = List.copyOf(mended);
    exposures = List.copyOf(exposures);
  }
}
