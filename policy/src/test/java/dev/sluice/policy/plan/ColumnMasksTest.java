package dev.sluice.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.MaskingPolicySpec;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.ColumnType.Family;
import dev.sluice.policy.plan.Catalogue.Column;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import dev.sluice.policy.plan.Catalogue.Relation;
import dev.sluice.policy.plan.Catalogue.RelationKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Golden cases: each file has policies and tables, and the mask of each column, with its reason and
 * the problems that were found. A column is written as its type; of a view as the column that it
 * shows, with the type after it.
 */
class ColumnMasksTest {
  private static final Path CASES = Path.of("src/test/resources/column-masks");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TestFactory
  Stream<DynamicTest> goldenCases() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.sorted().toList().stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> look(file)));
    }
  }

  private static void look(Path file) throws IOException {
    JsonNode given = YAML.readTree(Files.newBufferedReader(file));
    List<Relation> relations = new ArrayList<>();
    given
        .get("tables")
        .properties()
        .forEach(table -> relations.add(relation(table.getKey(), table.getValue())));
    Catalogue catalogue = Catalogue.of("18", Set.of("public"), relations);
    List<CompiledPolicy> policies = new ArrayList<>();
    for (JsonNode policy : given.get("policies")) {
      policies.add(
          new CompiledPolicy(
              new Named<>(
                  policy.get("name").asText(),
                  YAML.treeToValue(policy.get("spec"), MaskingPolicySpec.class))));
    }
    ObjectNode database = YAML.createObjectNode();
    database.put("engine", "PostgreSQL");
    if (given.has("classifications")) {
      database.set("classifications", given.get("classifications"));
    }
    Classifications classifications =
        new Classifications(
            new DatabaseIdentity("databases", "orders", "uid", java.util.Map.of()),
            YAML.treeToValue(database, DatabaseSpec.class),
            catalogue);
    ColumnMasks masks =
        new ColumnMasks(
            catalogue,
            classifications,
            PendingClassification.NOTHING,
            policies,
            "testing",
            Instant.EPOCH);

    ObjectNode found = YAML.createObjectNode();
    ObjectNode columns = found.putObject("masks");
    for (Relation relation : relations) {
      for (Column column : relation.columns()) {
        var plan = masks.mask(relation, column);
        if (plan != null) {
          columns
              .putObject(relation.name() + "." + column.name())
              .put("mask", String.valueOf(plan.mask()))
              .put("reason", plan.reason());
        }
      }
    }
    var problems = found.putArray("problems");
    classifications.problems().forEach(problem -> problems.add(problem.sentence()));
    policies.forEach(
        policy -> policy.problems().forEach(problem -> problems.add(problem.sentence())));

    ObjectNode expected = YAML.createObjectNode();
    expected.set("masks", given.get("masks"));
    expected.set("problems", given.get("problems"));
    assertThat(YAML.writeValueAsString(found)).isEqualTo(YAML.writeValueAsString(expected));
  }

  private static Relation relation(String name, JsonNode columns) {
    List<Column> read = new ArrayList<>();
    boolean view = false;
    for (var column : columns.properties()) {
      String text = column.getValue().asText();
      int space = text.indexOf(' ');
      ColumnName origin = space < 0 ? null : origin(text.substring(0, space));
      view |= origin != null;
      read.add(
          new Column(
              column.getKey(),
              type(text.substring(space + 1)),
              false,
              false,
              false,
              List.of(),
              origin,
              List.of()));
    }
    return new Relation(
        new RelationName("public", name),
        view ? RelationKind.VIEW : RelationKind.TABLE,
        read,
        true,
        false,
        Set.of(),
        List.of(),
        List.of(),
        Set.of(),
        Set.of());
  }

  private static @Nullable ColumnName origin(String text) {
    String[] parts = text.split("\\.", -1);
    return new ColumnName(new RelationName("public", parts[0]), parts[1]);
  }

  private static ColumnType type(String name) {
    return ColumnType.of(
        name,
        switch (name) {
          case "text" -> Family.TEXT;
          case "integer" -> Family.INTEGER;
          case "float" -> Family.FLOAT;
          case "date" -> Family.DATE;
          case "jsonb" -> Family.JSON;
          case "inet" -> Family.ADDRESS;
          default -> throw new IllegalArgumentException(name);
        });
  }
}
