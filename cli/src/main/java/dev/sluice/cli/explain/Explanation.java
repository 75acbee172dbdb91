package dev.sluice.cli.explain;

import dev.sluice.cli.Exit;
import dev.sluice.policy.Code;
import dev.sluice.policy.statement.Circumstances;
import dev.sluice.policy.statement.Decision;
import dev.sluice.policy.statement.Estimates;
import dev.sluice.policy.statement.NamedStatements;
import dev.sluice.policy.statement.RuleNames;
import dev.sluice.policy.statement.SessionFacts;
import dev.sluice.policy.statement.StatementDecisions;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.Tags;
import dev.sluice.sql.postgres.Analysis;
import dev.sluice.sql.postgres.SqlAnalyzer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What SQL does, and what a gate would decide about it: each statement by itself, as most clients
 * send them. Of statements that are sent together the strictest decision holds for all.
 *
 * @param grant the grant
 * @param statements the statements
 */
record Explanation(GrantInQuestion grant, List<Explained> statements) {
  /** An immutable copy. */
  Explanation {
    statements = List.copyOf(statements);
  }

  /**
   * One statement.
   *
   * @param text its text
   * @param facts what the grammar found in it
   * @param names what its names mean in the grant
   * @param decision what becomes of it; null: there is no grant
   */
  record Explained(
      String text, StatementFacts facts, RuleNames names, @Nullable Decision decision) {
    /** What the decision means to a shell. */
    Exit exit() {
      return switch (decision) {
        case null -> Exit.DONE;
        case Decision.Allow _ -> Exit.DONE;
        case Decision.Estimate _ -> Exit.NOT_TOLD;
        case Decision.Deny(Decision.Finding finding) ->
            finding.code().equals(Code.APPROVAL_REQUIRED.code())
                ? Exit.NEEDS_APPROVAL
                : Exit.REFUSED;
      };
    }
  }

  /**
   * Explains a text.
   *
   * @param text the SQL
   * @param analyzer reads it
   * @param grant the grant
   * @param session who would run it
   * @param now the time
   * @param rows how many rows each statement would change; null: not known
   */
  static Explanation of(
      String text,
      SqlAnalyzer analyzer,
      GrantInQuestion grant,
      SessionFacts session,
      Instant now,
      @Nullable Long rows) {
    Analysis analysis = analyzer.analyze(text, true, grant.catalogue());
    Circumstances circumstances =
        new Circumstances(session, Tags.of(text.getBytes(StandardCharsets.UTF_8)).values(), now);
    Estimates estimates = rows == null ? null : new Estimates(Map.of(0, rows));
    List<Explained> explained = new ArrayList<>();
    for (StatementFacts facts : NamedStatements.NONE.resolve(analysis.facts())) {
      explained.add(
          new Explained(
              text.substring(facts.start(), facts.end()).strip(),
              facts,
              new RuleNames(facts, grant.bundle()),
              grant.known()
                  ? StatementDecisions.decide(
                      List.of(facts), grant.bundle(), circumstances, estimates)
                  : null));
    }
    return new Explanation(grant, explained);
  }

  /** The strictest of what the decisions mean to a shell. */
  Exit exit() {
    List<Exit> exits = statements.stream().map(Explained::exit).toList();
    for (Exit strict : List.of(Exit.REFUSED, Exit.NEEDS_APPROVAL, Exit.NOT_TOLD)) {
      if (exits.contains(strict)) {
        return strict;
      }
    }
    return Exit.DONE;
  }
}
