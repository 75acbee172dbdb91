package dev.sluice.policy.control;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * The answer of {@code GET /v1/suggestions}.
 *
 * @param database {@code namespace/name} of the Database
 * @param suggestions columns with a class that is proposed for them, the likeliest first
 */
@Json
public record SuggestionList(String database, List<Suggestion> suggestions) {
  /** An immutable copy. */
  public SuggestionList {
    suggestions = List.copyOf(suggestions);
  }

  /**
   * A class that is proposed for a column. It tells counts, never a value.
   *
   * @param table the table as in {@code spec.classifications}
   * @param column the column's name
   * @param dataClass the class
   * @param confidence how likely it is, 1 to 100
   * @param looked into how many values it was looked; 0: it is the names that tell
   * @param found in how many of them such data was found
   */
  @Json
  public record Suggestion(
      String table,
      String column,
      @Json.Property("class") String dataClass,
      int confidence,
      int looked,
      int found) {}
}
