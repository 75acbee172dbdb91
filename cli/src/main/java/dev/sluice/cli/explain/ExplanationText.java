package dev.sluice.cli.explain;

import dev.sluice.cli.Exit;
import dev.sluice.cli.explain.Explanation.Explained;
import dev.sluice.policy.statement.Decision;
import dev.sluice.policy.statement.Decision.Finding;
import dev.sluice.policy.statement.Limits;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementFacts.Use;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An explanation as people read it. */
final class ExplanationText {
  private static final int NAME_WIDTH = 11;

  private final StringBuilder text = new StringBuilder();
  private final GrantInQuestion grant;

  private ExplanationText(GrantInQuestion grant) {
    this.grant = grant;
  }

  /** The lines. */
  static String of(Explanation explanation) {
    ExplanationText written = new ExplanationText(explanation.grant());
    List<Explained> statements = explanation.statements();
    if (statements.isEmpty()) {
      return "There is no statement in the text: it may run, and does nothing.\n";
    }
    for (int index = 0; index < statements.size(); index++) {
      if (index > 0) {
        written.text.append('\n');
      }
      written.statement(statements.get(index));
    }
    return written.text.toString();
  }

  private void statement(Explained statement) {
    text.append(statement.text().lines().collect(Collectors.joining("\n"))).append('\n');
    StatementFacts facts = statement.facts();
    line("kind", sql(facts.kind()) + objects(facts));
    Collection<String> effects =
        new TreeSet<>(facts.effects().stream().map(ExplanationText::sql).toList());
    effects.remove(sql(facts.kind()));
    line("runs too", effects);
    relations("reads", statement, Use.READ);
    relations("writes", statement, Use.WRITE);
    relations("defines", statement, Use.DEFINE);
    line("columns", statement.names().columns());
    line("classes", statement.names().classes());
    line("functions", facts.functions());
    line(
        "where",
        switch (facts.where()) {
          case BOUNDED -> "";
          case TRIVIAL -> "the condition holds for every row";
          case MISSING -> "there is none: every row";
        });
    line("locks", facts.locks());
    line("settings", new TreeSet<>(facts.settings()));
    line("how", new TreeSet<>(facts.manners().stream().map(each -> lower(each.name())).toList()));
    if (facts.error() != null) {
      line("not read", facts.error());
    } else if (facts.opaque()) {
      line(
          "opaque",
          facts.unknownFunctions().isEmpty()
              ? "its text does not tell what it does"
              : "it calls what PostgreSQL does not bring: "
                  + String.join(", ", new TreeSet<>(facts.unknownFunctions())));
    }
    decision(statement.decision(), statement.exit());
  }

  private void relations(String name, Explained statement, Use use) {
    line(
        name,
        statement.names().relations(use).stream()
            .map(relation -> grant.known() ? relation + granted(relation) : relation)
            .toList());
  }

  private String granted(String relation) {
    String privileges = grant.privileges(relation);
    return privileges.isEmpty() ? " (not in the grant)" : " (%s)".formatted(privileges);
  }

  private void decision(@Nullable Decision decision, Exit exit) {
    switch (decision) {
      case null ->
          text.append(
              "No decision: say for which grant, with --access, --resources or --bundle.\n");
      case Decision.Allow(List<Finding> warnings, List<Finding> observed, Limits limits) -> {
        text.append("Allowed for %s.\n".formatted(grant.bundle().access()));
        warnings.forEach(finding -> finding("Warned of", finding));
        limits(limits);
        observed.forEach(finding -> finding("Observed", finding));
      }
      case Decision.Deny(Finding finding) ->
          finding(
              (exit == Exit.NEEDS_APPROVAL ? "Needs an approval for %s," : "Refused for %s")
                  .formatted(grant.bundle().access()),
              finding);
      case Decision.Estimate _ ->
          text.append(
              "It depends on how many rows the server expects it to change, which the gate asks it:"
                  + " say --rows COUNT.\n");
    }
  }

  private void limits(Limits limits) {
    limit("rows", limits.rows());
    limit("time", limits.timeMillis());
    limits.concurrentStatements().forEach(limit -> limit("statements at one time", limit));
  }

  private void limit(String what, Limits.@Nullable Limit limit) {
    if (limit != null) {
      finding("Limited in " + what, limit.finding());
    }
  }

  private void finding(String outcome, Finding finding) {
    text.append(
        "%s by the rule %s [%s]: %s.\n"
            .formatted(outcome, finding.rule(), finding.code(), finding.reason()));
    text.append("  What to do: %s\n".formatted(finding.remedy()));
  }

  private void line(String name, Collection<String> values) {
    line(name, String.join(", ", values));
  }

  private void line(String name, String value) {
    if (!value.isEmpty()) {
      text.append("  ")
          .append(name)
          .append(" ".repeat(NAME_WIDTH - name.length()))
          .append(value)
          .append('\n');
    }
  }

  private static String objects(StatementFacts facts) {
    return facts.objectKinds().isEmpty()
        ? ""
        : " " + String.join(", ", facts.objectKinds()).toUpperCase(Locale.ROOT);
  }

  private static String sql(Enum<?> kind) {
    return kind.name().replace('_', ' ');
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
