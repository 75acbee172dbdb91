package dev.sluice.sidecar.statement;

import dev.sluice.policy.statement.Decision;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.policy.statement.Tags;
import dev.sluice.sql.postgres.NameScope;
import dev.sluice.sql.postgres.Rewriting;
import dev.sluice.sql.postgres.Rewriting.Splice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a text under the terms of a grant.
 *
 * @param terms the terms
 * @param text the text as the client wrote it; empty where it is too long to be kept, read or not
 * @param decision whether it may run
 * @param facts what that depends on, and what later texts of the session may mean; empty where it
 *     stays what it is and they do not depend on it
 * @param rewritten the text to send instead; null: the text itself
 * @param evidence what events say of each of its statements
 * @param kinds the kind of each of its statements
 * @param endsIdentity whether it takes the session's role away, as {@code DISCARD ALL} does
 * @param dialect how the text was read
 * @param scope what names were taken to mean
 * @param byPath the names whose rewriting depends on that
 * @param splices what was put in place of what
 * @param effects what it leaves behind where it runs
 * @param obscure whether it may take the session's role away without telling so in the text
 * @param tags what the client says of it in a comment, if that is one
 * @param holdsForShape whether it is the same for every text of the same shape
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record Verdict(
    Terms terms,
    TextKey text,
    Decision decision,
    List<StatementFacts> facts,
    byte @Nullable [] rewritten,
    List<Evidence> evidence,
    List<StatementKind> kinds,
    boolean endsIdentity,
    Dialect dialect,
    NameScope scope,
    Set<String> byPath,
    List<Splice> splices,
    Effects effects,
    boolean obscure,
    Tags tags,
    boolean holdsForShape) {

  /** What a verdict takes beside three times its text and what it says of each statement. */
  private static final int OVERHEAD = 1024;

  /** What a text of its own takes beside its characters. */
  private static final int TEXT = 64;

  /** The same with another decision. */
  Verdict with(Decision other) {
    return with(other, facts, evidence, obscure);
  }

  /** The same with another decision, which depends on other facts. */
  Verdict with(Decision other, List<StatementFacts> others) {
    return with(other, others, evidence, obscure);
  }

  /** The same of statements of which more is known. */
  Verdict with(
      Decision other,
      List<StatementFacts> others,
      List<Evidence> otherEvidence,
      boolean otherObscure) {
    return new Verdict(
        terms,
        text,
        other,
        others,
        rewritten,
        otherEvidence,
        kinds,
        endsIdentity,
        dialect,
        scope,
        byPath,
        splices,
        effects,
        otherObscure,
        tags,
        holdsForShape);
  }

  /** The verdict on another text of the same shape. */
  Verdict of(TextKey other) {
    TextKey own = other.copy();
    return new Verdict(
        terms,
        own,
        decision,
        facts,
        rewritten,
        evidence,
        kinds,
        endsIdentity,
        dialect,
        scope,
        byPath,
        splices,
        effects,
        obscure,
        Tags.of(own.bytes()),
        holdsForShape);
  }

  /** Whether the text was too long to be kept, so that it cannot be read again. */
  public boolean isUnread() {
    return text.length() == 0 && !kinds.isEmpty();
  }

  /** Whether the text would be rewritten in the same way where names mean something else. */
  @SuppressWarnings(
      "ReferenceEquality") // only to be quick where it is the very same, as it mostly is
  public boolean fits(NameScope other) {
    return scope == other
        || byPath.isEmpty()
        || (scope.path() == other.path()
            && byPath.stream().allMatch(name -> scope.hides(name) == other.hides(name)));
  }

  /** About how many bytes of memory it takes. */
  public int weight() {
    int weight = OVERHEAD + 3 * text.length();
    for (Evidence statement : evidence) {
      // Everything once more as what events have of it.
      weight += 8 * TEXT + 2 * statement.statement().length();
      for (String relation : statement.relations()) {
        weight += TEXT + 2 * relation.length();
      }
      for (String column : statement.maskedColumns()) {
        weight += TEXT + 2 * column.length();
      }
    }
    for (StatementFacts fact : facts) {
      weight +=
          TEXT * (fact.relations().size() + fact.columns().size() + fact.functions().size() + 4);
    }
    return weight;
  }

  /** Whether the same text is sent as by another verdict on it. */
  public boolean sendsSame(Verdict other) {
    return Arrays.equals(rewritten, other.rewritten);
  }

  /**
   * Where in the client's text stands what stands somewhere in the text that was sent. Of a text
   * that is not kept that is not known, so it stays as it is.
   *
   * @param position in characters, from 1
   */
  public int original(int position) {
    byte[] sent = rewritten;
    if (sent == null || isUnread() || !dialect.equals(Dialect.USUAL)) {
      return position;
    }
    String there = new String(sent, StandardCharsets.UTF_8);
    if (position < 1 || position > there.codePointCount(0, there.length())) {
      return position;
    }
    String here = new String(text.bytes(), StandardCharsets.UTF_8);
    int index = Rewriting.original(splices, there.offsetByCodePoints(0, position - 1));
    return here.codePointCount(0, Math.min(index, here.length())) + 1;
  }
}
