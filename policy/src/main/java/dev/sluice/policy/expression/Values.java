package dev.sluice.policy.expression;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What holds for values of all types: equality, order, members. */
final class Values {
  private Values() {}

  /** Equality as CEL has it: NaN equals nothing, and the two zeros are equal. */
  static boolean equal(Object one, Object other) {
    return switch (one) {
      case Double number -> other instanceof Double it && number.doubleValue() == it.doubleValue();
      case Collection<?> items -> other instanceof Collection<?> those && equal(items, those);
      default -> one.equals(other);
    };
  }

  private static boolean equal(Collection<?> some, Collection<?> others) {
    if (some.size() != others.size()) {
      return false;
    }
    Iterator<?> other = others.iterator();
    for (Object each : some) {
      if (!equal(each, other.next())) {
        return false;
      }
    }
    return true;
  }

  /** Whether one value is less than another one of the same type. */
  static boolean less(Object one, Object other) throws EvaluationException {
    return switch (one) {
      case Long number when other instanceof Long it -> number < it;
      // Not by compare: nothing is less or greater than NaN.
      case Double number when other instanceof Double it -> number < it;
      case String text when other instanceof String it -> text.compareTo(it) < 0;
      case Boolean truth when other instanceof Boolean it -> !truth && it;
      case Instant time when other instanceof Instant it -> time.isBefore(it);
      case Duration length when other instanceof Duration it -> length.compareTo(it) < 0;
      default -> throw unexpected(one);
    };
  }

  /** Whether something is an item of a list or a key of a map. */
  static boolean contains(Object container, Object item) throws EvaluationException {
    return switch (container) {
      case Collection<?> items -> items.stream().anyMatch(each -> equal(each, item));
      case Map<?, ?> map -> map.containsKey(item);
      default -> throw unexpected(container);
    };
  }

  /** The item of a list at an index, or the value of a key. */
  static Object at(Object container, Object place) throws EvaluationException {
    if (container instanceof List<?> items && place instanceof Long index) {
      if (index < 0 || index >= items.size()) {
        throw new EvaluationException(
            "the list has no item %d: it has %d".formatted(index, items.size()));
      }
      return items.get(index.intValue());
    }
    if (container instanceof Map<?, ?> map) {
      Object value = map.get(place);
      if (value == null) {
        throw new EvaluationException("there is no \"%s\"".formatted(place));
      }
      return value;
    }
    throw unexpected(container);
  }

  /** The characters of a text, or the items of a list or map. */
  static long size(Object value) throws EvaluationException {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case Collection<?> items -> items.size();
      case Map<?, ?> map -> map.size();
      default -> throw unexpected(value);
    };
  }

  /** A value of another type than the expression was checked with. */
  static EvaluationException unexpected(Object value) {
    return new EvaluationException(
        "a value is of the unexpected type " + value.getClass().getSimpleName());
  }
}
