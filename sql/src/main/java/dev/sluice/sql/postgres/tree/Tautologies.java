package dev.sluice.sql.postgres.tree;

import dev.sluice.sql.postgres.grammar.TreeReader;
import dev.sluice.sql.postgres.tree.Condition.Claim;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells of comparisons that their form alone makes true of every row, so that they choose none. */
final class Tautologies {
  /** Functions whose value is a number that is never below zero. */
  private static final Set<String> NEVER_NEGATIVE =
      Set.of(
          "abs",
          "bit_length",
          "cardinality",
          "char_length",
          "character_length",
          "length",
          "num_nonnulls",
          "num_nulls",
          "octet_length",
          "pg_column_size",
          "position",
          "random",
          "strpos");

  /** Operators that give the same for whatever stands on both of their sides. */
  private static final Set<String> TELLS_NOTHING_OF_ITSELF =
      Set.of(
          "=", "<>", "<", ">", "<=", ">=", "-", "/", "%", "#", "~~", "!~~", "~~*", "!~~*", "@>",
          "<@", "<->");

  /** Patterns of regular expressions that everything matches. */
  private static final Set<String> MATCH_EVERYTHING =
      Set.of("", "^", "$", ".*", "^.*", ".*$", "^.*$", "^.*?$", "(.*)", "^(.*)$", ".*?");

  private final Walk walk;

  Tautologies(Walk walk) {
    this.walk = walk;
  }

  /** Whether two expressions are written alike, their constants too. */
  boolean equal(TreeReader.Print one, TreeReader.Print other) {
    if (!one.alike(other)) {
      return false;
    }
    walk.draft.readsConstants = true;
    return one.equals(other);
  }

  /** What an operation in a condition is that its constants and form tell of; null: they do not. */
  @Nullable Condition told(
      String operator,
      Condition left,
      Condition right,
      TreeReader.Print leftPrint,
      TreeReader.Print rightPrint) {
    if (TELLS_NOTHING_OF_ITSELF.contains(operator) && equal(leftPrint, rightPrint)) {
      return Condition.CONSTANT;
    }
    String first = left.constant();
    String second = right.constant();
    if (first != null && second != null) {
      return neutral(operator, second, false) ? left : null;
    }
    if (first != null) {
      return neutral(operator, first, true)
          ? right
          : isNever(mirrored(operator), right, first) ? Condition.CONSTANT : null;
    }
    if (second == null) {
      return null;
    }
    if (operator.equals("~") || operator.equals("~*")) {
      walk.draft.readsConstants = true;
      return MATCH_EVERYTHING.contains(second) ? Condition.CONSTANT : null;
    }
    if (neutral(operator, second, false)) {
      return left;
    }
    if (operator.equals("%") || operator.equals("*")) {
      walk.draft.readsConstants = true;
      return second.equals(operator.equals("%") ? "1" : "0") ? Condition.CONSTANT : null;
    }
    return isNever(operator, left, second) ? Condition.CONSTANT : null;
  }

  /** Whether an operation with a constant leaves the other value as it is. */
  private boolean neutral(String operator, String constant, boolean first) {
    String without =
        switch (operator) {
          case "+" -> "0";
          case "-" -> first ? null : "0";
          case "*" -> "1";
          case "/" -> first ? null : "1";
          case "||" -> "";
          default -> null;
        };
    walk.draft.readsConstants |= without != null;
    return constant.equals(without);
  }

  private static String mirrored(String operator) {
    return switch (operator) {
      case "<=" -> ">=";
      case "<" -> ">";
      case "<>" -> "<>";
      default -> "";
    };
  }

  /** Whether a value that is never negative is compared as all of its sort are. */
  private boolean isNever(String operator, Condition value, String constant) {
    if (value.column() != null || !ExpressionNodes.named(value, NEVER_NEGATIVE)) {
      return false;
    }
    walk.draft.readsConstants = true;
    return switch (operator) {
      case ">=" -> constant.equals("0") || constant.startsWith("-");
      case ">", "<>" -> constant.startsWith("-");
      default -> false;
    };
  }

  /** Whether of some two comparisons one is true of each row. */
  boolean opposed(List<Claim> claims) {
    for (int one = 0; one < claims.size(); one++) {
      for (int other = one + 1; other < claims.size(); other++) {
        if (claims.get(one).mayOppose(claims.get(other))) {
          walk.draft.readsConstants = true;
          if (claims.get(one).opposes(claims.get(other))) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
