package dev.sluice.policy.mask;

import dev.sluice.policy.RelationName;
import java.util.List;

/**
 * Patterns of classes and columns: {@code *} stands for any characters, everything else for itself.
 */
public final class NamePattern {
  private NamePattern() {}

  /**
   * Whether a class matches: {@code pci.*} matches {@code pci.pan} and {@code pci.track.two}, not
   * {@code pci}.
   *
   * @param pattern the pattern
   * @param name the class
   */
  public static boolean matches(String pattern, String name) {
    // Two pointers with one point of return: linear for each star, whatever the pattern.
    int inPattern = 0;
    int inName = 0;
    int star = -1;
    int afterStar = 0;
    while (inName < name.length()) {
      if (inPattern < pattern.length() && pattern.charAt(inPattern) == '*') {
        star = inPattern++;
        afterStar = inName;
      } else if (inPattern < pattern.length() && pattern.charAt(inPattern) == name.charAt(inName)) {
        inPattern++;
        inName++;
      } else if (star >= 0) {
        inPattern = star + 1;
        inName = ++afterStar;
      } else {
        return false;
      }
    }
    while (inPattern < pattern.length() && pattern.charAt(inPattern) == '*') {
      inPattern++;
    }
    return inPattern == pattern.length();
  }

  /**
   * A pattern of columns, {@code schema.table.column}.
   *
   * @param schema pattern of the schema
   * @param table pattern of the table
   * @param column pattern of the column
   */
  public record Column(String schema, String table, String column) {
    /**
     * Reads a pattern.
     *
     * @param text three parts with dots between them; a part with a dot stands in double quotes
     * @return the pattern
     * @throws IllegalArgumentException where it has not exactly three parts
     */
    public static Column parse(String text) {
      List<String> parts = RelationName.parts(text);
      if (parts.size() != 3) {
        throw new IllegalArgumentException(
            "\"%s\" is not a column: write schema.table.column, such as public.customers.ssn or"
                    .formatted(text)
                + " *.*.birth_date");
      }
      return new Column(parts.get(0), parts.get(1), parts.get(2));
    }

    /**
     * Whether a column matches.
     *
     * @param relation its relation
     * @param name its name
     */
    public boolean matches(RelationName relation, String name) {
      return NamePattern.matches(schema, relation.schema())
          && NamePattern.matches(table, relation.name())
          && NamePattern.matches(column, name);
    }

    /** Whether it names one column exactly. */
    public boolean exact() {
      return schema.indexOf('*') < 0 && table.indexOf('*') < 0 && column.indexOf('*') < 0;
    }
  }
}
