package dev.sluice.sql.postgres;

import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementFacts.ColumnUse;
import dev.sluice.policy.statement.StatementFacts.Manner;
import dev.sluice.policy.statement.StatementFacts.RelationUse;
import dev.sluice.policy.statement.StatementFacts.Where;
import dev.sluice.policy.statement.StatementKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An analysis as JSON for a person: a line for a property, and none for one that has its ordinary
 * value.
 */
final class FactsText {

  private FactsText() {}

  static String json(Analysis analysis) {
    if (analysis.statements().isEmpty()) {
      return "[]\n";
    }
    return analysis.statements().stream()
        .map(statement -> statement(analysis.text(), statement))
        .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
  }

  private static String statement(String text, Statement statement) {
    StatementFacts facts = statement.facts();
    List<String> lines = new ArrayList<>();
    add(lines, "kind", facts.kind().name());
    if (!facts.effects().equals(Set.of(facts.kind()))) {
      add(
          lines,
          "effects",
          new TreeSet<>(facts.effects()).stream().map(StatementKind::name).toList());
    }
    String part = text.substring(facts.start(), facts.end());
    if (!part.equals(text)) {
      add(lines, "text", part);
    }
    if (!statement.normalized().equals(part)) {
      add(lines, "normalized", statement.normalized());
    }
    add(lines, "relations", facts.relations().stream().map(FactsText::use).toList());
    add(lines, "columns", new TreeSet<>(facts.columns().stream().map(FactsText::use).toList()));
    add(lines, "functions", facts.functions());
    add(lines, "unknownFunctions", new TreeSet<>(facts.unknownFunctions()));
    if (!facts.bounded()) {
      add(lines, "bounded", false);
    }
    if (facts.where() != Where.BOUNDED) {
      add(lines, "where", facts.where().name());
    }
    if (facts.limit() != null) {
      lines.add("  \"limit\": " + facts.limit());
    }
    add(lines, "locks", new TreeSet<>(facts.locks()));
    add(lines, "manners", new TreeSet<>(facts.manners()).stream().map(Manner::name).toList());
    add(lines, "extensions", new TreeSet<>(facts.extensions()));
    add(lines, "languages", new TreeSet<>(facts.languages()));
    add(lines, "objectKinds", facts.objectKinds());
    add(lines, "parameter", facts.parameter());
    add(lines, "settings", new TreeSet<>(facts.settings()));
    add(lines, "action", statement.action());
    add(lines, "handle", statement.handle());
    if (statement.copy() != null) {
      add(
          lines,
          "copy",
          (statement.copy().from() ? "FROM " : "TO ")
              + (statement.copy().file() == null
                  ? "client"
                  : (statement.copy().program() ? "program " : "file ") + statement.copy().file()));
    }
    if (statement.parameters() > 0) {
      lines.add("  \"parameters\": " + statement.parameters());
    }
    if (facts.serverAccess()) {
      add(lines, "serverAccess", true);
    }
    if (facts.opaque() != (facts.kind() == StatementKind.UNKNOWN)) {
      add(lines, "opaque", facts.opaque());
    }
    add(lines, "error", facts.error());
    if (facts.errorPosition() != 0) {
      lines.add("  \"errorPosition\": " + facts.errorPosition());
    }
    return lines.stream()
        .map(line -> "  " + line)
        .collect(Collectors.joining(",\n", "  {\n", "\n  }"));
  }

  private static String use(RelationUse relation) {
    String name = quoted(relation.name());
    return relation.use()
        + " "
        + (relation.schema() == null ? name : quoted(relation.schema()) + "." + name);
  }

  private static String use(ColumnUse column) {
    String name = quoted(column.column());
    String relation = column.relation() == null ? "?" : quoted(column.relation());
    return column.use()
        + " "
        + (column.schema() == null ? "" : quoted(column.schema()) + ".")
        + relation
        + "."
        + name;
  }

  private static String quoted(String part) {
    return part.matches("[^.\" ]+") ? part : '"' + part.replace("\"", "\"\"") + '"';
  }

  private static void add(List<String> lines, String name, @Nullable String value) {
    if (value != null) {
      lines.add("  \"" + name + "\": " + string(value));
    }
  }

  private static void add(List<String> lines, String name, boolean value) {
    lines.add("  \"" + name + "\": " + value);
  }

  private static void add(List<String> lines, String name, Collection<String> values) {
    if (!values.isEmpty()) {
      lines.add(
          "  \""
              + name
              + "\": "
              + values.stream().map(FactsText::string).collect(Collectors.joining(", ", "[", "]")));
    }
  }

  private static String string(String value) {
    StringBuilder text = new StringBuilder("\"");
    for (int index = 0; index < value.length(); index++) {
      char character = value.charAt(index);
      switch (character) {
        case '"', '\\' -> text.append('\\').append(character);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> text.append(character);
      }
    }
    return text.append('"').toString();
  }
}
