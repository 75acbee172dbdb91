package dev.sluice.resources.condition;

import dev.sluice.policy.expression.Function;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which function of gates is meant by an overload, as CEL's standard library names them. */
final class CelFunctions {
  private static final Map<String, Function> BY_OVERLOAD = new HashMap<>();

  static {
    put(Function.EQUALS, "equals");
    put(Function.NOT_EQUALS, "not_equals");
    ordered(Function.LESS, "less_");
    ordered(Function.LESS_OR_EQUALS, "less_equals_");
    ordered(Function.GREATER, "greater_");
    ordered(Function.GREATER_OR_EQUALS, "greater_equals_");
    put(Function.NOT, "logical_not");
    put(
        Function.ADD,
        "add_int64",
        "add_double",
        "add_string",
        "add_list",
        "add_timestamp_duration",
        "add_duration_timestamp",
        "add_duration_duration");
    put(
        Function.SUBTRACT,
        "subtract_int64",
        "subtract_double",
        "subtract_timestamp_timestamp",
        "subtract_timestamp_duration",
        "subtract_duration_duration");
    put(Function.MULTIPLY, "multiply_int64", "multiply_double");
    put(Function.DIVIDE, "divide_int64", "divide_double");
    put(Function.REMAINDER, "modulo_int64");
    put(Function.NEGATE, "negate_int64", "negate_double");
    put(Function.IN, "in_list", "in_map");
    put(Function.INDEX, "index_list", "index_map");
    put(
        Function.SIZE,
        "size_string",
        "string_size",
        "size_list",
        "list_size",
        "size_map",
        "map_size");
    put(Function.CONTAINS, "contains_string");
    put(Function.STARTS_WITH, "starts_with_string");
    put(Function.ENDS_WITH, "ends_with_string");
    put(Function.INT, "int64_to_int64", "double_to_int64", "string_to_int64", "timestamp_to_int64");
    put(Function.DOUBLE, "double_to_double", "int64_to_double", "string_to_double");
    put(Function.STRING, "string_to_string", "int64_to_string", "bool_to_string");
    put(Function.DURATION, "string_to_duration", "duration_to_duration");
    put(Function.TIMESTAMP, "string_to_timestamp", "timestamp_to_timestamp");
    ofTime(Function.GET_FULL_YEAR, "year");
    ofTime(Function.GET_MONTH, "month");
    ofTime(Function.GET_DATE, "day_of_month_1_based");
    ofTime(Function.GET_DAY_OF_MONTH, "day_of_month");
    ofTime(Function.GET_DAY_OF_WEEK, "day_of_week");
    ofTime(Function.GET_DAY_OF_YEAR, "day_of_year");
    ofTime(Function.GET_HOURS, "hours");
    ofTime(Function.GET_MINUTES, "minutes");
    ofTime(Function.GET_SECONDS, "seconds");
    ofTime(Function.GET_MILLISECONDS, "milliseconds");
    put(Function.GET_HOURS, "duration_to_hours");
    put(Function.GET_MINUTES, "duration_to_minutes");
    put(Function.GET_SECONDS, "duration_to_seconds");
    put(Function.GET_MILLISECONDS, "duration_to_milliseconds");
  }

  private CelFunctions() {}

  /** The function that all these overloads are; null: gates have none. */
  static @Nullable Function named(List<String> overloads) {
    List<@Nullable Function> functions =
        overloads.stream().<@Nullable Function>map(BY_OVERLOAD::get).distinct().toList();
    return functions.size() == 1 ? functions.getFirst() : null;
  }

  private static void ordered(Function function, String prefix) {
    for (String type : List.of("int64", "double", "string", "bool", "timestamp", "duration")) {
      put(function, prefix + type);
    }
  }

  private static void ofTime(Function function, String part) {
    put(function, "timestamp_to_" + part, "timestamp_to_" + part + "_with_tz");
  }

  private static void put(Function function, String... overloads) {
    for (String overload : overloads) {
      BY_OVERLOAD.put(overload, function);
    }
  }
}
