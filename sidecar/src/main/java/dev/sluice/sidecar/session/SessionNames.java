package dev.sluice.sidecar.session;

import dev.sluice.sidecar.statement.Effects;
import dev.sluice.sql.postgres.NameScope;
import dev.sluice.sql.postgres.NameScope.Restored;
import org.jspecify.annotations.Nullable;

/**
 * What names without a schema may mean in a session. Texts change it when they are read, before it
 * is known whether they succeed; what they give back counts only when it is certain.
 */
final class SessionNames {
  private NameScope start = NameScope.GRANTED;
  private NameScope now = NameScope.GRANTED;
  private long changes;

  /** What gave names their meaning back, unless it is rolled back; null: nothing. */
  private @Nullable Operation restoring;

  /** The session starts with a search path of its client's. */
  void startWith(NameScope scope) {
    start = scope;
    now = scope;
  }

  NameScope now() {
    return now;
  }

  /** A text is sent that may change what names mean; the number of changes so far. */
  long change(NameScope more) {
    NameScope after = now.with(more);
    if (!more.equals(NameScope.GRANTED)) {
      now = after;
      changes++;
    }
    return changes;
  }

  /** A statement of an operation has run. */
  void ran(Operation operation, Effects effects) {
    if (effects.restored() != Restored.NOTHING) {
      restoring = operation;
    } else if (effects.endsTransaction()) {
      restoring = null;
    }
  }

  /** A statement has failed, so that what ran before it in its transaction is rolled back. */
  void failed() {
    restoring = null;
  }

  /** The server is ready for the next statement, within a transaction or not. */
  void ready(byte transaction) {
    Operation restored = restoring;
    restoring = null;
    if (restored != null && restored.verdict != null && transaction == 'I') {
      restore(restored.verdict.effects().restored(), restored.nameChanges);
    }
  }

  /**
   * Something was given back for good.
   *
   * @param what what
   * @param asOf the number of changes when the text was read that gave it back; where there were
   *     more since, it counts for nothing
   */
  private void restore(Restored what, long asOf) {
    if (changes == asOf) {
      now = now.without(what, start);
    }
  }
}
