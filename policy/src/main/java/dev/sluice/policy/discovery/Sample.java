package dev.sluice.policy.discovery;

import dev.sluice.policy.detect.Kind;
import java.util.Map;

/**
 * What detectors found in some values of a column. It tells counts, never a value.
 *
 * @param looked into how many values it was looked; those that are NULL or blank do not count
 * @param found for each kind, in how many of them it was found
 */
public record Sample(int looked, Map<Kind, Count> found) {
  /** Of a column whose values tell nothing, or that has none. */
  public static final Sample NOTHING = new Sample(0, Map.of());

  /** An immutable copy. */
  public Sample {
    found = Map.copyOf(found);
  }

  /**
   * In how many values.
   *
   * @param values in how many it was found
   * @param whole in how many of those it is the value, rather than a part of it
   */
  public record Count(int values, int whole) {
    static final Count ZERO = new Count(0, 0);

    Count plus(Count other) {
      return new Count(values + other.values, whole + other.whole);
    }
  }

  Count of(Kind kind) {
    return found.getOrDefault(kind, Count.ZERO);
  }
}
