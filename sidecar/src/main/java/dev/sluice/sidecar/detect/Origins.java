package dev.sluice.sidecar.detect;

import dev.sluice.policy.bundle.Bundle;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that a server has for the tables of a grant and their columns, by which it says where
 * the columns of a result are from. One that is not among them is of nobody knows which.
 */
public final class Origins {
  /** Nothing is known. */
  public static final Origins NONE = new Origins(Map.of());

  private final Map<Long, String> columns;

  private Origins(Map<Long, String> columns) {
    this.columns = columns;
  }

  /** The text that asks for them: table, column number, schema, name of table and of column. */
  public static String question(Bundle bundle) {
    StringBuilder names = new StringBuilder();
    for (Bundle.Relation relation : bundle.relations()) {
      name(names, relation.schema(), relation.name());
      String viewSchema = relation.viewSchema();
      if (viewSchema != null) {
        name(names, viewSchema, relation.viewName());
      }
    }
    return "SELECT c.oid::pg_catalog.int8, a.attnum::pg_catalog.int4,"
        + " pg_catalog.encode(pg_catalog.convert_to(n.nspname, 'UTF8'), 'hex'),"
        + " pg_catalog.encode(pg_catalog.convert_to(c.relname, 'UTF8'), 'hex'),"
        + " pg_catalog.encode(pg_catalog.convert_to(a.attname, 'UTF8'), 'hex')"
        + " FROM pg_catalog.pg_class c"
        + " JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
        + " JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) c.oid"
        + " AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped"
        + " WHERE (pg_catalog.encode(pg_catalog.convert_to(n.nspname, 'UTF8'), 'hex')"
        + " OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||)"
        + " pg_catalog.encode(pg_catalog.convert_to(c.relname, 'UTF8'), 'hex'))"
        + " OPERATOR(pg_catalog.=) ANY (ARRAY["
        + names
        + "]::pg_catalog.text[])";
  }

  private static void name(StringBuilder names, String schema, String name) {
    names.append(names.isEmpty() ? "'" : ",'");
    names.append(hexadecimal(schema)).append('.').append(hexadecimal(name)).append('\'');
  }

  private static String hexadecimal(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(String hexadecimal) {
    return new String(HexFormat.of().parseHex(hexadecimal), StandardCharsets.UTF_8);
  }

  /**
   * Reads the answer.
   *
   * @param bundle what was asked about
   * @param rows the answer
   */
  public static Origins of(Bundle bundle, List<List<String>> rows) {
    Map<String, String> tables = new HashMap<>();
    for (Bundle.Relation relation : bundle.relations()) {
      String table = relation.relationName().toString();
      tables.put(key(relation.schema(), relation.name()), table);
      String viewSchema = relation.viewSchema();
      if (viewSchema != null) {
        tables.put(key(viewSchema, relation.viewName()), table);
      }
    }
    Map<Long, String> columns = new HashMap<>();
    for (List<String> row : rows) {
      String table = tables.get(key(text(row.get(2)), text(row.get(3))));
      if (table != null) {
        long relation = Long.parseLong(row.get(0));
        columns.put(relation << 16 | Integer.parseInt(row.get(1)), table + "." + text(row.get(4)));
      }
    }
    return new Origins(columns);
  }

  /** Whether others are the same. */
  public boolean isSame(Origins others) {
    return columns.equals(others.columns);
  }

  private static String key(String schema, String name) {
    return schema + "\0" + name;
  }

  /**
   * The column that a result column is, {@code schema.table.column}; null: it is not known.
   *
   * @param table the table's number; 0: it is computed
   * @param attribute the column's number within it
   */
  @Nullable String column(int table, int attribute) {
    return columns.get(Integer.toUnsignedLong(table) << 16 | (attribute & 0xffff));
  }
}
