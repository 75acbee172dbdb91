package dev.sluice.policy.statement;

import java.util.Set;

/** Types that PostgreSQL itself brings and whose values are no rows. */
final class BuiltInTypes {
  /** Names as the server formats them, without what stands in parentheses or brackets. */
  private static final Set<String> NAMES =
      Set.of(
          "\"char\"",
          "bigint",
          "bit",
          "bit varying",
          "boolean",
          "box",
          "bytea",
          "character",
          "character varying",
          "cidr",
          "circle",
          "date",
          "double precision",
          "inet",
          "integer",
          "interval",
          "json",
          "jsonb",
          "jsonpath",
          "line",
          "lseg",
          "macaddr",
          "macaddr8",
          "money",
          "name",
          "numeric",
          "oid",
          "path",
          "pg_lsn",
          "point",
          "polygon",
          "real",
          "regclass",
          "smallint",
          "text",
          "time with time zone",
          "time without time zone",
          "timestamp with time zone",
          "timestamp without time zone",
          "tsquery",
          "tsvector",
          "uuid",
          "xml");

  private BuiltInTypes() {}

  /**
   * Whether a type is one of these, or an array of one.
   *
   * @param type the type as the server formats it, such as {@code timestamp(3) without time zone}
   */
  static boolean knows(String type) {
    StringBuilder name = new StringBuilder(type.length());
    boolean within = false;
    for (int index = 0; index < type.length(); index++) {
      switch (type.charAt(index)) {
        case '(', '[' -> within = true;
        case ')', ']' -> within = false;
        default -> {
          if (!within) {
            name.append(type.charAt(index));
          }
        }
      }
    }
    return NAMES.contains(name.toString().strip());
  }
}
