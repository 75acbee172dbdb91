package dev.sluice.sidecar.statement;

import dev.sluice.policy.statement.Decision;
import dev.sluice.policy.statement.StatementKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a text under the terms of a grant.
 *
 * @param terms the terms
 * @param text the text as the client wrote it; empty where it is too long to be kept, read or not
 * @param decision whether it may run
 * @param rewritten the text to send instead; null: the text itself
 * @param evidence what events say of each of its statements
 * @param kinds the kind of each of its statements
 * @param endsIdentity whether it takes the session's role away, as {@code DISCARD ALL} does
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record Verdict(
    Terms terms,
    TextKey text,
    Decision decision,
    byte @Nullable [] rewritten,
    List<Evidence> evidence,
    List<StatementKind> kinds,
    boolean endsIdentity) {

  /** Whether the text was too long to be kept, so that it cannot be read again. */
  public boolean isUnread() {
    return text.length() == 0 && !kinds.isEmpty();
  }
}
