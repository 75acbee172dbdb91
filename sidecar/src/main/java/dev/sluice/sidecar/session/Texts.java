package dev.sluice.sidecar.session;

import dev.sluice.policy.statement.Estimates;
import dev.sluice.policy.statement.NamedStatements;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.sidecar.session.PreparedStatements.Prepared;
import dev.sluice.sidecar.statement.Dialect;
import dev.sluice.sidecar.statement.Effects;
import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sidecar.statement.TextKey;
import dev.sluice.sidecar.statement.Thought;
import dev.sluice.sidecar.statement.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides about the texts of a session, by what earlier ones may have changed of how it is read and
 * of what its names mean.
 */
final class Texts {
  private final Session session;

  /** What the names run that SQL gave in the session. */
  private NamedStatements names = NamedStatements.NONE;

  /** Whether something was sent that may change how texts are read, since that was certain last. */
  private boolean dialectMayChange;

  Texts(Session session) {
    this.session = session;
  }

  /**
   * Decides about a text that the server is to read now.
   *
   * @param thought what was found out about it already; null: nothing
   * @param quiet whether the server owes nothing
   */
  Verdict verdict(
      Terms terms,
      TextKey key,
      byte[] bytes,
      int offset,
      @Nullable Thought thought,
      boolean quiet) {
    return judged(
        terms, terms.verdict(key, bytes, offset, dialect(quiet), session.names().now(), thought));
  }

  /** Decides anew about a text that the server would have to read again now. */
  Verdict again(Terms terms, Verdict older, boolean quiet) {
    return judged(terms, terms.verdict(older, dialect(quiet), session.names().now()));
  }

  /** Decides anew about a text that the server has read. */
  Verdict asItWas(Terms terms, Verdict older) {
    return judged(terms, terms.verdict(older, older.dialect(), older.scope()));
  }

  /** What becomes now of what was decided about under the terms of now. */
  Verdict judged(Terms terms, Verdict verdict) {
    if (terms.isSettled(verdict)) {
      return verdict;
    }
    return terms.judged(verdict, names, this::parsed, session.user(), session.application());
  }

  /** Decides about statements that were asked about. */
  Verdict estimated(Terms terms, Verdict verdict, Estimates estimates) {
    return terms.estimated(verdict, estimates, session.user(), session.application());
  }

  /** What a Parse message gave a name. */
  private @Nullable StatementFacts parsed(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    Prepared prepared = session.prepared().statement(new TextKey().at(bytes, 0, bytes.length));
    return prepared == null ? null : prepared.verdict().terms().facts(prepared.verdict());
  }

  /** Takes note of what an operation that is sent will leave behind. */
  void runs(Operation operation, Effects effects) {
    operation.nameChanges = session.names().change(effects.names());
    dialectMayChange |= effects.dialect();
    Verdict verdict = operation.verdict;
    if (verdict != null) {
      if (verdict.obscure()) {
        session.doubtIdentity();
      }
      if (!verdict.facts().isEmpty() && NamedStatements.concern(verdict.facts())) {
        names = names.after(verdict.facts());
      } else if (verdict.obscure()) {
        names = names.doubted();
      }
    }
    List<PreparedStatements.Change> more = session.prepared().takeOver(effects);
    if (!more.isEmpty()) {
      List<PreparedStatements.Change> all = new ArrayList<>(operation.changes);
      all.addAll(more);
      operation.changes = all;
    }
  }

  /**
   * How the server reads a text. It tells of a change when it is ready for the next message, and a
   * change within a transaction is taken back with it.
   */
  Dialect dialect(boolean quiet) {
    if (quiet && !session.isInTransaction()) {
      dialectMayChange = false;
    }
    Dialect told = session.dialect();
    return dialectMayChange && !quiet ? told.uncertain() : told;
  }
}
