package dev.sluice.policy.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.ColumnType.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Golden cases: each file has tables, and the class that is proposed for a column, with its
 * confidence, in parentheses how many values there were and in how many something was found.
 *
 * <p>A column is its type, or {@code {type, comment, looked, found}}, where {@code found} has for a
 * kind in how many values it was found, and of those in how many it was the value as a whole.
 */
class SuggestionsTest {
  private static final Path CASES = Path.of("src/test/resources/suggestions");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern TYPE = Pattern.compile("([a-z ]+)(?:\\(([0-9]+)\\))?(\\[])?");

  @TestFactory
  Stream<DynamicTest> goldenCases() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.sorted().toList().stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> look(file)));
    }
  }

  private static void look(Path file) throws IOException {
    JsonNode given = YAML.readTree(Files.newBufferedReader(file));
    List<ObservedColumn> columns = new ArrayList<>();
    for (var table : given.get("tables").properties()) {
      for (var column : table.getValue().properties()) {
        columns.add(column(table.getKey(), column.getKey(), column.getValue()));
      }
    }
    List<String> found =
        Suggestions.of(columns).stream()
            .map(
                each ->
                    "%s.%s %s %d (%d/%d)"
                        .formatted(
                            each.relation().name(),
                            each.column(),
                            each.dataClass(),
                            each.confidence(),
                            each.found(),
                            each.looked()))
            .toList();
    List<String> expected = new ArrayList<>();
    given.get("suggestions").forEach(each -> expected.add(each.asText()));
    assertThat(found).isEqualTo(expected);
  }

  private static ObservedColumn column(String table, String name, JsonNode written) {
    boolean brief = written.isTextual();
    Map<Kind, Sample.Count> counts = new EnumMap<>(Kind.class);
    for (var each : written.path("found").properties()) {
      counts.put(
          Kind.valueOf(each.getKey()),
          new Sample.Count(each.getValue().get(0).asInt(), each.getValue().get(1).asInt()));
    }
    return new ObservedColumn(
        new RelationName("public", table),
        name,
        type(brief ? written.asText() : written.get("type").asText()),
        written.path("comment").asText(""),
        brief ? null : new Sample(written.path("looked").asInt(), counts));
  }

  private static ColumnType type(String text) {
    Matcher parts = TYPE.matcher(text);
    assertThat(parts.matches()).as(text).isTrue();
    String length = parts.group(2);
    ColumnType value =
        new ColumnType(
            parts.group(1),
            family(parts.group(1)),
            length == null ? null : Integer.valueOf(length),
            null,
            null,
            List.of(),
            null);
    return parts.group(3) == null ? value : ColumnType.of(text, Family.ARRAY, value);
  }

  private static Family family(String name) {
    return switch (name) {
      case "text", "varchar", "char" -> Family.TEXT;
      case "smallint" -> Family.SMALLINT;
      case "integer" -> Family.INTEGER;
      case "bigint" -> Family.BIGINT;
      case "numeric" -> Family.NUMERIC;
      case "float" -> Family.FLOAT;
      case "boolean" -> Family.BOOLEAN;
      case "date" -> Family.DATE;
      case "timestamp" -> Family.TIMESTAMP;
      case "timestamptz" -> Family.TIMESTAMP_WITH_ZONE;
      case "uuid" -> Family.UUID;
      case "jsonb" -> Family.JSON;
      case "bytea" -> Family.BYTES;
      case "inet", "cidr" -> Family.ADDRESS;
      case "enum" -> Family.ENUM;
      case "xml" -> Family.OTHER;
      default -> throw new IllegalArgumentException(name);
    };
  }
}
