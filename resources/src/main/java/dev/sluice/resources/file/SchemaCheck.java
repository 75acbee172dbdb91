package dev.sluice.resources.file;

import dev.cel.runtime.CelEvaluationException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks a value against a structural schema as an API server does: defaults first, then types,
 * bounds and unknown fields, then the CEL rules of whatever is otherwise right.
 */
final class SchemaCheck {
  private final CelRules rules;
  private final BiConsumer<String, String> problems;
  private final Map<String, Pattern> patterns = new LinkedHashMap<>();

  /**
   * A check.
   *
   * @param rules evaluates CEL
   * @param problems receives the path of a field and what is wrong with it
   */
  SchemaCheck(CelRules rules, BiConsumer<String, String> problems) {
    this.rules = rules;
    this.problems = problems;
  }

  /**
   * Checks a value.
   *
   * @param value the value
   * @param schema its schema
   * @param path where it stands
   * @return the value with defaults
   */
  @Nullable Object check(@Nullable Object value, Map<?, ?> schema, String path) {
    String type = schema.get("type") instanceof String text ? text : "object";
    if (value == null) {
      if (!Boolean.TRUE.equals(schema.get("nullable"))) {
        problems.accept(path, "must be %s, not empty".formatted(article(type)));
      }
      return null;
    }
    return switch (type) {
      case "object" -> object(value, schema, path);
      case "array" -> array(value, schema, path);
      case "string" -> {
        if (value instanceof String text) {
          text(text, schema, path);
        } else {
          wrong(path, type, value);
        }
        yield value;
      }
      case "integer" -> number(value, value instanceof Long, type, schema, path);
      case "number" -> number(value, value instanceof Number, type, schema, path);
      case "boolean" -> {
        if (value instanceof Boolean) {
          ruled(value, schema, path);
        } else {
          wrong(path, type, value);
        }
        yield value;
      }
      default -> throw new IllegalStateException("a schema of type " + type);
    };
  }

  private Object object(Object value, Map<?, ?> schema, String path) {
    if (!(value instanceof Map<?, ?> map)) {
      wrong(path, "object", value);
      return value;
    }
    Map<?, ?> properties = schema.get("properties") instanceof Map<?, ?> given ? given : Map.of();
    boolean open = Boolean.TRUE.equals(schema.get("x-kubernetes-preserve-unknown-fields"));
    Object additional = schema.get("additionalProperties");
    Map<String, @Nullable Object> checked = new LinkedHashMap<>();
    map.forEach(
        (key, each) -> {
          String name = String.valueOf(key);
          String child = path.isEmpty() ? name : path + "." + name;
          if (properties.get(name) instanceof Map<?, ?> own) {
            Object fallback = own.get("default");
            checked.put(
                name, check(each == null && fallback != null ? fallback : each, own, child));
          } else if (additional instanceof Map<?, ?> own) {
            checked.put(name, check(each, own, child));
          } else if (open || Boolean.TRUE.equals(additional)) {
            checked.put(name, each);
          } else {
            problems.accept(child, unknown(name, properties));
          }
        });
    properties.forEach(
        (key, own) -> {
          String name = String.valueOf(key);
          if (!checked.containsKey(name)
              && own instanceof Map<?, ?> each
              && each.get("default") != null) {
            checked.put(name, check(each.get("default"), each, path + "." + name));
          }
        });
    for (Object required : list(schema, "required")) {
      if (!checked.containsKey(String.valueOf(required))) {
        problems.accept(
            path.isEmpty() ? String.valueOf(required) : path + "." + required, "is required");
      }
    }
    bounds(checked.size(), "minProperties", "maxProperties", "entries", schema, path);
    ruled(checked, schema, path);
    return checked;
  }

  private static String unknown(String name, Map<?, ?> properties) {
    String names =
        properties.keySet().stream()
            .map(String::valueOf)
            .sorted()
            .collect(Collectors.joining(", "));
    return "there is no field %s here; there are: %s".formatted(name, names);
  }

  private Object array(Object value, Map<?, ?> schema, String path) {
    if (!(value instanceof List<?> list)) {
      wrong(path, "array", value);
      return value;
    }
    Map<?, ?> items = schema.get("items") instanceof Map<?, ?> given ? given : Map.of();
    List<@Nullable Object> checked = new ArrayList<>();
    for (Object each : list) {
      checked.add(check(each, items, "%s[%d]".formatted(path, checked.size())));
    }
    bounds(checked.size(), "minItems", "maxItems", "entries", schema, path);
    unique(checked, schema, path);
    ruled(checked, schema, path);
    return checked;
  }

  private void unique(List<@Nullable Object> values, Map<?, ?> schema, String path) {
    Object kind = schema.get("x-kubernetes-list-type");
    if (!"set".equals(kind) && !"map".equals(kind)) {
      return;
    }
    List<?> keys = list(schema, "x-kubernetes-list-map-keys");
    Set<Object> seen = new HashSet<>();
    for (int index = 0; index < values.size(); index++) {
      Object value = values.get(index);
      Object identity =
          "map".equals(kind) && value instanceof Map<?, ?> map
              ? keys.stream().map(key -> String.valueOf(map.get(key))).toList()
              : String.valueOf(value);
      if (!seen.add(identity)) {
        problems.accept("%s[%d]".formatted(path, index), "is there twice");
      }
    }
  }

  private void text(String text, Map<?, ?> schema, String path) {
    List<?> allowed = list(schema, "enum");
    if (!allowed.isEmpty() && !allowed.contains(text)) {
      problems.accept(
          path,
          "\"%s\" is not one of %s"
              .formatted(
                  text, allowed.stream().map(String::valueOf).collect(Collectors.joining(", "))));
      return;
    }
    bounds(
        text.codePointCount(0, text.length()),
        "minLength",
        "maxLength",
        "characters",
        schema,
        path);
    if (schema.get("pattern") instanceof String pattern
        && !patterns.computeIfAbsent(pattern, Pattern::compile).matcher(text).find()) {
      problems.accept(path, "\"%s\" does not match %s".formatted(text, pattern));
    }
    if ("date-time".equals(schema.get("format"))) {
      try {
        OffsetDateTime parsed = OffsetDateTime.parse(text);
        ruled(parsed.toString().isEmpty() ? "" : text, schema, path);
      } catch (DateTimeParseException e) {
        problems.accept(
            path, "\"%s\" is not a time: write it such as 2027-01-01T00:00:00Z".formatted(text));
      }
      return;
    }
    ruled(text, schema, path);
  }

  private Object number(Object value, boolean right, String type, Map<?, ?> schema, String path) {
    if (!right || !(value instanceof Number number)) {
      wrong(path, type, value);
      return value;
    }
    if (schema.get("minimum") instanceof Number least
        && number.doubleValue() < least.doubleValue()) {
      problems.accept(path, "%s is less than %s".formatted(value, plain(least)));
    }
    if (schema.get("maximum") instanceof Number most && number.doubleValue() > most.doubleValue()) {
      problems.accept(path, "%s is more than %s".formatted(value, plain(most)));
    }
    ruled(value, schema, path);
    return value;
  }

  private void bounds(
      int size, String least, String most, String unit, Map<?, ?> schema, String path) {
    if (schema.get(least) instanceof Number bound && size < bound.longValue()) {
      problems.accept(path, "must have %s %s at least".formatted(plain(bound), unit));
    }
    if (schema.get(most) instanceof Number bound && size > bound.longValue()) {
      problems.accept(path, "has %d %s; %s are permitted".formatted(size, unit, plain(bound)));
    }
  }

  /** The rules of one value, in the words that they themselves give. */
  void ruled(Object value, Map<?, ?> schema, String path) {
    Set<String> told = new HashSet<>();
    for (Object each : list(schema, "x-kubernetes-validations")) {
      if (each instanceof Map<?, ?> validation
          && validation.get("rule") instanceof String rule
          && !CelRules.aboutUpdates(rule)) {
        try {
          if (!Boolean.TRUE.equals(rules.evaluate(rule, value))) {
            String message = message(validation, rule, value);
            if (told.add(message)) {
              problems.accept(
                  validation.get("fieldPath") instanceof String field ? path + field : path,
                  message);
            }
          }
        } catch (CelEvaluationException _) {
          // It stumbled over what is told already: a wrong type, a missing field.
        }
      }
    }
  }

  private String message(Map<?, ?> validation, String rule, Object value) {
    if (validation.get("messageExpression") instanceof String expression) {
      try {
        return String.valueOf(rules.evaluate(expression, value));
      } catch (CelEvaluationException e) {
        // The plain message is there for this.
        return fallback(validation, rule);
      }
    }
    return fallback(validation, rule);
  }

  private static String fallback(Map<?, ?> validation, String rule) {
    return validation.get("message") instanceof String message ? message : "must satisfy " + rule;
  }

  private void wrong(String path, String type, Object value) {
    problems.accept(path, "must be %s, not %s".formatted(article(type), describe(value)));
  }

  private static String describe(Object value) {
    return switch (value) {
      case Map<?, ?> ignored -> "an object";
      case List<?> ignored -> "a list";
      case String text -> "\"" + text + "\"";
      default -> String.valueOf(value);
    };
  }

  private static String article(String type) {
    return switch (type) {
      case "object" -> "an object";
      case "array" -> "a list";
      case "string" -> "a text (in quotes where YAML would read it as something else)";
      case "integer" -> "a whole number";
      case "boolean" -> "true or false";
      default -> "a " + type;
    };
  }

  private static String plain(Number bound) {
    return bound.doubleValue() == bound.longValue()
        ? String.valueOf(bound.longValue())
        : bound.toString();
  }

  private static List<?> list(Map<?, ?> schema, String field) {
    return schema.get(field) instanceof List<?> list ? list : List.of();
  }
}
