package dev.sluice.cli.explain;

import dev.sluice.cli.Exit;
import dev.sluice.cli.explain.Explanation.Explained;
import dev.sluice.policy.statement.Decision;
import dev.sluice.policy.statement.Decision.Finding;
import dev.sluice.policy.statement.Limits;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementFacts.Use;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An explanation as programs read it. */
final class ExplanationFields {
  private ExplanationFields() {}

  /** Maps, lists and plain values. */
  static Map<String, Object> of(Explanation explanation) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (explanation.grant().known()) {
      fields.put("access", explanation.grant().bundle().access());
      fields.put("outcome", outcome(explanation.exit()));
    }
    fields.put("statements", explanation.statements().stream().map(ExplanationFields::of).toList());
    fields.put("notes", explanation.grant().notes());
    return fields;
  }

  private static Map<String, Object> of(Explained statement) {
    StatementFacts facts = statement.facts();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("text", statement.text());
    fields.put("kind", sql(facts.kind()));
    fields.put(
        "kinds", new TreeSet<>(facts.effects().stream().map(ExplanationFields::sql).toList()));
    fields.put("reads", statement.names().relations(Use.READ));
    fields.put("writes", statement.names().relations(Use.WRITE));
    fields.put("defines", statement.names().relations(Use.DEFINE));
    fields.put("columns", statement.names().columns());
    fields.put("classes", statement.names().classes());
    fields.put("functions", facts.functions());
    fields.put("objectKinds", facts.objectKinds());
    fields.put("where", word(facts.where().name()));
    fields.put("settings", new TreeSet<>(facts.settings()));
    fields.put("locks", new TreeSet<>(facts.locks()));
    fields.put("opaque", facts.opaque());
    if (facts.error() != null) {
      fields.put("error", facts.error());
      fields.put("errorPosition", facts.errorPosition());
    }
    if (statement.decision() != null) {
      fields.put("decision", decision(statement.decision(), statement.exit()));
    }
    return fields;
  }

  private static Map<String, Object> decision(Decision decision, Exit exit) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("outcome", outcome(exit));
    switch (decision) {
      case Decision.Deny(Finding finding) -> fields.putAll(of(finding));
      case Decision.Allow(List<Finding> warnings, List<Finding> observed, Limits limits) -> {
        fields.put("warnings", warnings.stream().map(ExplanationFields::of).toList());
        fields.put("observed", observed.stream().map(ExplanationFields::of).toList());
        fields.put("limits", limits(limits));
      }
      case Decision.Estimate _ -> {}
    }
    return fields;
  }

  private static Map<String, String> of(Finding finding) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("rule", finding.rule());
    fields.put("code", finding.code());
    fields.put("reason", finding.reason());
    fields.put("remedy", finding.remedy());
    return fields;
  }

  private static List<Map<String, Object>> limits(Limits limits) {
    List<Map<String, Object>> all = new ArrayList<>();
    limit(all, "rows", limits.rows());
    limit(all, "timeMillis", limits.timeMillis());
    limits.concurrentStatements().forEach(each -> limit(all, "concurrentStatements", each));
    return all;
  }

  private static void limit(
      List<Map<String, Object>> all, String name, Limits.@Nullable Limit limit) {
    if (limit != null) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("limit", name);
      fields.put("most", limit.most());
      fields.putAll(of(Objects.requireNonNull(limit.finding())));
      all.add(fields);
    }
  }

  private static String outcome(Exit exit) {
    return switch (exit) {
      case DONE -> "Allowed";
      case REFUSED -> "Refused";
      case NEEDS_APPROVAL -> "NeedsApproval";
      case NOT_TOLD -> "DependsOnRows";
      case FAILED, USAGE -> throw new IllegalStateException("no decision ends so: " + exit);
    };
  }

  private static String sql(Enum<?> kind) {
    return kind.name().replace('_', ' ');
  }

  private static String word(String name) {
    return name.charAt(0) + name.substring(1).toLowerCase(java.util.Locale.ROOT);
  }
}
