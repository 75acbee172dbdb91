package dev.sluice.sidecar.statement;

import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.Analysis;
import dev.sluice.sql.postgres.NameScope;
import dev.sluice.sql.postgres.NameScope.Restored;
import dev.sluice.sql.postgres.Statement;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a text that runs leaves behind in its session, as far as that changes how later texts are
 * read.
 *
 * @param names what names without a schema may mean from then on
 * @param restored what it gives back once it has taken effect
 * @param dialect whether it may change how texts are read
 * @param endsTransaction whether it may roll back what was done before
 * @param handles the prepared statements that it makes or removes by SQL
 * @param everyHandle whether it removes all of them
 */
public record Effects(
    NameScope names,
    Restored restored,
    boolean dialect,
    boolean endsTransaction,
    Set<String> handles,
    boolean everyHandle) {

  /** Those of a text that was not read. */
  static final Effects UNKNOWN =
      new Effects(NameScope.UNKNOWN, Restored.NOTHING, true, true, Set.of(), false);

  /**
   * Those of what runs without a text: a function by its number, which {@code set_config} may not
   * be, or a name whose text SQL has given, and that counted then.
   */
  static final Effects UNSEEN =
      new Effects(NameScope.GRANTED, Restored.NOTHING, true, false, Set.of(), false);

  /** Kinds that run what was told of before by SQL, and not in their own text. */
  private static final Set<StatementKind> REFERRING =
      EnumSet.of(StatementKind.EXECUTE, StatementKind.FETCH);

  /** Kinds that run no function, whoever has made it. */
  private static final Set<StatementKind> PLAIN =
      EnumSet.of(StatementKind.TRANSACTION, StatementKind.SET, StatementKind.SHOW);

  /** Immutable copies. */
  public Effects {
    handles = Set.copyOf(handles);
  }

  /** Those of a text whose characters are not known, but for those of ASCII. */
  static Effects unreadable(ByteBuffer text) {
    String words = StandardCharsets.ISO_8859_1.decode(text.duplicate()).toString();
    return new Effects(NameScope.byWords(words), Restored.NOTHING, true, true, Set.of(), false);
  }

  /**
   * Those of a text.
   *
   * @param analysis what the text is
   * @param functions whether the session may have functions or triggers of its own
   */
  static Effects of(Analysis analysis, boolean functions) {
    List<Statement> statements = analysis.statements();
    NameScope names = NameScope.GRANTED;
    boolean dialect = false;
    boolean endsTransaction = false;
    Set<String> handles = new HashSet<>(0);
    boolean everyHandle = false;
    for (Statement statement : statements) {
      names = names.with(NameScope.after(statement, analysis.text()));
      StatementKind kind = statement.facts().kind();
      dialect |= changesDialect(statement) || (functions && !PLAIN.contains(kind));
      endsTransaction |= kind == StatementKind.TRANSACTION;
      if (kind == StatementKind.PREPARE || kind == StatementKind.DEALLOCATE) {
        String handle = statement.handle();
        if (handle == null) {
          everyHandle = true;
        } else {
          handles.add(handle);
        }
      }
      everyHandle |= kind == StatementKind.DISCARD && "all".equals(statement.action());
    }
    Restored restored =
        statements.size() == 1 ? NameScope.restored(statements.getFirst()) : Restored.NOTHING;
    return new Effects(names, restored, dialect, endsTransaction, handles, everyHandle);
  }

  private static boolean changesDialect(Statement statement) {
    StatementFacts facts = statement.facts();
    return facts.runsOtherText()
        || facts.effects().stream().anyMatch(REFERRING::contains)
        || statement.settings().contains("*")
        || statement.settings().contains("standard_conforming_strings")
        || statement.settings().contains("client_encoding");
  }
}
