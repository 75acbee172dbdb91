package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.ColumnType.Family;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types of columns from the server's catalogue. */
final class ColumnTypes {
  /** What a type modifier is greater by than the length it stands for (VARHDRSZ). */
  private static final int HEADER = 4;

  /** {@code NAMEDATALEN} less one. */
  private static final int NAME_LENGTH = 63;

  private ColumnTypes() {}

  static CatalogueReader.FoundColumn column(ResultSet row) throws SQLException {
    return new CatalogueReader.FoundColumn(
        row.getLong(1),
        row.getInt(2),
        row.getString(3),
        type(row),
        row.getBoolean(4),
        row.getBoolean(5),
        row.getBoolean(6));
  }

  private static List<String> labels(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  private static ColumnType type(ResultSet row) throws SQLException {
    int modifier = row.getInt(11);
    List<String> labels = labels(row.getArray(12));
    String element = row.getString(13);
    if (element == null) {
      return type(
          row.getString(7),
          row.getString(8),
          row.getString(9),
          row.getString(10),
          modifier,
          labels);
    }
    String name = row.getString(7);
    String kind = row.getString(16);
    return kind.equals("d")
        ? ColumnType.of(name, Family.OTHER)
        : ColumnType.of(
            name,
            Family.ARRAY,
            type(element, row.getString(14), row.getString(15), kind, modifier, labels));
  }

  private static ColumnType type(
      String name, String schema, String base, String kind, int modifier, List<String> labels) {
    ColumnType bound = schema.equals("pg_catalog") && kind.equals("r") ? bound(base) : null;
    if (bound != null) {
      return ColumnType.of(name, Family.RANGE, bound);
    }
    Family family = family(schema, base, kind);
    @Nullable Integer length = null;
    @Nullable Integer precision = null;
    @Nullable Integer scale = null;
    if (family == Family.TEXT) {
      if (base.equals("name")) {
        length = NAME_LENGTH;
      } else if (modifier >= HEADER) {
        length = modifier - HEADER;
      }
    } else if (family == Family.NUMERIC && modifier >= HEADER) {
      // Eleven bits of signed scale below sixteen of precision.
      precision = ((modifier - HEADER) >> 16) & 0xffff;
      scale = (((modifier - HEADER) & 0x7ff) ^ 1024) - 1024;
    }
    return new ColumnType(name, family, length, precision, scale, labels, null);
  }

  /** The type of the bounds of one of the server's own ranges; null where it is none. */
  private static @Nullable ColumnType bound(String range) {
    return switch (range) {
      case "int4range" -> ColumnType.of("integer", Family.INTEGER);
      case "int8range" -> ColumnType.of("bigint", Family.BIGINT);
      case "numrange" -> ColumnType.of("numeric", Family.NUMERIC);
      case "daterange" -> ColumnType.of("date", Family.DATE);
      case "tsrange" -> ColumnType.of("timestamp without time zone", Family.TIMESTAMP);
      case "tstzrange" -> ColumnType.of("timestamp with time zone", Family.TIMESTAMP_WITH_ZONE);
      default -> null;
    };
  }

  private static Family family(String schema, String base, String kind) {
    if (kind.equals("e")) {
      return Family.ENUM;
    }
    if (kind.equals("b") && base.equals("citext")) {
      return Family.TEXT;
    }
    if (!schema.equals("pg_catalog")) {
      return Family.OTHER;
    }
    return switch (base) {
      case "text", "varchar", "bpchar", "name" -> Family.TEXT;
      case "int2" -> Family.SMALLINT;
      case "int4" -> Family.INTEGER;
      case "int8" -> Family.BIGINT;
      case "numeric" -> Family.NUMERIC;
      case "float4", "float8" -> Family.FLOAT;
      case "bool" -> Family.BOOLEAN;
      case "date" -> Family.DATE;
      case "timestamp" -> Family.TIMESTAMP;
      case "timestamptz" -> Family.TIMESTAMP_WITH_ZONE;
      case "uuid" -> Family.UUID;
      case "json", "jsonb" -> Family.JSON;
      case "bytea" -> Family.BYTES;
      case "inet", "cidr" -> Family.ADDRESS;
      default -> Family.OTHER;
    };
  }
}
