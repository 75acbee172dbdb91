package dev.sluice.policy.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A schema as people read it: a table for each kind of object, in the order in which they occur.
 */
final class SchemaTables {
  private static final String REFERENCE = "#/$defs/";

  private final ObjectNode schema;
  private final Set<String> named = new LinkedHashSet<>();

  private SchemaTables(ObjectNode schema) {
    this.schema = schema;
  }

  static String of(ObjectNode schema) {
    SchemaTables tables = new SchemaTables(schema);
    tables.name(schema);
    return tables.table(schema)
        + tables.named.stream().map(tables::section).collect(Collectors.joining());
  }

  /** Finds what a definition leads to. */
  private void name(JsonNode definition) {
    for (JsonNode property : definition.path("properties")) {
      String name = target(property.has("items") ? property.get("items") : property);
      if (!name.isEmpty() && named.add(name)) {
        name(schema.path("$defs").path(name));
      }
    }
  }

  private String section(String name) {
    JsonNode definition = schema.path("$defs").path(name);
    return "\n### %s\n\n%s\n%s"
        .formatted(
            name,
            definition.path("description").asText(),
            definition.has("properties") ? "\n" + table(definition) : "");
  }

  private String table(JsonNode definition) {
    Set<String> required = new LinkedHashSet<>();
    definition.path("required").forEach(key -> required.add(key.asText()));
    return "| key | is | needed | meaning |\n|---|---|---|---|\n"
        + definition.path("properties").properties().stream()
            .map(
                property ->
                    "| `%s` | %s | %s | %s |\n"
                        .formatted(
                            property.getKey(),
                            kind(property.getValue()),
                            required.contains(property.getKey()) ? "yes" : "",
                            property.getValue().path("description").asText()))
            .collect(Collectors.joining());
  }

  private static String kind(JsonNode property) {
    String name = target(property);
    if (!name.isEmpty()) {
      return "[%s](#%s)".formatted(name, name.toLowerCase(Locale.ROOT));
    }
    if (property.has("const")) {
      return "`%s`".formatted(property.get("const"));
    }
    return switch (property.path("type").asText()) {
      case "array" -> "list of " + kind(property.path("items"));
      case "boolean" -> "`true` or `false`";
      case "integer" -> "whole number";
      case "string" -> property.has("format") ? "time, as ISO 8601 writes it" : "text";
      case String other -> throw new IllegalArgumentException("no words for " + other);
    };
  }

  /** The definition that is referred to; empty: none is. */
  private static String target(JsonNode property) {
    String reference = property.path("$ref").asText();
    return reference.startsWith(REFERENCE) ? reference.substring(REFERENCE.length()) : "";
  }
}
