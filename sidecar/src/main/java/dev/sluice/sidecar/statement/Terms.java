package dev.sluice.sidecar.statement;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Relation;
import dev.sluice.policy.event.ParameterReader;
import dev.sluice.policy.statement.BuiltInFunctions;
import dev.sluice.policy.statement.Circumstances;
import dev.sluice.policy.statement.Decision;
import dev.sluice.policy.statement.Decision.Deny;
import dev.sluice.policy.statement.Estimates;
import dev.sluice.policy.statement.GrantCatalogue;
import dev.sluice.policy.statement.NamedStatements;
import dev.sluice.policy.statement.SessionFacts;
import dev.sluice.policy.statement.StatementDecisions;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementFacts.RelationUse;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.policy.statement.Tags;
import dev.sluice.sidecar.detect.Watch;
import dev.sluice.sql.postgres.Analysis;
import dev.sluice.sql.postgres.Limits;
import dev.sluice.sql.postgres.NameScope;
import dev.sluice.sql.postgres.Rewriting;
import dev.sluice.sql.postgres.SqlAnalyzer;
import dev.sluice.sql.postgres.Statement;
import dev.sluice.sql.postgres.StatementRewriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A bundle in force, with the verdicts on the texts that were seen under it. */
public final class Terms {
  /** Texts of more bytes would not be parsed, so they are not held either: they are unknown. */
  public static final int MAXIMUM_BYTES = Limits.DEFAULT.textBytes();

  /** Longer texts are seldom seen twice. */
  private static final int MAXIMUM_REMEMBERED = 32 * 1024;

  private static final byte[] NO_SHAPE = {};

  /** How many hashes of texts are kept; a power of two. */
  private static final int SEEN = 1024;

  private final Bundle bundle;
  private final Supplier<SqlAnalyzer> analyzer;
  private final ParameterReader parameters;
  private final @Nullable Watch watch;
  private final StatementRewriter rewriter;
  private final GrantCatalogue catalogue;
  private final GrantCatalogue withoutPath;
  private final VerdictCache verdicts = new VerdictCache(1024 * 1024);

  /** Verdicts that hold for every text of a shape. */
  private final VerdictCache shapes = new VerdictCache(512 * 1024);

  /** Hashes of texts that had such a verdict lately. */
  private final int[] seen = new int[SEEN];

  private final SessionFacts pod;
  private final InstantSource clock;

  /** Whether the same text may meet another decision at another time, or in another session. */
  private final boolean varies;

  /** Whether decisions may depend on what the server expects statements to change. */
  private final boolean estimates;

  /**
   * Terms of a bundle.
   *
   * @param bundle the grant
   * @param analyzer reads texts
   * @param pod what is known of all sessions
   * @param clock the time, for rules that ask for it
   */
  public Terms(
      Bundle bundle, Supplier<SqlAnalyzer> analyzer, SessionFacts pod, InstantSource clock) {
    this.bundle = bundle;
    this.analyzer = analyzer;
    this.pod = pod;
    this.clock = clock;
    this.estimates = StatementDecisions.estimates(bundle);
    this.varies = StatementDecisions.varies(bundle) || estimates;
    this.rewriter = new StatementRewriter(bundle.relations(), bundle.searchPath());
    this.catalogue = bundle.plain() ? GrantCatalogue.NONE : GrantCatalogue.of(bundle);
    this.withoutPath = catalogue.withoutPath();
    this.parameters = ParameterReader.of(bundle.evidenceOrDefault());
    this.watch = Watch.of(bundle);
  }

  /** What is looked for in what the server sends; null: nothing. */
  public @Nullable Watch watch() {
    return watch;
  }

  /** Whether a statement may end for what is found in its rows. */
  public boolean refusesData() {
    return watch != null && watch.refuses();
  }

  /** Reads the values that are bound, as far as events may tell of them. */
  public ParameterReader parameters() {
    return parameters;
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
   * @param scope what names mean in the session
   * @param thought what was found out about it already; null: nothing
   * @return what becomes of it
   */
  public Verdict verdict(
      TextKey key,
      byte[] bytes,
      int offset,
      Dialect dialect,
      NameScope scope,
      @Nullable Thought thought) {
    boolean usual = dialect.equals(Dialect.USUAL);
    Verdict known = usual ? verdicts.get(key) : null;
    if (known != null && known.fits(scope)) {
      return known;
    }
    // To ask what is expected of a statement, its own places in its own text are needed.
    byte[] shape =
        usual && !estimates && thought == null && key.length() <= SqlAnalyzer.SHORT_BYTES
            ? analyzer.get().shapeHere(bytes, offset, key.length())
            : NO_SHAPE;
    if (shape.length > 0) {
      Verdict like = shapes.get(new TextKey().at(shape, 0, shape.length));
      if (like != null && like.fits(scope)) {
        return remembered(like.of(key));
      }
    }
    // What a session keeps of a long text until it has run would be as much again.
    TextKey kept = key.length() <= MAXIMUM_REMEMBERED ? key.copy() : new TextKey();
    ByteBuffer text = ByteBuffer.wrap(bytes, offset, key.length());
    Analysis analysis =
        thought != null && thought.isOf(this, key, dialect) ? thought.analysis() : null;
    Verdict verdict = decide(kept, text, dialect, scope, analysis);
    // Only what holds in any ordinary session is remembered.
    if (usual && key.length() <= MAXIMUM_REMEMBERED && verdict.fits(NameScope.GRANTED)) {
      if (shape.length > 0 && verdict.holdsForShape()) {
        shapes.put(new TextKey().at(shape, 0, shape.length), verdict);
      } else {
        verdicts.put(verdict.text(), verdict);
      }
    }
    return verdict;
  }

  /** Remembers a verdict by its text when the text was seen before, as most are never again. */
  private Verdict remembered(Verdict verdict) {
    int hash = verdict.text().hashCode();
    int place = hash & (seen.length - 1);
    if (seen[place] == hash) {
      verdicts.put(verdict.text(), verdict);
    }
    seen[place] = hash;
    return verdict;
  }

  /** Decides anew about a text that has a verdict under older terms, or in another session. */
  public Verdict verdict(Verdict older, Dialect dialect, NameScope scope) {
    if (older.isUnread()) {
      return unknown(
          new TextKey(),
          MAXIMUM_REMEMBERED,
          "longer than %d bytes, under older terms".formatted(MAXIMUM_REMEMBERED),
          dialect);
    }
    TextKey text = older.text();
    return verdict(text, text.bytes(), 0, dialect, scope, null);
  }

  /** Whether a verdict is the same whenever the text runs, in whatever session. */
  public boolean isSettled(Verdict verdict) {
    return !varies && verdict.facts().isEmpty();
  }

  /**
   * What becomes of a text now, in a session. That is what it was before, unless a rule asks for
   * the time or for what tells sessions apart, or the text runs what the session has given a name.
   *
   * @param verdict the verdict on it under these terms
   * @param names what the names of the session run that SQL gave
   * @param parsed the facts of a statement that a Parse message gave a name; null: there is none
   * @param client the database user that the client named
   * @param application what the client calls itself
   */
  public Verdict judged(
      Verdict verdict,
      NamedStatements names,
      Function<String, @Nullable StatementFacts> parsed,
      String client,
      String application) {
    List<StatementFacts> facts = verdict.facts();
    List<StatementFacts> told = names.resolve(facts, parsed);
    if (told.equals(facts)) {
      return varies
          ? verdict.with(decision(facts, verdict.tags(), pod.of(client, application)))
          : verdict;
    }
    List<Evidence> evidence = verdict.evidence();
    if (evidence.size() == told.size()) {
      evidence =
          IntStream.range(0, told.size())
              .mapToObj(index -> verdict.evidence().get(index).with(told.get(index), bundle))
              .toList();
    }
    return verdict.with(
        decision(told, verdict.tags(), pod.of(client, application)),
        told,
        evidence,
        told.stream().anyMatch(StatementFacts::opaque));
  }

  /** Whether decisions may depend on what the server expects statements to change. */
  public boolean estimates() {
    return estimates;
  }

  /**
   * Decides about a text whose decision depended on what the server expects.
   *
   * @param verdict the verdict on it so far
   * @param found what the server expects
   * @param client the database user that the client named
   * @param application what the client calls itself
   */
  public Verdict estimated(Verdict verdict, Estimates found, String client, String application) {
    return verdict.with(
        StatementDecisions.decide(
            verdict.facts(),
            bundle,
            new Circumstances(
                pod.of(client, application), verdict.tags().values(), clock.instant()),
            found));
  }

  /** The facts of a text's only statement, as SQL that runs it by its name has them; null: none. */
  public @Nullable StatementFacts facts(Verdict verdict) {
    if (verdict.isUnread()) {
      return null;
    }
    String text = text(ByteBuffer.wrap(verdict.text().bytes()), verdict.dialect());
    if (text == null) {
      return null;
    }
    List<Statement> statements =
        analyze(text, verdict.dialect().standardStrings(), verdict.scope(), null).statements();
    return statements.size() == 1 ? statements.getFirst().facts() : null;
  }

  /** Decides about what runs under a name that no message has given it. */
  public Verdict unseen() {
    String why = "prepared by other means than a Parse message";
    StatementFacts facts = StatementFacts.unknown(0, why, 0);
    return unread(new TextKey(), statement(facts, "(" + why + ")"), Dialect.USUAL, Effects.UNSEEN);
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
            : "too many long texts at once",
        Dialect.USUAL);
  }

  /**
   * Decides about the call of a function by its number, past the grammar.
   *
   * @param function the function's object id
   */
  public Verdict functionCall(int function) {
    String name = BuiltInFunctions.name(function);
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
    return unread(
        new TextKey(), statement(facts, "function call of " + name), Dialect.USUAL, Effects.UNSEEN);
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

  /** Whether a text takes long to find out about, and nothing is remembered of it. */
  public boolean isToughToDecide(TextKey key, Dialect dialect) {
    return key.length() > SqlAnalyzer.SHORT_BYTES
        && !(dialect.equals(Dialect.USUAL) && verdicts.get(key) != null);
  }

  /**
   * Finds out about a text. Takes its time.
   *
   * @param text the text, a copy
   * @param dialect how the client writes texts
   * @return what was found out
   */
  public Thought think(TextKey text, Dialect dialect) {
    String characters = text(ByteBuffer.wrap(text.bytes()), dialect);
    return new Thought(
        this,
        text,
        dialect,
        characters == null ? null : analyzer.get().analyze(characters, dialect.standardStrings()));
  }

  private static @Nullable String text(ByteBuffer bytes, Dialect dialect) {
    try {
      return dialect.charset().newDecoder().decode(bytes.duplicate()).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }

  private Verdict decide(
      TextKey key, ByteBuffer bytes, Dialect dialect, NameScope scope, @Nullable Analysis thought) {
    int length = bytes.remaining();
    String text = text(bytes, dialect);
    if (text == null) {
      String why = "(%d bytes, %s)".formatted(length, dialect.unreadable());
      StatementFacts facts = StatementFacts.unknown(length, dialect.unreadable(), 0);
      return unread(key, statement(facts, why), dialect, Effects.unreadable(bytes));
    }
    Analysis analysis = analyze(text, dialect.standardStrings(), scope, thought);
    Verdict verdict = verdict(key, analysis, dialect, scope);
    if (dialect.certain() || text.indexOf('\\') < 0) {
      return verdict;
    }
    Analysis other = analyze(text, !dialect.standardStrings(), scope, null);
    if (isSame(other, analysis)) {
      return verdict;
    }
    // Either may be what the server reads.
    Verdict otherVerdict = verdict(key, other, dialect, scope);
    Verdict unknown =
        unknown(
            key,
            length,
            "with a backslash that may be one or not while standard_conforming_strings may be"
                + " changing",
            dialect);
    if (varies) {
      // All of it is judged, whenever it is.
      List<StatementFacts> all =
          Stream.of(unknown, verdict, otherVerdict)
              .flatMap(reading -> reading.facts().stream())
              .toList();
      return unknown.with(decision(all, Tags.NONE, pod), all);
    }
    if (verdict.decision() instanceof Deny) {
      return verdict;
    }
    return otherVerdict.decision() instanceof Deny ? otherVerdict : unknown;
  }

  /**
   * Reads a text by the grant's part of the catalogue. Names without a schema are those of the
   * grant unless one of them may mean something else.
   */
  private Analysis analyze(
      String text, boolean standardStrings, NameScope scope, @Nullable Analysis thought) {
    Analysis analysis =
        thought != null ? thought : analyzer.get().analyzeHere(text, standardStrings, catalogue);
    NameScope names = scope;
    for (Statement statement : analysis.statements()) {
      if (byPath(statement).anyMatch(names::hides)) {
        return analyzer.get().analyzeHere(text, standardStrings, withoutPath);
      }
      names = names.with(NameScope.after(statement, text));
    }
    return analysis;
  }

  /** The relations of the grant that a statement names without a schema. */
  private Stream<String> byPath(Statement statement) {
    return statement.facts().relations().stream()
        .filter(relation -> relation.schema() == null)
        .map(RelationUse::name)
        .filter(catalogue.unqualified()::containsKey);
  }

  /** Whether two readings of a text are the same statements, but for what constants say. */
  private static boolean isSame(Analysis one, Analysis other) {
    return one.facts().equals(other.facts())
        && one.statements().stream()
            .map(Statement::fingerprint)
            .toList()
            .equals(other.statements().stream().map(Statement::fingerprint).toList());
  }

  private static Statement statement(StatementFacts facts, String text) {
    return new Statement(facts, text);
  }

  private Verdict unknown(TextKey key, int length, String why, Dialect dialect) {
    StatementFacts facts = StatementFacts.unknown(length, why, 0);
    return unread(
        key, statement(facts, "(%d bytes, %s)".formatted(length, why)), dialect, Effects.UNKNOWN);
  }

  private Verdict verdict(TextKey key, Analysis analysis, Dialect dialect, NameScope scope) {
    Rewriting rewriting =
        bundle.plain()
            ? new Rewriting(analysis.text(), List.of(), Set.of())
            : rewriter.rewrite(analysis, scope);
    List<Statement> statements = analysis.statements();
    Set<String> byPath = new HashSet<>(rewriting.byPath());
    statements.forEach(statement -> byPath(statement).forEach(byPath::add));
    List<StatementFacts> facts = statements.stream().map(Statement::facts).toList();
    Tags tags = Tags.of(key.bytes());
    return new Verdict(
        this,
        key,
        decision(facts, tags, pod),
        varies || NamedStatements.concern(facts) ? facts : List.of(),
        rewriting.splices().isEmpty() ? null : rewriting.text().getBytes(dialect.charset()),
        statements.stream().map(statement -> Evidence.of(statement, bundle)).toList(),
        statements.stream().map(statement -> statement.facts().kind()).toList(),
        !bundle.plain()
            && statements.stream()
                .anyMatch(
                    statement ->
                        statement.facts().kind() == StatementKind.DISCARD
                            && "all".equals(statement.action())),
        dialect,
        scope,
        byPath,
        rewriting.splices(),
        Effects.of(analysis, bundle.schemaChanges()),
        statements.stream().anyMatch(statement -> statement.facts().opaque()),
        tags,
        analysis.holdsForShape() && rewriting.splices().isEmpty());
  }

  /** A verdict on what was not read as a text. */
  private Verdict unread(TextKey key, Statement statement, Dialect dialect, Effects effects) {
    return new Verdict(
        this,
        key,
        decision(List.of(statement.facts()), Tags.NONE, pod),
        varies ? List.of(statement.facts()) : List.of(),
        null,
        List.of(Evidence.of(statement, bundle)),
        List.of(statement.facts().kind()),
        false,
        dialect,
        NameScope.GRANTED,
        Set.of(),
        List.of(),
        effects,
        true,
        Tags.NONE,
        false);
  }

  private Decision decision(List<StatementFacts> facts, Tags tags, SessionFacts session) {
    return StatementDecisions.decide(
        facts, bundle, new Circumstances(session, tags.values(), clock.instant()));
  }
}
