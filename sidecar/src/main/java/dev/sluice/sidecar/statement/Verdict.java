package dev.sluice.sidecar.statement;

import dev.sluice.policy.statement.Decision;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.NameScope;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a text under the terms of a grant.
 *
 * @param terms the terms
 * @param text the text as the client wrote it; empty where it is too long to be kept
 * @param decision whether it may run
 * @param rewritten the text to send instead; null: the text itself
 * @param evidence what events say of each of its statements
 * @param kinds the kind of each of its statements
 * @param endsIdentity whether it takes the session's role away, as {@code DISCARD ALL} does
 * @param dialect how the text was read
 * @param scope what names were taken to mean
 * @param byPath the names whose rewriting depends on that
 * @param effects what it leaves behind where it runs
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record Verdict(
    Terms terms,
    TextKey text,
    Decision decision,
    byte @Nullable [] rewritten,
    List<Evidence> evidence,
    List<StatementKind> kinds,
    boolean endsIdentity,
    Dialect dialect,
    NameScope scope,
    Set<String> byPath,
    Effects effects) {

  /** Whether the text was too long to be read, so that it is not kept. */
  public boolean isUnread() {
    return text.length() == 0 && kinds.contains(StatementKind.UNKNOWN);
  }

  /** Whether the text would be rewritten in the same way where names mean something else. */
  public boolean fits(NameScope other) {
    return byPath.isEmpty()
        || (scope.path() == other.path()
            && byPath.stream().allMatch(name -> scope.hides(name) == other.hides(name)));
  }

  /** Whether the same text is sent as by another verdict on it. */
  public boolean sendsSame(Verdict other) {
    return Arrays.equals(rewritten, other.rewritten);
  }
}
