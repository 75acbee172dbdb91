package dev.sluice.policy.plan;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.Mask;
import org.jspecify.annotations.Nullable;

/**
 * How rows are found by the value of a column that is masked: by a function beside the masked view,
 * which gives the rows of that view whose column has exactly this value.
 *
 * @param function the name of the function, in the schema of the view
 * @param argument the type of its argument
 */
public record ExactLookup(String function, String argument) {
  private static final int HASH_DIGITS = 16;

  /**
   * How rows are found by a column; null: they cannot be, since its mask does not show which values
   * are equal, or its values are compared in a way of their own.
   */
  static @Nullable ExactLookup of(
      RelationName relation, String column, ColumnType type, @Nullable Mask mask) {
    String argument = argument(type);
    return mask == null || !showsEquality(mask) || argument == null
        ? null
        : new ExactLookup(
            "lookup_" + RoleNames.hash(relation + "\n" + column, HASH_DIGITS), argument);
  }

  /** Of such a mask it is known anyway which rows have the same value. */
  private static boolean showsEquality(Mask mask) {
    return switch (mask) {
      case Mask.Hash ignored -> true;
      case Mask.Token ignored -> true;
      case Mask.Email ignored -> true;
      case Mask.Nullify ignored -> false;
      case Mask.Constant ignored -> false;
      case Mask.KeepFirst ignored -> false;
      case Mask.KeepLast ignored -> false;
      case Mask.PostalCode ignored -> false;
      case Mask.Network ignored -> false;
      case Mask.DateTrunc ignored -> false;
      case Mask.DateShift ignored -> false;
      case Mask.Bucket ignored -> false;
      case Mask.Noise ignored -> false;
      case Mask.JsonPaths ignored -> false;
      case Mask.JsonKeys ignored -> false;
    };
  }

  /** A type that the server compares the column with by an index of the column. */
  private static @Nullable String argument(ColumnType type) {
    return switch (type.family()) {
      case TEXT ->
          type.name().equals("character") || type.name().startsWith("character(")
              ? "bpchar"
              : "text";
      case SMALLINT, INTEGER, BIGINT -> "bigint";
      case NUMERIC -> "numeric";
      case UUID -> "uuid";
      case ADDRESS -> "inet";
      case BYTES -> "bytea";
      case DATE -> "date";
      case TIMESTAMP -> "timestamp without time zone";
      case TIMESTAMP_WITH_ZONE -> "timestamp with time zone";
      case FLOAT, BOOLEAN, JSON, ENUM, ARRAY, RANGE, OTHER -> null;
    };
  }
}
