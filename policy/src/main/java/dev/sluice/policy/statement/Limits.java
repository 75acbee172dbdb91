package dev.sluice.policy.statement;

import dev.sluice.policy.statement.Decision.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Within what a message may run. Each of its statements may return so many rows.
 *
 * @param rows the fewest that a rule lets a statement return; null: any number
 * @param timeMillis the shortest time that a rule lets it run for; null: any time
 * @param concurrentStatements how many sessions of the gate may run such statements at one time, by
 *     each rule that says so, since each counts the statements that it matches itself
 */
public record Limits(
    @Nullable Limit rows, @Nullable Limit timeMillis, List<Limit> concurrentStatements) {
  /** There are none. */
  public static final Limits NONE = new Limits(null, null, List.of());

  /** An immutable copy. */
  public Limits {
    concurrentStatements = List.copyOf(concurrentStatements);
  }

  /**
   * One of them.
   *
   * @param most what is still within it
   * @param finding the rule that says so, and what is told when it is exceeded
   */
  public record Limit(long most, Finding finding) {}
}
