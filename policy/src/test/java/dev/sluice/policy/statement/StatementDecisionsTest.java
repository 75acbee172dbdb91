package dev.sluice.policy.statement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.statement.Decision.Finding;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Golden cases: each file has what differs from {@code defaults.yaml} of a bundle and of a
 * statement's facts, and the decision.
 */
class StatementDecisionsTest {
  private static final Path CASES = Path.of("src/test/resources/statement-decisions");
  private static final Jsonb JSON = Jsonb.instance();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TestFactory
  Stream<DynamicTest> goldenCases() throws IOException {
    JsonNode defaults = read(CASES.resolve("defaults.yaml"));
    try (Stream<Path> files = Files.list(CASES.resolve("cases"))) {
      return files.sorted().toList().stream()
          .map(
              file ->
                  DynamicTest.dynamicTest(
                      file.getFileName().toString(), () -> decide(read(file), defaults)));
    }
  }

  private static void decide(JsonNode given, JsonNode defaults) throws IOException {
    Bundle bundle =
        JSON.type(Bundle.class)
            .fromJson(
                new ObjectMapper()
                    .writeValueAsString(merged(defaults.get("bundle"), given.path("bundle"))));
    List<StatementFacts> statements = new ArrayList<>();
    for (JsonNode statement : given.get("statements")) {
      ObjectNode facts = merged(defaults.get("statement"), statement);
      if (!statement.has("effects")) {
        facts.set("effects", YAML.createArrayNode().add(facts.get("kind")));
      }
      statements.add(YAML.treeToValue(facts, StatementFacts.class));
    }
    Circumstances circumstances =
        circumstances(merged(defaults.get("circumstances"), given.path("circumstances")));
    JsonNode decision =
        written(StatementDecisions.decide(statements, bundle, circumstances, estimates(given)));
    assertThat(YAML.writeValueAsString(decision))
        .isEqualTo(YAML.writeValueAsString(given.get("decision")));
  }

  private static Circumstances circumstances(JsonNode given) throws IOException {
    return new Circumstances(
        YAML.treeToValue(given.get("session"), SessionFacts.class),
        YAML.convertValue(given.get("tags"), new TypeReference<Map<String, String>>() {}),
        Instant.parse(given.get("now").asText()));
  }

  private static @Nullable Estimates estimates(JsonNode given) {
    return given.has("estimates")
        ? new Estimates(
            YAML.convertValue(given.get("estimates"), new TypeReference<Map<Integer, Long>>() {}))
        : null;
  }

  private static JsonNode written(Decision decision) {
    ObjectNode node = YAML.createObjectNode();
    switch (decision) {
      case Decision.Allow(List<Finding> warnings, List<Finding> observed, Limits limits) -> {
        node.put("outcome", "Allow");
        written(node, "warnings", warnings);
        written(node, "observed", observed);
        if (!limits.equals(Limits.NONE)) {
          node.set("limits", YAML.valueToTree(limits));
        }
      }
      case Decision.Estimate(List<Integer> places) -> {
        node.put("outcome", "Estimate");
        node.set("statements", YAML.valueToTree(places));
      }
      case Decision.Deny(Finding finding) -> {
        node.put("outcome", "Deny");
        node.set("finding", YAML.valueToTree(finding));
      }
    }
    return node;
  }

  private static void written(ObjectNode node, String name, List<Finding> findings) {
    if (!findings.isEmpty()) {
      ArrayNode array = node.putArray(name);
      findings.forEach(finding -> array.add(YAML.<JsonNode>valueToTree(finding)));
    }
  }

  private static ObjectNode merged(JsonNode defaults, JsonNode given) {
    ObjectNode merged = defaults.deepCopy();
    given
        .properties()
        .forEach(
            field -> {
              assertThat(merged.has(field.getKey())).as("field %s", field.getKey()).isTrue();
              merged.set(field.getKey(), field.getValue());
            });
    return merged;
  }

  private static JsonNode read(Path file) throws IOException {
    return YAML.readTree(Files.newBufferedReader(file));
  }
}
