package dev.sluice.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.MaskingPolicySpec;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.discovery.ObservedColumn;
import dev.sluice.policy.discovery.Sample;
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
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Golden cases: each file has a Database, policies and tables, and what an access to all of them
 * sees. A column is {@code text}, or {@code text!} where nobody has looked; in one that is called
 * {@code a} addresses of mail were found. In a view it is the column that it shows. Of what is
 * seen, {@code later} says whether columns that come later are, too. The grant may name {@code
 * columns}.
 */
class DiscoveryPlansTest {
  private static final Path CASES = Path.of("src/test/resources/discovery-plans");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory()).registerModule(new JavaTimeModule());

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
    List<ObservedColumn> observed = new ArrayList<>();
    for (var table : given.get("tables").properties()) {
      relations.add(relation(table.getKey(), table.getValue(), observed));
    }
    Catalogue catalogue = Catalogue.of("18", Set.of("public"), relations);
    List<Named<MaskingPolicySpec>> policies = new ArrayList<>();
    for (JsonNode policy : given.path("policies")) {
      policies.add(
          new Named<>("p" + policies.size(), YAML.treeToValue(policy, MaskingPolicySpec.class)));
    }
    DatabaseIdentity database = new DatabaseIdentity("shop", "desk", "uid", Map.of());
    ObjectNode written =
        YAML.createObjectNode().put("engine", "PostgreSQL").put("database", "desk");
    written.set("discovery", given.get("discovery"));
    written.set("classifications", given.get("classifications"));
    DatabaseSpec spec = YAML.treeToValue(written, DatabaseSpec.class);
    PlanResult result =
        AccessPlanner.plan(
            new PlanRequest(
                new AccessIdentity("shop", "desk", "uid", NOW),
                YAML.readValue(
                    """
                    databaseRef: {name: desk, namespace: shop}
                    subjects: [{kind: ServiceAccount, name: desk}]
                    purpose: support
                    grants: [{tables: [%s], privileges: [SELECT]%s}]
                    """
                        .formatted(
                            String.join(
                                ", ",
                                relations.stream().map(each -> each.name().toString()).toList()),
                            given.has("columns") ? ", columns: " + given.get("columns") : ""),
                    DatabaseAccessSpec.class),
                Map.of(),
                database,
                spec,
                policies,
                List.of(),
                catalogue,
                NOW,
                observed));
    PendingClassification pending = PendingClassification.of(database, spec, catalogue, observed);
    assertThat(result).isInstanceOf(PlanResult.Planned.class);
    assertThat(YAML.writeValueAsString(told((PlanResult.Planned) result, pending)))
        .isEqualTo(YAML.writeValueAsString(given.get("expected")));
  }

  private static ObjectNode told(PlanResult.Planned planned, PendingClassification pending) {
    ObjectNode told = YAML.createObjectNode();
    ObjectNode seen = told.putObject("seen");
    for (AccessPlan.RelationPlan relation : planned.plan().relations()) {
      ObjectNode columns = seen.putObject(relation.name().name());
      columns.put("later", relation.allColumns());
      for (AccessPlan.ColumnPlan column : relation.columns()) {
        var mask = column.mask();
        columns.put(
            column.name(), mask == null ? "shown" : mask.mask().type() + ": " + mask.reason());
      }
    }
    var suggestions = told.putArray("suggestions");
    pending
        .suggestions()
        .forEach(
            each ->
                suggestions.add(
                    "%s.%s %s".formatted(each.relation(), each.column(), each.dataClass())));
    var unexamined = told.putArray("unexamined");
    pending
        .unexamined()
        .forEach(each -> unexamined.add("%s.%s".formatted(each.relation(), each.column())));
    var problems = told.putArray("problems");
    planned.problems().forEach(each -> problems.add(each.sentence()));
    return told;
  }

  private static Relation relation(String name, JsonNode written, List<ObservedColumn> observed) {
    RelationName relation = new RelationName("public", name);
    List<Column> columns = new ArrayList<>();
    List<RelationName> parents = new ArrayList<>();
    boolean view = false;
    for (var each : written.properties()) {
      String text = each.getValue().asText();
      if (each.getKey().equals("parent")) {
        parents.add(new RelationName("public", text));
        continue;
      }
      int dot = text.indexOf('.');
      view |= dot >= 0;
      ColumnType type = ColumnType.of("text", Family.TEXT);
      columns.add(
          new Column(
              each.getKey(), type, false, false, false, List.of(), origin(text, dot), List.of()));
      if (dot < 0) {
        boolean mail = each.getKey().equals("a");
        observed.add(
            new ObservedColumn(
                relation,
                each.getKey(),
                type,
                "",
                text.endsWith("!")
                    ? null
                    : new Sample(
                        100, mail ? Map.of(Kind.Email, new Sample.Count(100, 100)) : Map.of())));
      }
    }
    return new Relation(
        relation,
        view ? RelationKind.VIEW : RelationKind.TABLE,
        columns,
        true,
        false,
        Set.of(),
        List.of(),
        parents,
        Set.of(),
        Set.of());
  }

  private static @Nullable ColumnName origin(String text, int dot) {
    return dot < 0
        ? null
        : new ColumnName(
            new RelationName("public", text.substring(0, dot)), text.substring(dot + 1));
  }
}
