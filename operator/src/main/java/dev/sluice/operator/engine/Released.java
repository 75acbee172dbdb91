package dev.sluice.operator.engine;

import java.util.List;

/**
 * Whether a database is free of Sluice.
 *
 * @param complete whether nothing of Sluice is left in this database
 * @param remaining what is left and why, a sentence each
 */
public record Released(boolean complete, List<String> remaining) {
  /** An immutable copy. */
  public Released {
    remaining = List.copyOf(remaining);
  }
}
