package dev.sluice.sql.postgres;

import dev.sluice.policy.statement.StatementFacts;
import java.util.List;

/**
 * What a message text is: the statements in it, in their order. An empty text, or one of comments
 * alone, has none. A text that was not understood is one statement of the kind UNKNOWN, whose end
 * is the text's.
 *
 * @param text the text
 * @param statements the statements
 */
public record Analysis(String text, List<Statement> statements) {

  /** An immutable copy. */
  public Analysis {
    statements = List.copyOf(statements);
  }

  /**
   * Whether texts of the same shape have the same statements, but for where names stand: see {@link
   * SqlAnalyzer#shapeHere}.
   */
  public boolean holdsForShape() {
    for (Statement statement : statements) {
      if (!statement.holdsForShape()) {
        return false;
      }
    }
    return !statements.isEmpty();
  }

  /** The facts of each statement, for a decision about the text. */
  public List<StatementFacts> facts() {
    return statements.stream().map(Statement::facts).toList();
  }
}
