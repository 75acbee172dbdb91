package dev.sluice.sidecar.session;

import dev.sluice.sql.postgres.NameScope;
import dev.sluice.sql.postgres.NameScope.Restored;

/**
 * What names without a schema may mean in a session. Texts change it when they are read, before it
 * is known whether they succeed; what they give back counts only when it is certain.
 */
final class SessionNames {
  private NameScope start = NameScope.GRANTED;
  private NameScope now = NameScope.GRANTED;
  private long changes;

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

  /**
   * Something was given back for good.
   *
   * @param what what
   * @param asOf the number of changes when the text was read that gave it back; where there were
   *     more since, it counts for nothing
   */
  void restore(Restored what, long asOf) {
    if (changes == asOf) {
      now = now.without(what, start);
    }
  }
}
