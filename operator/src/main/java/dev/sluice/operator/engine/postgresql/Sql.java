package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.RelationName;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Names and values in the text of a statement. Sessions of the engine run with {@code
 * standard_conforming_strings} on, so a quote is the only character with a meaning in a literal.
 */
final class Sql {
  private Sql() {}

  /** A name, quoted, whatever is in it. */
  static String name(String text) {
    return '"' + clean(text).replace("\"", "\"\"") + '"';
  }

  /** A relation with its schema. */
  static String name(RelationName relation) {
    return name(relation.schema()) + "." + name(relation.name());
  }

  /** A relation with its schema. */
  static String name(String schema, String relation) {
    return name(schema) + "." + name(relation);
  }

  /** Names with commas between them. */
  static String names(Collection<String> texts) {
    return texts.stream().map(Sql::name).collect(Collectors.joining(", "));
  }

  /** A value, quoted. */
  static String literal(String text) {
    return '\'' + clean(text).replace("'", "''") + '\'';
  }

  private static String clean(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a NUL character cannot stand in SQL");
    }
    return text;
  }
}
