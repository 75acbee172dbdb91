package dev.sluice.policy.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.sluice.policy.expression.Expression.And;
import dev.sluice.policy.expression.Expression.Call;
import dev.sluice.policy.expression.Expression.Conditional;
import dev.sluice.policy.expression.Expression.Each;
import dev.sluice.policy.expression.Expression.Field;
import dev.sluice.policy.expression.Expression.Has;
import dev.sluice.policy.expression.Expression.Items;
import dev.sluice.policy.expression.Expression.Literal;
import dev.sluice.policy.expression.Expression.Macro;
import dev.sluice.policy.expression.Expression.Matches;
import dev.sluice.policy.expression.Expression.Or;
import dev.sluice.policy.expression.Expression.Unusable;
import dev.sluice.policy.expression.Expression.Variable;
import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import io.avaje.jsonb.CustomAdapter;
import io.avaje.jsonb.Jsonb;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of an expression: an array whose first item says what it is. All others are texts
 * or arrays of the same form.
 *
 * <ul>
 *   <li>{@code ["bool", "true"]}, {@code ["int", "5"]}, {@code ["double", "1.5"]}, {@code
 *       ["string", "DELETE"]}: a constant; {@code ["labels", key, value...]}: a constant map of
 *       texts
 *   <li>{@code ["var", name]}; {@code ["field", target, name]}; {@code ["has", target, name]};
 *       {@code ["list", item...]}
 *   <li>{@code ["&&", left, right]}, {@code ["||", left, right]}, {@code ["?:", condition, then,
 *       otherwise]}
 *   <li>{@code ["all", variable, range, condition]}, and likewise {@code exists}, {@code
 *       exists_one} and {@code filter}; {@code ["map", variable, range, result]} or with a
 *       condition before the result
 *   <li>{@code ["matches", text, pattern]}, the pattern a text
 *   <li>{@code ["call", function, argument...]}, by the names of {@link Function}
 *   <li>{@code ["unusable", reason]}
 * </ul>
 *
 * <p>What a reader does not know, such as a function of a newer version, becomes {@link Unusable},
 * so that its rule counts as one that cannot be evaluated and all others go on.
 */
@CustomAdapter
public final class ExpressionJson implements JsonAdapter<Expression> {
  /** Deeper ones are not read: the reader and the evaluation recurse. */
  public static final int MAXIMUM_DEPTH = 64;

  private static final String CALL = "call";
  private static final String LABELS = "labels";
  private static final String MATCHES = "matches";
  private static final String UNUSABLE = "unusable";

  /**
   * An adapter.
   *
   * @param jsonb not needed, as an expression is nothing but texts and arrays
   */
  public ExpressionJson(Jsonb jsonb) {}

  @Override
  public void toJson(JsonWriter writer, @Nullable Expression expression) {
    if (expression == null) {
      writer.nullValue();
    } else {
      write(writer, expression);
    }
  }

  @Override
  public @Nullable Expression fromJson(JsonReader reader) {
    if (reader.isNullValue()) {
      return null;
    }
    return expression(node(reader, 0));
  }

  /** A text, or an array of nodes. */
  private sealed interface Node {
    record Text(String text) implements Node {}

    record Array(List<Node> items) implements Node {}
  }

  private static Node node(JsonReader reader, int depth) {
    if (depth > MAXIMUM_DEPTH) {
      reader.skipValue();
      return new Node.Array(
          List.of(new Node.Text(UNUSABLE), new Node.Text("the condition is nested too deeply")));
    }
    if (reader.currentToken() != JsonReader.Token.BEGIN_ARRAY) {
      return new Node.Text(reader.readString());
    }
    List<Node> items = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNextElement()) {
      items.add(node(reader, depth + 1));
    }
    reader.endArray();
    return new Node.Array(items);
  }

  private static Expression expression(Node node) {
    List<Node> items = node instanceof Node.Array(List<Node> all) ? all : List.of();
    if (items.isEmpty() || items.getFirst() instanceof Node.Array) {
      return unknown("an expression that is none");
    }
    String head = text(items, 0);
    List<Node> rest = items.subList(1, items.size());
    try {
      return switch (head) {
        case "bool" -> new Literal(Boolean.valueOf(text(rest, 0)));
        case "int" -> new Literal(Long.valueOf(text(rest, 0)));
        case "double" -> new Literal(Double.valueOf(text(rest, 0)));
        case "string" -> new Literal(text(rest, 0));
        case LABELS -> labels(rest);
        case "var" -> new Variable(text(rest, 0));
        case "field" -> new Field(at(rest, 0), text(rest, 1));
        case "has" -> new Has(at(rest, 0), text(rest, 1));
        case "list" -> new Items(rest.stream().map(ExpressionJson::expression).toList());
        case "&&" -> new And(at(rest, 0), at(rest, 1));
        case "||" -> new Or(at(rest, 0), at(rest, 1));
        case "?:" -> new Conditional(at(rest, 0), at(rest, 1), at(rest, 2));
        case MATCHES -> new Matches(at(rest, 0), Pattern.compile(text(rest, 1)));
        case CALL -> call(rest);
        case UNUSABLE -> new Unusable(text(rest, 0));
        default -> macro(head, rest);
      };
    } catch (IndexOutOfBoundsException | NumberFormatException | PatternSyntaxException wrong) {
      return unknown("\"%s\" in another form".formatted(head));
    }
  }

  /** Sorted, so that equal expressions are written in the same way. */
  private static Literal labels(List<Node> rest) {
    Map<String, String> labels = new TreeMap<>();
    for (int index = 0; index < rest.size(); index += 2) {
      labels.put(text(rest, index), text(rest, index + 1));
    }
    return new Literal(Collections.unmodifiableMap(labels));
  }

  private static Expression call(List<Node> rest) {
    Optional<Function> function = Function.named(text(rest, 0));
    return function.isEmpty()
        ? unknown("the function \"%s\"".formatted(text(rest, 0)))
        : new Call(
            function.get(),
            rest.subList(1, rest.size()).stream().map(ExpressionJson::expression).toList());
  }

  private static Expression macro(String head, List<Node> rest) {
    for (Macro macro : Macro.values()) {
      if (macro.symbol().equals(head)) {
        boolean maps = macro == Macro.MAP;
        return new Each(
            macro,
            text(rest, 0),
            at(rest, 1),
            !maps || rest.size() > 3 ? at(rest, 2) : null,
            maps ? at(rest, rest.size() - 1) : null);
      }
    }
    return unknown("\"%s\"".formatted(head));
  }

  private static Unusable unknown(String what) {
    return new Unusable("this gate does not know " + what);
  }

  private static Expression at(List<Node> nodes, int index) {
    return expression(nodes.get(index));
  }

  private static String text(List<Node> nodes, int index) {
    if (nodes.get(index) instanceof Node.Text(String text)) {
      return text;
    }
    throw new IndexOutOfBoundsException("a text is wanted");
  }

  private static void write(JsonWriter writer, Expression expression) {
    writer.beginArray();
    switch (expression) {
      case Literal(Map<?, ?> labels) -> {
        writer.value(LABELS);
        labels.forEach(
            (key, value) -> {
              writer.value(String.valueOf(key));
              writer.value(String.valueOf(value));
            });
      }
      case Literal(Object value) -> {
        writer.value(type(value));
        writer.value(String.valueOf(value));
      }
      case Variable(String name) -> {
        writer.value("var");
        writer.value(name);
      }
      case Field(Expression target, String name) -> selection(writer, "field", target, name);
      case Has(Expression target, String name) -> selection(writer, "has", target, name);
      case Items(List<Expression> items) -> {
        writer.value("list");
        items.forEach(item -> write(writer, item));
      }
      case Call(Function function, List<Expression> arguments) -> {
        writer.value(CALL);
        writer.value(function.symbol());
        arguments.forEach(argument -> write(writer, argument));
      }
      case And(Expression left, Expression right) -> operation(writer, "&&", left, right);
      case Or(Expression left, Expression right) -> operation(writer, "||", left, right);
      case Conditional(Expression condition, Expression then, Expression otherwise) ->
          operation(writer, "?:", condition, then, otherwise);
      case Matches(Expression text, Pattern pattern) ->
          selection(writer, MATCHES, text, pattern.pattern());
      case Each(
              Macro macro,
              String variable,
              Expression range,
              @Nullable Expression condition,
              @Nullable Expression result) -> {
        writer.value(macro.symbol());
        writer.value(variable);
        write(writer, range);
        if (condition != null) {
          write(writer, condition);
        }
        if (result != null) {
          write(writer, result);
        }
      }
      case Unusable(String reason) -> {
        writer.value(UNUSABLE);
        writer.value(reason);
      }
    }
    writer.endArray();
  }

  private static void selection(JsonWriter writer, String head, Expression target, String name) {
    writer.value(head);
    write(writer, target);
    writer.value(name);
  }

  private static void operation(JsonWriter writer, String head, Expression... operands) {
    writer.value(head);
    for (Expression operand : operands) {
      write(writer, operand);
    }
  }

  private static String type(Object value) {
    return switch (value) {
      case Boolean _ -> "bool";
      case Long _ -> "int";
      case Double _ -> "double";
      case String _ -> "string";
      default -> throw new IllegalArgumentException("no constant: " + value.getClass());
    };
  }
}
