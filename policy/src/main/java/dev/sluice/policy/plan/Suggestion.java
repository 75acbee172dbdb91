package dev.sluice.policy.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What somebody may have meant. */
final class Suggestion {
  private Suggestion() {}

  /**
   * {@code Did you mean x?} where a name is near enough, else the fallback.
   *
   * @param written what was written
   * @param names what exists
   * @param otherwise what to say where nothing is near
   */
  static String remedy(String written, Collection<String> names, String otherwise) {
    int bound = Math.max(1, Math.min(3, written.length() / 3));
    return names.stream()
        .map(name -> new Candidate(name, distance(written, name)))
        .filter(candidate -> candidate.distance() <= bound)
        .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .map(
            candidate ->
                "Did you mean %s? Names are exact, case included".formatted(candidate.name()))
        .orElse(otherwise);
  }

  private record Candidate(String name, int distance) {}

  /** Edit distance, where a difference in case alone counts as one. */
  private static int distance(String from, String to) {
    if (Math.abs(from.length() - to.length()) > 3) {
      return Integer.MAX_VALUE;
    }
    String left = from.toLowerCase(Locale.ROOT);
    String right = to.toLowerCase(Locale.ROOT);
    if (left.equals(right)) {
      return 1;
    }
    int[] previous = new int[right.length() + 1];
    for (int column = 0; column <= right.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= left.length(); row++) {
      int[] current = new int[right.length() + 1];
      current[0] = row;
      for (int column = 1; column <= right.length(); column++) {
        int change = left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(
                Math.min(current[column - 1] + 1, previous[column] + 1),
                previous[column - 1] + change);
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
