package dev.sluice.sidecar.session;

import dev.sluice.policy.statement.Decision.Estimate;
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
 * Decides about the texts of a session, by the terms of now and by what earlier texts may have
 * changed of how it is read and of what its names mean.
 */
final class Texts {
  private final Session session;
  private final Outbound outbound;
  private final Runnable resume;
  private final TextKey key = new TextKey();
  private Terms terms;

  /** What a long text turned out to be that was waited for; null: nothing. */
  private @Nullable Thought thought;

  /** Whether it is waited for what a long text is. */
  private boolean thinking;

  /** What the names run that SQL gave in the session. */
  private NamedStatements names = NamedStatements.NONE;

  /** Whether something was sent that may change how texts are read, since that was certain last. */
  private boolean dialectMayChange;

  /**
   * Those of a session.
   *
   * @param outbound tells whether the server owes something
   * @param resume is called in the loop when it was waited for what a text is, and is not any more
   */
  Texts(Session session, Outbound outbound, Runnable resume) {
    this.session = session;
    this.outbound = outbound;
    this.resume = resume;
    this.terms = session.terms();
  }

  /** What comes next is decided about by the terms of now. */
  void renewTerms() {
    terms = session.terms();
  }

  /** The terms that it is decided by. */
  Terms terms() {
    return terms;
  }

  /**
   * Whether a text can be decided about now, rather than when it is known what it is: that takes
   * time which the other sessions do not have.
   */
  boolean isKnown(byte[] bytes, int from, int end) {
    key.at(bytes, from, end - from);
    Dialect dialect = dialect();
    Thought known = thought;
    if (!terms.isToughToDecide(key, dialect)
        || (known != null && known.isOf(terms, key, dialect))) {
      return true;
    }
    thinking = true;
    session.think(
        terms,
        key.copy(),
        dialect,
        found -> {
          thinking = false;
          thought = found;
          resume.run();
        });
    return false;
  }

  /** Whether it is waited for what a text is. */
  boolean isThinking() {
    return thinking;
  }

  /** Decides about a text that the server is to read now. */
  Verdict verdict(byte[] bytes, int from, int end) {
    Verdict verdict = preview(bytes, from, end);
    forget();
    return verdict;
  }

  /** The same, where it is to be decided about once more. */
  Verdict preview(byte[] bytes, int from, int end) {
    key.at(bytes, from, end - from);
    return judged(terms.verdict(key, bytes, from, dialect(), session.names().now(), thought));
  }

  /** The text that was waited for is not decided about any more. */
  void forget() {
    thought = null;
    key.clear();
  }

  /** Whether a verdict is what would be decided now. */
  boolean isCurrent(Verdict verdict) {
    return verdict.terms() == terms && verdict.fits(session.names().now());
  }

  /** Decides anew about a text that the server would have to read again now. */
  Verdict again(Verdict older) {
    return judged(terms.verdict(older, dialect(), session.names().now()));
  }

  /** Decides anew about a text that the server has read. */
  Verdict asItWas(Verdict older) {
    return judged(terms.verdict(older, older.dialect(), older.scope()));
  }

  /** What becomes now of what was decided about under the terms of now. */
  Verdict judged(Verdict verdict) {
    if (terms.isSettled(verdict)) {
      return verdict;
    }
    return terms.judged(verdict, names, this::parsed, session.user(), session.application());
  }

  /**
   * The verdict that does not depend on what the server expects any more.
   *
   * @param estimates what it expects; null: nothing is known of it
   */
  Verdict estimated(Verdict verdict, @Nullable Estimates estimates) {
    return verdict.decision() instanceof Estimate
        ? terms.estimated(
            verdict,
            estimates == null ? Estimates.NONE : estimates,
            session.user(),
            session.application())
        : verdict;
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
  private Dialect dialect() {
    boolean quiet = outbound.isQuiet();
    if (quiet && !session.isInTransaction()) {
      dialectMayChange = false;
    }
    Dialect told = session.dialect();
    return dialectMayChange && !quiet ? told.uncertain() : told;
  }
}
