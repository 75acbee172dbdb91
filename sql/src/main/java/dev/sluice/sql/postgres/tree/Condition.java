package dev.sluice.sql.postgres.tree;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an expression says as a condition, as far as its form tells.
 *
 * @param chooses whether it chooses among rows: it looks at a column in a way that is not true of
 *     every row
 * @param column the column, where the expression is one and nothing else
 * @param constant the text, where the expression is a string constant and it was asked for
 */
record Condition(boolean chooses, @Nullable String column, @Nullable String constant) {

  /** Does not look at the rows. */
  static final Condition CONSTANT = new Condition(false, null, null);

  /** Looks at the rows. */
  static final Condition CHOOSES = new Condition(true, null, null);

  static Condition of(boolean chooses) {
    return chooses ? CHOOSES : CONSTANT;
  }

  static Condition column(String name) {
    return new Condition(true, name, null);
  }

  static Condition constant(String text) {
    return new Condition(false, null, text);
  }

  /** Any of the two looks at the rows. */
  Condition with(Condition other) {
    return of(chooses || other.chooses);
  }

  /** A comparison of the two: of a column with itself it chooses nothing. */
  Condition comparedWith(Condition other) {
    return of(
        (chooses || other.chooses) && (column == null || !Objects.equals(column, other.column)));
  }
}
