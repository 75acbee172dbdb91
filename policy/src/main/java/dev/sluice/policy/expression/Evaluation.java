package dev.sluice.policy.expression;

import com.google.re2j.Pattern;
import dev.sluice.policy.expression.Expression.And;
import dev.sluice.policy.expression.Expression.Call;
import dev.sluice.policy.expression.Expression.Conditional;
import dev.sluice.policy.expression.Expression.Each;
import dev.sluice.policy.expression.Expression.Field;
import dev.sluice.policy.expression.Expression.Has;
import dev.sluice.policy.expression.Expression.Items;
import dev.sluice.policy.expression.Expression.Literal;
import dev.sluice.policy.expression.Expression.Matches;
import dev.sluice.policy.expression.Expression.Or;
import dev.sluice.policy.expression.Expression.Unusable;
import dev.sluice.policy.expression.Expression.Variable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates expressions as CEL does: an error in one side of {@code &&}, {@code ||}, {@code all} or
 * {@code exists} does not matter where the others decide. For one thread and one expression.
 */
public final class Evaluation {
  /**
   * Steps that an evaluation may take: parts that are evaluated, and for each 16 characters or
   * items that are copied or searched, one more.
   */
  public static final int MAXIMUM_STEPS = 100_000;

  private static final int PER_STEP = 16;

  private final Map<String, ?> variables;
  private long steps;

  private Evaluation(Map<String, ?> variables) {
    this.variables = variables;
  }

  /** A variable of a macro, in front of those around it. */
  private record Scope(String name, Object value, @Nullable Scope outer) {}

  /**
   * The value of an expression.
   *
   * @param expression the expression
   * @param variables the values of its variables
   * @return its value
   * @throws EvaluationException where there is none
   */
  public static Object evaluate(Expression expression, Map<String, ?> variables)
      throws EvaluationException {
    return new Evaluation(variables).value(expression, null);
  }

  private Object value(Expression expression, @Nullable Scope scope) throws EvaluationException {
    step(1);
    return switch (expression) {
      case Literal(Object value) -> value;
      case Variable(String name) -> variable(name, scope);
      case Field(Expression target, String name) -> Values.at(map(value(target, scope)), name);
      case Has(Expression target, String name) -> map(value(target, scope)).containsKey(name);
      case Items(List<Expression> items) -> values(items, scope);
      case Call(Function function, List<Expression> arguments) ->
          call(function, values(arguments, scope));
      case And(Expression left, Expression right) -> decided(false, left, right, scope);
      case Or(Expression left, Expression right) -> decided(true, left, right, scope);
      case Conditional(Expression condition, Expression then, Expression otherwise) ->
          value(truth(value(condition, scope)) ? then : otherwise, scope);
      case Matches(Expression text, Pattern pattern) -> {
        String searched = text(value(text, scope));
        step(searched.length());
        yield pattern.matcher(searched).find();
      }
      case Each each -> each(each, scope);
      case Unusable(String reason) -> throw new EvaluationException(reason);
    };
  }

  private Object variable(String name, @Nullable Scope scope) throws EvaluationException {
    for (Scope each = scope; each != null; each = each.outer()) {
      if (each.name().equals(name)) {
        return each.value();
      }
    }
    Object value = variables.get(name);
    if (value == null) {
      throw new EvaluationException("there is no variable \"%s\"".formatted(name));
    }
    return value;
  }

  private List<Object> values(List<Expression> expressions, @Nullable Scope scope)
      throws EvaluationException {
    List<Object> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(value(expression, scope));
    }
    return values;
  }

  private Object call(Function function, List<Object> arguments) throws EvaluationException {
    for (Object argument : arguments) {
      step(size(argument) / PER_STEP);
    }
    return Calls.call(function, arguments);
  }

  /** What one side decides, or else what both are. */
  private boolean decided(
      boolean deciding, Expression left, Expression right, @Nullable Scope scope)
      throws EvaluationException {
    EvaluationException failure = null;
    try {
      if (truth(value(left, scope)) == deciding) {
        return deciding;
      }
    } catch (EvaluationException noValue) {
      failure = noValue;
    }
    if (truth(value(right, scope)) == deciding) {
      return deciding;
    }
    if (failure != null) {
      throw failure;
    }
    return !deciding;
  }

  private Object each(Each each, @Nullable Scope scope) throws EvaluationException {
    Collection<?> range = range(value(each.range(), scope));
    return switch (each.macro()) {
      case ALL -> decided(false, each, range, scope);
      case EXISTS -> decided(true, each, range, scope);
      case EXISTS_ONE -> {
        int matches = 0;
        for (Object item : range) {
          matches += holds(each, item, scope) ? 1 : 0;
        }
        yield matches == 1;
      }
      case FILTER -> {
        List<Object> kept = new ArrayList<>();
        for (Object item : range) {
          if (holds(each, item, scope)) {
            kept.add(item);
          }
        }
        yield kept;
      }
      case MAP -> {
        List<Object> results = new ArrayList<>();
        for (Object item : range) {
          if (each.condition() == null || holds(each, item, scope)) {
            results.add(
                value(
                    Objects.requireNonNull(each.result()),
                    new Scope(each.variable(), item, scope)));
          }
        }
        yield results;
      }
    };
  }

  private boolean decided(boolean deciding, Each each, Collection<?> range, @Nullable Scope scope)
      throws EvaluationException {
    EvaluationException failure = null;
    for (Object item : range) {
      try {
        if (holds(each, item, scope) == deciding) {
          return deciding;
        }
      } catch (EvaluationException noValue) {
        failure = noValue;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return !deciding;
  }

  private boolean holds(Each each, Object item, @Nullable Scope scope) throws EvaluationException {
    return truth(
        value(Objects.requireNonNull(each.condition()), new Scope(each.variable(), item, scope)));
  }

  private void step(int count) throws EvaluationException {
    steps += count;
    if (steps > MAXIMUM_STEPS) {
      throw new EvaluationException(
          "it takes more than %d steps with this statement".formatted(MAXIMUM_STEPS));
    }
  }

  private static int size(Object value) {
    return switch (value) {
      case String text -> text.length();
      case Collection<?> items -> items.size();
      default -> 0;
    };
  }

  private static Collection<?> range(Object value) throws EvaluationException {
    return switch (value) {
      case Collection<?> items -> items;
      case Map<?, ?> map -> map.keySet();
      default -> throw Values.unexpected(value);
    };
  }

  private static Map<?, ?> map(Object value) throws EvaluationException {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw Values.unexpected(value);
  }

  private static String text(Object value) throws EvaluationException {
    if (value instanceof String text) {
      return text;
    }
    throw Values.unexpected(value);
  }

  private static boolean truth(Object value) throws EvaluationException {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw Values.unexpected(value);
  }
}
