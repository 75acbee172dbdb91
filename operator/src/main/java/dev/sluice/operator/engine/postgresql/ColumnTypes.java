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
        type(
            row.getString(7),
            row.getString(8),
            row.getString(9),
            row.getString(10),
            row.getInt(11),
            labels(row.getArray(12))),
        row.getBoolean(4),
        row.getBoolean(5),
        row.getBoolean(6));
  }

  private static List<String> labels(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  private static ColumnType type(
      String name, String schema, String base, String kind, int modifier, List<String> labels) {
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
    return new ColumnType(name, family, length, precision, scale, labels);
  }

  private static Family family(String schema, String base, String kind) {
    if (kind.equals("e")) {
      return Family.ENUM;
    }
    if (base.equals("citext")) {
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
      default -> Family.OTHER;
    };
  }
}
