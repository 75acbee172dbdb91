package dev.sluice.policy.statement;

import java.time.Instant;
import java.util.Map;

/**
 * What a decision depends on beside the statements and the grant.
 *
 * @param session who runs them
 * @param tags what the client says of them in a comment at their end (sqlcommenter); asserted
 * @param now the time
 */
public record Circumstances(SessionFacts session, Map<String, String> tags, Instant now) {
  /** Immutable copies. */
  public Circumstances {
    tags = Map.copyOf(tags);
  }
}
