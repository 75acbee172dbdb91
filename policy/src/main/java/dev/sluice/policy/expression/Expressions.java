package dev.sluice.policy.expression;

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
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What can be asked of an expression without its value, and done with it. */
public final class Expressions {
  private Expressions() {}

  /** Whether an expression or a part of it is such a one. */
  public static boolean anyMatch(Expression expression, Predicate<Expression> wanted) {
    return wanted.test(expression)
        || parts(expression).stream().anyMatch(part -> anyMatch(part, wanted));
  }

  /** The expression with something else in place of some of its parts; what stays is the same. */
  public static Expression replaced(Expression expression, UnaryOperator<Expression> change) {
    Expression changed = change.apply(expression);
    if (!changed.equals(expression)) {
      return changed;
    }
    return switch (expression) {
      case Literal _, Variable _, Unusable _ -> expression;
      case Field(Expression target, String name) -> new Field(replaced(target, change), name);
      case Has(Expression target, String name) -> new Has(replaced(target, change), name);
      case Items(List<Expression> items) -> new Items(replaced(items, change));
      case Call(Function function, List<Expression> arguments) ->
          new Call(function, replaced(arguments, change));
      case And(Expression left, Expression right) ->
          new And(replaced(left, change), replaced(right, change));
      case Or(Expression left, Expression right) ->
          new Or(replaced(left, change), replaced(right, change));
      case Conditional(Expression condition, Expression then, Expression otherwise) ->
          new Conditional(
              replaced(condition, change), replaced(then, change), replaced(otherwise, change));
      case Matches(Expression text, var pattern) -> new Matches(replaced(text, change), pattern);
      case Each each ->
          new Each(
              each.macro(),
              each.variable(),
              replaced(each.range(), change),
              optional(each.condition(), change),
              optional(each.result(), change));
    };
  }

  /** The expressions that one consists of. */
  static List<Expression> parts(Expression expression) {
    return switch (expression) {
      case Literal _, Variable _, Unusable _ -> List.of();
      case Field(Expression target, String _) -> List.of(target);
      case Has(Expression target, String _) -> List.of(target);
      case Items(List<Expression> items) -> items;
      case Call(Function _, List<Expression> arguments) -> arguments;
      case And(Expression left, Expression right) -> List.of(left, right);
      case Or(Expression left, Expression right) -> List.of(left, right);
      case Conditional(Expression condition, Expression then, Expression otherwise) ->
          List.of(condition, then, otherwise);
      case Matches(Expression text, var _) -> List.of(text);
      case Each each ->
          Stream.of(each.range(), each.condition(), each.result())
              .filter(Objects::nonNull)
              .map(Objects::requireNonNull)
              .toList();
    };
  }

  private static List<Expression> replaced(
      List<Expression> expressions, UnaryOperator<Expression> change) {
    List<Expression> all = new ArrayList<>(expressions.size());
    expressions.forEach(each -> all.add(replaced(each, change)));
    return all;
  }

  private static @Nullable Expression optional(
      @Nullable Expression expression, UnaryOperator<Expression> change) {
    return expression == null ? null : replaced(expression, change);
  }
}
