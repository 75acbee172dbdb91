package dev.sluice.policy.expression;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What functions and operators do with values. */
final class Calls {
  private Calls() {}

  static Object call(Function function, List<Object> arguments) throws EvaluationException {
    if (arguments.isEmpty()) {
      throw new EvaluationException("%s has no argument".formatted(function.symbol()));
    }
    Object first = arguments.getFirst();
    return arguments.size() == 1 ? call(function, first) : call(function, first, arguments.get(1));
  }

  private static Object call(Function function, Object value) throws EvaluationException {
    return switch (function) {
      case NOT -> {
        if (value instanceof Boolean truth) {
          yield !truth;
        }
        throw Values.unexpected(value);
      }
      case NEGATE -> Arithmetic.negate(value);
      case SIZE -> Values.size(value);
      case INT -> Conversions.toInt(value);
      case DOUBLE -> Conversions.toDouble(value);
      case STRING -> Conversions.toText(value);
      case DURATION -> Conversions.toDuration(value);
      case TIMESTAMP -> Conversions.toTimestamp(value);
      case GET_FULL_YEAR,
          GET_MONTH,
          GET_DATE,
          GET_DAY_OF_MONTH,
          GET_DAY_OF_WEEK,
          GET_DAY_OF_YEAR,
          GET_HOURS,
          GET_MINUTES,
          GET_SECONDS,
          GET_MILLISECONDS ->
          switch (value) {
            case Instant time -> Times.part(function, time, "UTC");
            case Duration length -> Times.part(function, length);
            default -> throw Values.unexpected(value);
          };
      case EQUALS,
          NOT_EQUALS,
          LESS,
          LESS_OR_EQUALS,
          GREATER,
          GREATER_OR_EQUALS,
          ADD,
          SUBTRACT,
          MULTIPLY,
          DIVIDE,
          REMAINDER,
          IN,
          INDEX,
          CONTAINS,
          STARTS_WITH,
          ENDS_WITH ->
          throw new EvaluationException("%s needs two values".formatted(function.symbol()));
    };
  }

  private static Object call(Function function, Object one, Object other)
      throws EvaluationException {
    return switch (function) {
      case EQUALS -> Values.equal(one, other);
      case NOT_EQUALS -> !Values.equal(one, other);
      case LESS -> Values.less(one, other);
      case GREATER -> Values.less(other, one);
      case LESS_OR_EQUALS -> Values.less(one, other) || Values.equal(one, other);
      case GREATER_OR_EQUALS -> Values.less(other, one) || Values.equal(one, other);
      case ADD -> Arithmetic.add(one, other);
      case SUBTRACT -> Arithmetic.subtract(one, other);
      case MULTIPLY -> Arithmetic.multiply(one, other);
      case DIVIDE -> Arithmetic.divide(one, other);
      case REMAINDER -> Arithmetic.remainder(one, other);
      case IN -> Values.contains(other, one);
      case INDEX -> Values.at(one, other);
      case CONTAINS -> text(one).contains(text(other));
      case STARTS_WITH -> text(one).startsWith(text(other));
      case ENDS_WITH -> text(one).endsWith(text(other));
      case GET_FULL_YEAR,
          GET_MONTH,
          GET_DATE,
          GET_DAY_OF_MONTH,
          GET_DAY_OF_WEEK,
          GET_DAY_OF_YEAR,
          GET_HOURS,
          GET_MINUTES,
          GET_SECONDS,
          GET_MILLISECONDS -> {
        if (one instanceof Instant time) {
          yield Times.part(function, time, text(other));
        }
        throw Values.unexpected(one);
      }
      case NOT, NEGATE, SIZE, INT, DOUBLE, STRING, DURATION, TIMESTAMP ->
          throw new EvaluationException("%s needs one value".formatted(function.symbol()));
    };
  }

  private static String text(Object value) throws EvaluationException {
    if (value instanceof String text) {
      return text;
    }
    throw Values.unexpected(value);
  }
}
