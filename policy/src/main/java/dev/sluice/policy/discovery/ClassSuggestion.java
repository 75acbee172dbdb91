package dev.sluice.policy.discovery;

import dev.sluice.policy.RelationName;
import java.util.Comparator;

/**
 * A class that is proposed for a column. It tells counts, never a value.
 *
 * @param relation the table
 * @param column the column's name
 * @param dataClass the class
 * @param confidence how likely it is, 1 to 100
 * @param looked into how many values it was looked; 0: it is the names that tell
 * @param found in how many of them such data was found
 */
public record ClassSuggestion(
    RelationName relation, String column, String dataClass, int confidence, int looked, int found) {
  /** The likeliest first. */
  public static final Comparator<ClassSuggestion> LIKELIEST_FIRST =
      Comparator.comparingInt((ClassSuggestion each) -> -each.confidence())
          .thenComparing(ClassSuggestion::relation)
          .thenComparing(ClassSuggestion::column);
}
