package dev.sluice.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * A table or view by schema and name. Names are exact: nothing is folded to lower case.
 *
 * @param schema the schema
 * @param name the relation's own name
 */
public record RelationName(String schema, String name) implements Comparable<RelationName> {

  /**
   * Reads {@code schema.table} as resources write it. A part that contains a dot or a double quote
   * stands in double quotes, with double quotes in it doubled: {@code public."odd.name"}.
   *
   * @param text the text
   * @return the name
   * @throws IllegalArgumentException where the text does not have exactly two non-empty parts
   */
  public static RelationName parse(String text) {
    List<String> parts = parts(text);
    if (parts.size() != 2) {
      throw new IllegalArgumentException(
          "\"%s\" is not a table: write schema.table, such as public.orders".formatted(text));
    }
    return new RelationName(parts.get(0), parts.get(1));
  }

  /**
   * Splits a dotted name into its parts.
   *
   * @param text the text
   * @return the parts, without quotes
   * @throws IllegalArgumentException where a part is empty or a quote is not closed
   */
  public static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int position = 0;
    while (true) {
      StringBuilder part = new StringBuilder();
      if (position < text.length() && text.charAt(position) == '"') {
        position++;
        while (true) {
          if (position >= text.length()) {
            throw new IllegalArgumentException("a double quote is not closed in: " + text);
          }
          char character = text.charAt(position++);
          if (character != '"') {
            part.append(character);
          } else if (position < text.length() && text.charAt(position) == '"') {
            part.append('"');
            position++;
          } else {
            break;
          }
        }
        if (position < text.length() && text.charAt(position) != '.') {
          throw new IllegalArgumentException(
              "after a quoted part a dot or the end is expected in: " + text);
        }
      } else {
        while (position < text.length() && text.charAt(position) != '.') {
          char character = text.charAt(position++);
          if (character == '"') {
            throw new IllegalArgumentException(
                "a double quote in the middle of a part in: " + text);
          }
          part.append(character);
        }
      }
      if (part.isEmpty()) {
        throw new IllegalArgumentException("an empty part in: " + text);
      }
      parts.add(part.toString());
      if (position >= text.length()) {
        return List.copyOf(parts);
      }
      position++;
    }
  }

  @Override
  public int compareTo(RelationName other) {
    int schemas = schema.compareTo(other.schema);
    return schemas != 0 ? schemas : name.compareTo(other.name);
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return part(schema) + "." + part(name);
  }

  private static String part(String text) {
    boolean plain = text.indexOf('.') < 0 && text.indexOf('"') < 0;
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
