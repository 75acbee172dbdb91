package dev.sluice.policy.expression;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Arithmetic: whole numbers and times that become too large are errors, not other numbers. */
final class Arithmetic {
  private Arithmetic() {}

  static Object negate(Object value) throws EvaluationException {
    return switch (value) {
      case Long number -> checked(() -> Math.negateExact(number));
      case Double number -> -number;
      default -> throw Values.unexpected(value);
    };
  }

  static Object add(Object one, Object other) throws EvaluationException {
    return switch (one) {
      case Long number when other instanceof Long it -> checked(() -> Math.addExact(number, it));
      case Double number when other instanceof Double it -> number + it;
      case String text when other instanceof String it -> text + it;
      case List<?> items when other instanceof List<?> those -> {
        List<Object> all = new ArrayList<>(items);
        all.addAll(those);
        yield all;
      }
      case Instant time when other instanceof Duration it ->
          checked(() -> Times.valid(time.plus(it)));
      case Duration length when other instanceof Instant it ->
          checked(() -> Times.valid(it.plus(length)));
      case Duration length when other instanceof Duration it ->
          checked(() -> Times.valid(length.plus(it)));
      default -> throw Values.unexpected(other);
    };
  }

  static Object subtract(Object one, Object other) throws EvaluationException {
    return switch (one) {
      case Long number when other instanceof Long it ->
          checked(() -> Math.subtractExact(number, it));
      case Double number when other instanceof Double it -> number - it;
      case Instant time when other instanceof Instant it ->
          checked(() -> Times.valid(Duration.between(it, time)));
      case Instant time when other instanceof Duration it ->
          checked(() -> Times.valid(time.minus(it)));
      case Duration length when other instanceof Duration it ->
          checked(() -> Times.valid(length.minus(it)));
      default -> throw Values.unexpected(other);
    };
  }

  static Object multiply(Object one, Object other) throws EvaluationException {
    return switch (one) {
      case Long number when other instanceof Long it ->
          checked(() -> Math.multiplyExact(number, it));
      case Double number when other instanceof Double it -> number * it;
      default -> throw Values.unexpected(other);
    };
  }

  static Object divide(Object one, Object other) throws EvaluationException {
    return switch (one) {
      case Long number when other instanceof Long it -> {
        notZero(it);
        yield checked(() -> Math.divideExact(number, it));
      }
      case Double number when other instanceof Double it -> number / it;
      default -> throw Values.unexpected(other);
    };
  }

  static Object remainder(Object one, Object other) throws EvaluationException {
    if (one instanceof Long number && other instanceof Long it) {
      notZero(it);
      return number % it;
    }
    throw Values.unexpected(other);
  }

  private static void notZero(long divisor) throws EvaluationException {
    if (divisor == 0) {
      throw new EvaluationException("a division by zero");
    }
  }

  /** Arithmetic that tells when its result is beyond what there is. */
  @FunctionalInterface
  private interface Result {
    Object get();
  }

  private static Object checked(Result result) throws EvaluationException {
    try {
      return result.get();
    } catch (ArithmeticException | DateTimeException beyond) {
      throw new EvaluationException("a result that is too large");
    }
  }
}
