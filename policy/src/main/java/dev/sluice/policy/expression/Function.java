package dev.sluice.policy.expression;

import java.util.Arrays;
import java.util.Optional;

/** Functions and operators that evaluate all their arguments, by the names that a bundle has. */
public enum Function {
  EQUALS("=="),
  NOT_EQUALS("!="),
  LESS("<"),
  LESS_OR_EQUALS("<="),
  GREATER(">"),
  GREATER_OR_EQUALS(">="),
  NOT("!"),
  ADD("+"),
  SUBTRACT("-"),
  MULTIPLY("*"),
  DIVIDE("/"),
  REMAINDER("%"),
  NEGATE("negate"),
  IN("in"),
  INDEX("[]"),
  SIZE("size"),
  CONTAINS("contains"),
  STARTS_WITH("startsWith"),
  ENDS_WITH("endsWith"),
  INT("int"),
  DOUBLE("double"),
  STRING("string"),
  DURATION("duration"),
  TIMESTAMP("timestamp"),
  GET_FULL_YEAR("getFullYear"),
  GET_MONTH("getMonth"),
  GET_DATE("getDate"),
  GET_DAY_OF_MONTH("getDayOfMonth"),
  GET_DAY_OF_WEEK("getDayOfWeek"),
  GET_DAY_OF_YEAR("getDayOfYear"),
  GET_HOURS("getHours"),
  GET_MINUTES("getMinutes"),
  GET_SECONDS("getSeconds"),
  GET_MILLISECONDS("getMilliseconds");

  private final String symbol;

  Function(String symbol) {
    this.symbol = symbol;
  }

  /** As CEL writes it, but for {@code negate} and {@code []}. */
  public String symbol() {
    return symbol;
  }

  /** The function with a name. */
  static Optional<Function> named(String symbol) {
    return Arrays.stream(values()).filter(each -> each.symbol.equals(symbol)).findFirst();
  }
}
