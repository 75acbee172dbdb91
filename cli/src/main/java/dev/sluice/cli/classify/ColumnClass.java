package dev.sluice.cli.classify;

import dev.sluice.cli.Failure;
import dev.sluice.policy.RelationName;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What somebody says that a column holds.
 *
 * @param column the column
 * @param classification the class, such as {@code pii.email}
 */
record ColumnClass(ColumnOfTable column, String classification) {
  /** The class of what holds nothing sensitive. */
  static final String NONE = "none";

  private static final Pattern CLASS = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");
  private static final int LONGEST = 63;

  /**
   * Reads {@code schema.table.column=class}.
   *
   * @throws Failure where it is not of that form
   */
  static ColumnClass parse(String text) {
    int equals = text.lastIndexOf('=');
    if (equals < 0) {
      throw Failure.usage(
          "%s: write schema.table.column=class, such as public.customers.email=pii.email"
              .formatted(text));
    }
    String classification = text.substring(equals + 1);
    if (classification.length() > LONGEST || !CLASS.matcher(classification).matches()) {
      throw Failure.usage(
          "\"%s\" is not a class: write it in lower case, such as pii.email, or %s for a column with nothing sensitive"
              .formatted(classification, NONE));
    }
    return new ColumnClass(ColumnOfTable.parse(text.substring(0, equals)), classification);
  }

  /**
   * A column of a table.
   *
   * @param table the table
   * @param name the column's name
   */
  record ColumnOfTable(RelationName table, String name) {
    /**
     * Reads {@code schema.table.column}, names as resources write them.
     *
     * @throws Failure where it is not of that form
     */
    static ColumnOfTable parse(String text) {
      List<String> parts;
      try {
        parts = RelationName.parts(text);
      } catch (IllegalArgumentException e) {
        throw Failure.usage("%s is not a column: %s".formatted(text, e.getMessage()));
      }
      if (parts.size() != 3) {
        throw Failure.usage(
            "%s is not a column: write schema.table.column, such as public.customers.email; a part with a dot or"
                    .formatted(text)
                + " a double quote in it stands in double quotes");
      }
      return new ColumnOfTable(new RelationName(parts.get(0), parts.get(1)), parts.get(2));
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
      // A name with an empty schema shows how a part is quoted.
      String quoted = new RelationName("x", name).toString().substring("x.".length());
      return table + "." + quoted;
    }
  }
}
