package dev.sluice.sidecar.statement;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Relation;
import dev.sluice.policy.statement.Decision;
import dev.sluice.policy.statement.StatementDecisions;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.Analysis;
import dev.sluice.sql.postgres.Limits;
import dev.sluice.sql.postgres.SqlAnalyzer;
import dev.sluice.sql.postgres.Statement;
import dev.sluice.sql.postgres.StatementRewriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A bundle in force, with the verdicts on the texts that were seen under it. */
public final class Terms {
  /** Texts of more bytes would not be parsed, so they are not held either: they are unknown. */
  public static final int MAXIMUM_BYTES = Limits.DEFAULT.textBytes();

  /** Longer texts are seldom seen twice. */
  private static final int MAXIMUM_REMEMBERED = 32 * 1024;

  private final Bundle bundle;
  private final Supplier<SqlAnalyzer> analyzer;
  private final StatementRewriter rewriter;
  private final VerdictCache verdicts = new VerdictCache();

  /**
   * Terms of a bundle.
   *
   * @param bundle the grant
   * @param analyzer reads texts
   */
  public Terms(Bundle bundle, Supplier<SqlAnalyzer> analyzer) {
    this.bundle = bundle;
    this.analyzer = analyzer;
    this.rewriter = new StatementRewriter(bundle.relations(), bundle.searchPath());
  }

  /** The grant. */
  public Bundle bundle() {
    return bundle;
  }

  /** Whether sessions may go on. */
  public boolean inForce() {
    return bundle.state() == Bundle.State.ACTIVE;
  }

  /**
   * Decides about a text.
   *
   * @param key points at the text
   * @param bytes the array that it points at
   * @param offset index of the text's first byte
   * @param dialect how the client writes texts
   * @return what becomes of it
   */
  public Verdict verdict(TextKey key, byte[] bytes, int offset, Dialect dialect) {
    boolean usual = dialect.equals(Dialect.USUAL);
    if (usual) {
      Verdict known = verdicts.get(key);
      if (known != null) {
        return known;
      }
    }
    // What a session keeps of a long text until it has run would be as much again.
    TextKey kept = key.length() <= MAXIMUM_REMEMBERED ? key.copy() : new TextKey();
    Verdict verdict = decide(kept, ByteBuffer.wrap(bytes, offset, key.length()), dialect);
    if (usual && key.length() <= MAXIMUM_REMEMBERED) {
      verdicts.put(verdict.text(), verdict);
    }
    return verdict;
  }

  /** Decides anew about a text that has a verdict under older terms. */
  public Verdict verdict(Verdict older, Dialect dialect) {
    if (older.isUnread()) {
      return unknown(
          new TextKey(),
          MAXIMUM_REMEMBERED,
          "longer than %d bytes, under older terms".formatted(MAXIMUM_REMEMBERED));
    }
    TextKey text = older.text();
    return verdict(text, text.bytes(), 0, dialect);
  }

  /**
   * Decides about a text that is too long to be read, by itself or together with others.
   *
   * @param length its bytes
   */
  public Verdict unread(int length) {
    return unknown(
        new TextKey(),
        length,
        length > MAXIMUM_BYTES
            ? "longer than %d bytes".formatted(MAXIMUM_BYTES)
            : "too many long texts at once");
  }

  /**
   * Decides about the call of a function by its number, past the grammar.
   *
   * @param function the function's object id
   */
  public Verdict functionCall(int function) {
    String name = WellKnownFunctions.name(function);
    StatementFacts facts =
        new StatementFacts(
            StatementKind.CALL,
            Set.of(StatementKind.CALL),
            0,
            0,
            List.of(),
            List.of(name),
            true,
            List.of(),
            null,
            Set.of(),
            false,
            true,
            null,
            0);
    return verdict(
        new TextKey(), List.of(statement(facts, "function call of " + name)), null, false);
  }

  /** Whether names in a text mean the same under these terms as under older ones. */
  public boolean resolvesAs(Terms older) {
    return older.bundle.relations().equals(bundle.relations())
        && older.bundle.searchPath().equals(bundle.searchPath());
  }

  /**
   * Whether a text that was prepared under older terms would show the same columns under these.
   *
   * @param verdict the verdict on the text under these terms
   * @param older the terms that it was prepared under
   */
  public boolean showsSame(Verdict verdict, Terms older) {
    return older.bundle.relations().equals(bundle.relations())
        || (!verdict.isUnread()
            && verdict.evidence().stream()
                .flatMap(evidence -> evidence.relations().stream())
                .allMatch(name -> Objects.equals(columns(name), older.columns(name))));
  }

  private List<String> columns(String name) {
    return bundle.relations().stream()
        .filter(
            relation ->
                name.equals(relation.name()) || name.equals(relation.relationName().toString()))
        .map(Relation::columns)
        .flatMap(List::stream)
        .map(column -> column.name() + " " + column.type())
        .toList();
  }

  private Verdict decide(TextKey key, ByteBuffer bytes, Dialect dialect) {
    Charset charset = dialect.charset();
    int from = bytes.position();
    String text;
    try {
      text = charset.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException _) {
      return unknown(key, bytes.limit() - from, dialect.unreadable());
    }
    Analysis analysis = analyzer.get().analyze(text, dialect.standardStrings());
    String rewritten = rewriter.rewrite(analysis);
    return verdict(
        key,
        analysis.statements(),
        rewritten.equals(text) ? null : rewritten.getBytes(charset),
        analysis.statements().stream()
            .anyMatch(
                statement ->
                    statement.facts().kind() == StatementKind.DISCARD
                        && "all".equals(statement.action())));
  }

  private static Statement statement(StatementFacts facts, String text) {
    return new Statement(facts, List.of(), text, null, 0, Set.of(), null, null, null);
  }

  private Verdict unknown(TextKey key, int length, String why) {
    StatementFacts facts = StatementFacts.unknown(length, why, 0);
    return verdict(
        key, List.of(statement(facts, "(%d bytes, %s)".formatted(length, why))), null, false);
  }

  private Verdict verdict(
      TextKey key, List<Statement> statements, byte @Nullable [] rewritten, boolean endsIdentity) {
    List<StatementFacts> facts = statements.stream().map(Statement::facts).toList();
    Decision decision = StatementDecisions.decide(facts, bundle);
    return new Verdict(
        this,
        key,
        decision,
        rewritten,
        statements.stream().map(statement -> Evidence.of(statement, bundle)).toList(),
        facts.stream().map(StatementFacts::kind).toList(),
        endsIdentity);
  }
}
