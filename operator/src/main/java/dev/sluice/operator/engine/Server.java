package dev.sluice.operator.engine;

import dev.sluice.policy.bundle.Bundle;
import java.util.List;

/**
 * What was found at the other end.
 *
 * @param version such as {@code 15.18}
 * @param primary the endpoint that takes writes
 * @param exposures ways around the masks that were found, whichever the access
 * @param mended what somebody else had changed and was put right, a sentence each
 */
public record Server(
    String version, Bundle.Endpoint primary, List<Exposure> exposures, List<String> mended) {
  /** Immutable copies. */
  public Server {
    exposures = List.copyOf(exposures);
    mended = List.copyOf(mended);
  }
}
