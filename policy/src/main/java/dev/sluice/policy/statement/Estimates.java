package dev.sluice.policy.statement;

import java.util.Map;

/**
 * How many rows the server expects statements of a message to touch.
 *
 * @param rows by the statement's place in the message, from 0; of one without an entry that could
 *     not be told
 */
public record Estimates(Map<Integer, Long> rows) {
  /** Nothing could be told. */
  public static final Estimates NONE = new Estimates(Map.of());

  /** An immutable copy. */
  public Estimates {
    rows = Map.copyOf(rows);
  }
}
