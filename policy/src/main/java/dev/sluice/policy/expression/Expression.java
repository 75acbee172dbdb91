package dev.sluice.policy.expression;

import com.google.re2j.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checked CEL expression, as small as a gate needs it. Values are {@link Boolean}, {@link Long},
 * {@link Double}, {@link String}, {@link java.time.Instant}, {@link java.time.Duration}, {@link
 * List} and {@link java.util.Map} with texts as keys, which also stands for an object.
 *
 * <p>{@link ExpressionJson} says how it is written in a bundle.
 */
public sealed interface Expression {

  /**
   * A constant.
   *
   * @param value a Boolean, Long, Double or String, or a sorted Map of Strings
   */
  record Literal(Object value) implements Expression {}

  /**
   * A variable: one of the rule's, or of a macro around it.
   *
   * @param name its name
   */
  record Variable(String name) implements Expression {}

  /**
   * A field of an object, or the value of a key that is written like one.
   *
   * @param target the object
   * @param name the field's name
   */
  record Field(Expression target, String name) implements Expression {}

  /**
   * Whether a field is there.
   *
   * @param target the object
   * @param name the field's name
   */
  record Has(Expression target, String name) implements Expression {}

  /**
   * A list.
   *
   * @param items its items
   */
  record Items(List<Expression> items) implements Expression {
    /** An immutable copy. */
    public Items {
      items = List.copyOf(items);
    }
  }

  /**
   * A function or an operator whose arguments are all evaluated first.
   *
   * @param function which
   * @param arguments as many as it takes, the target of a method first
   */
  record Call(Function function, List<Expression> arguments) implements Expression {
    /** An immutable copy. */
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /** {@code &&}: false as soon as one side is, whatever the other one is. */
  record And(Expression left, Expression right) implements Expression {}

  /** {@code ||}: true as soon as one side is, whatever the other one is. */
  record Or(Expression left, Expression right) implements Expression {}

  /** {@code condition ? then : otherwise}, of which one is evaluated. */
  record Conditional(Expression condition, Expression then, Expression otherwise)
      implements Expression {}

  /**
   * Whether a part of a text matches a regular expression of RE2, in time that is linear in the
   * text.
   *
   * @param text the text
   * @param pattern the regular expression
   */
  record Matches(Expression text, Pattern pattern) implements Expression {}

  /**
   * A macro over the items of a list, or the keys of a map.
   *
   * @param macro which
   * @param variable the name of the item
   * @param range the list or map
   * @param condition what is asked of each item; null: with {@link Macro#MAP}, nothing
   * @param result with {@link Macro#MAP}, what becomes of each item; else null
   */
  record Each(
      Macro macro,
      String variable,
      Expression range,
      @Nullable Expression condition,
      @Nullable Expression result)
      implements Expression {}

  /**
   * What cannot be evaluated: it was not understood when it was compiled or read. Whoever evaluates
   * it has an error.
   *
   * @param reason why, for a person
   */
  record Unusable(String reason) implements Expression {}

  /** Macros over lists and maps. */
  enum Macro {
    ALL("all"),
    EXISTS("exists"),
    EXISTS_ONE("exists_one"),
    FILTER("filter"),
    MAP("map");

    private final String symbol;

    Macro(String symbol) {
      this.symbol = symbol;
    }

    /** As CEL writes it. */
    public String symbol() {
      return symbol;
    }
  }
}
