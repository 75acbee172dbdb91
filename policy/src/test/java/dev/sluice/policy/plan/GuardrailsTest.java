package dev.sluice.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.crds.GuardrailPolicySpec;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.expression.Expression;
import dev.sluice.policy.plan.ConditionCompiler.ConditionException;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Golden cases: each file has policies and the labels of a database, and the rules that a bundle of
 * that database has, with the problems that were found.
 */
class GuardrailsTest {
  private static final Path CASES = Path.of("src/test/resources/guardrails");
  private static final Jsonb JSON = Jsonb.instance();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TestFactory
  Stream<DynamicTest> goldenCases() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.sorted().toList().stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> compile(file)));
    }
  }

  private static void compile(Path file) throws IOException {
    JsonNode given = YAML.readTree(Files.newBufferedReader(file));
    Map<String, String> labels =
        YAML.convertValue(given.get("labels"), new TypeReference<Map<String, String>>() {});
    Map<String, String> namespaceLabels =
        given.has("namespaceLabels")
            ? YAML.convertValue(
                given.get("namespaceLabels"), new TypeReference<Map<String, String>>() {})
            : Map.of();
    List<CompiledGuardrails> policies = new ArrayList<>();
    for (JsonNode policy : given.get("policies")) {
      policies.add(
          Guardrails.compile(
              new Named<>(
                  policy.get("name").asText(),
                  YAML.treeToValue(policy.get("spec"), GuardrailPolicySpec.class)),
              GuardrailsTest::condition));
    }
    List<PlanProblem> problems = new ArrayList<>();

    ObjectNode compiled = YAML.createObjectNode();
    compiled.set(
        "rules",
        YAML.readTree(
            JSON.type(Bundle.Rule.class)
                .list()
                .toJson(
                    Guardrails.rules(
                        policies,
                        new DatabaseIdentity("databases", "orders", "uid", labels),
                        namespaceLabels,
                        problems))));
    compiled.set("problems", YAML.valueToTree(problems));

    ObjectNode expected = YAML.createObjectNode();
    expected.set("rules", given.get("rules"));
    expected.set("problems", given.get("problems"));
    assertThat(YAML.writeValueAsString(compiled)).isEqualTo(YAML.writeValueAsString(expected));
  }

  /** Takes a condition for the JSON form of its expression. */
  private static Expression condition(String condition) throws ConditionException {
    if (!condition.startsWith("[")) {
      throw new ConditionException("1:1: this is not understood");
    }
    return JSON.type(Expression.class).fromJson(condition);
  }
}
