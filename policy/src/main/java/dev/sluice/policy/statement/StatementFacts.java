package dev.sluice.policy.statement;

import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the parser found in one statement. A statement that carries another one (EXPLAIN ANALYZE,
 * PREPARE, DECLARE, COPY of a query, CREATE TABLE AS) has the inner one's relations, functions and
 * effects too; EXECUTE and FETCH have those of what they run, where the session's texts told it.
 *
 * @param kind the outermost kind
 * @param effects every kind of statement in it that would run: of {@code WITH d AS (DELETE ...)
 *     SELECT}, SELECT and DELETE
 * @param start index of the statement's first character in the message text
 * @param end index after its last character
 * @param relations the relations that it names, without CTE names and aliases
 * @param functions the functions that it calls by name, in lower case where not quoted, schema
 *     before the name where given
 * @param bounded whether every UPDATE and DELETE in it has a WHERE that names rows; true where
 *     there is none
 * @param objectKinds for DDL, the kinds of object in lower case, such as {@code table}, {@code
 *     index}, {@code role}; {@code temporary table} and the like where it lives in the session only
 * @param parameter for SET, RESET and SHOW, the parameter in lower case; for DISCARD what is
 *     discarded, such as {@code all}
 * @param settings the parameters, in lower case, that it may change for what follows in the
 *     session, by SET, RESET or {@code set_config}; {@code *}: any
 * @param serverAccess whether it reads or writes the server's files or runs its programs by COPY
 * @param opaque whether its text does not tell what it does: DO, CALL, EXECUTE of a text that is
 *     not known, a function that runs SQL which it is given, or one of {@code unknownFunctions}. It
 *     may set the session's role
 * @param error what the parser said of a text that it did not understand, without words of the
 *     text; null: understood
 * @param errorPosition the character in the message text that the error points at, from 1; 0: none
 * @param columns the columns that it reads, gives a value or defines, each once, as far as its text
 *     and the grant's part of the catalogue tell
 * @param where how the least bounded UPDATE or DELETE in it that would run is bounded
 * @param limit the rows that its outermost query gives at most, where a constant says so; null: no
 *     constant does
 * @param locks the locks that it takes in so many words, in lower case as SQL names them: of LOCK
 *     the mode, such as {@code access exclusive}; of a query {@code for update}, {@code for no key
 *     update}, {@code for share}, {@code for key share}
 * @param manners how what it defines or keeps in order is done
 * @param extensions the extensions that it makes or changes
 * @param languages the languages, in lower case, of the code that it brings: of CREATE FUNCTION and
 *     PROCEDURE where told, and of DO
 * @param handle the name of the prepared statement or cursor that it makes, runs or ends; null: of
 *     DEALLOCATE and CLOSE all of them, else none
 * @param unknownFunctions the functions that it calls of which nothing is known, since PostgreSQL
 *     has none of that name: somebody's own, or an extension's. Operators of that sort as {@code
 *     operator <=>}
 */
public record StatementFacts(
    StatementKind kind,
    Set<StatementKind> effects,
    int start,
    int end,
    List<RelationUse> relations,
    List<String> functions,
    boolean bounded,
    List<String> objectKinds,
    @Nullable String parameter,
    Set<String> settings,
    boolean serverAccess,
    boolean opaque,
    @Nullable String error,
    int errorPosition,
    Set<ColumnUse> columns,
    Where where,
    @Nullable Long limit,
    Set<String> locks,
    Set<Manner> manners,
    Set<String> extensions,
    Set<String> languages,
    @Nullable String handle,
    Set<String> unknownFunctions) {

  private static final Set<StatementKind> RUN_TEXT =
      EnumSet.of(StatementKind.DO, StatementKind.CALL, StatementKind.UNKNOWN);

  /** Immutable copies. */
  public StatementFacts {
    effects = Set.copyOf(effects);
    relations = List.copyOf(relations);
    functions = List.copyOf(functions);
    objectKinds = List.copyOf(objectKinds);
    settings = Set.copyOf(settings);
    columns = Set.copyOf(columns);
    locks = Set.copyOf(locks);
    manners = Set.copyOf(manners);
    extensions = Set.copyOf(extensions);
    languages = Set.copyOf(languages);
    unknownFunctions = Set.copyOf(unknownFunctions);
  }

  /** Facts of a statement of which no more is told. */
  public StatementFacts(
      StatementKind kind,
      Set<StatementKind> effects,
      int start,
      int end,
      List<RelationUse> relations,
      List<String> functions,
      boolean bounded,
      List<String> objectKinds,
      @Nullable String parameter,
      Set<String> settings,
      boolean serverAccess,
      boolean opaque,
      @Nullable String error,
      int errorPosition) {
    this(
        kind,
        effects,
        start,
        end,
        relations,
        functions,
        bounded,
        objectKinds,
        parameter,
        settings,
        serverAccess,
        opaque,
        error,
        errorPosition,
        Set.of(),
        bounded ? Where.BOUNDED : Where.TRIVIAL,
        null,
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        null,
        Set.of());
  }

  /** Facts of a statement that changes no parameter but the one that it names. */
  public StatementFacts(
      StatementKind kind,
      Set<StatementKind> effects,
      int start,
      int end,
      List<RelationUse> relations,
      List<String> functions,
      boolean bounded,
      List<String> objectKinds,
      @Nullable String parameter,
      boolean serverAccess,
      boolean opaque,
      @Nullable String error,
      int errorPosition) {
    this(
        kind,
        effects,
        start,
        end,
        relations,
        functions,
        bounded,
        objectKinds,
        parameter,
        parameter != null && (kind == StatementKind.SET || kind == StatementKind.RESET)
            ? Set.of(parameter)
            : Set.of(),
        serverAccess,
        opaque,
        error,
        errorPosition);
  }

  /**
   * Facts of a text that was not understood.
   *
   * @param length the text's length in characters
   * @param error what the parser said
   * @param errorPosition where, from 1; 0: nowhere in particular
   */
  public static StatementFacts unknown(int length, String error, int errorPosition) {
    return new StatementFacts(
        StatementKind.UNKNOWN,
        Set.of(StatementKind.UNKNOWN),
        0,
        length,
        List.of(),
        List.of(),
        true,
        List.of(),
        null,
        Set.of("*"),
        false,
        true,
        error,
        errorPosition);
  }

  /**
   * Whether it may run SQL that is not in its text and was made for this very run, as DO does. A
   * function that somebody made is opaque too, but does what it always does.
   */
  public boolean runsOtherText() {
    return opaque
        && (unknownFunctions.isEmpty()
            || RUN_TEXT.contains(kind)
            || functions.stream()
                .map(function -> function.substring(function.lastIndexOf('.') + 1))
                .anyMatch(BuiltInFunctions::runsText));
  }

  /** The same of a statement whose text does not tell what it does. */
  public StatementFacts asOpaque() {
    return opaque ? this : with(this, true);
  }

  /**
   * The facts of this statement together with those of one that it runs.
   *
   * @param run the facts of the other, or of what gave it its name
   */
  public StatementFacts carrying(StatementFacts run) {
    return with(run, opaque || run.opaque);
  }

  private StatementFacts with(StatementFacts run, boolean together) {
    Set<StatementKind> runs = EnumSet.noneOf(StatementKind.class);
    runs.addAll(run.effects);
    runs.remove(run.kind == StatementKind.PREPARE ? StatementKind.PREPARE : StatementKind.DECLARE);
    return new StatementFacts(
        kind,
        union(effects, runs),
        start,
        end,
        List.copyOf(union(relations, run.relations)),
        List.copyOf(union(functions, run.functions)),
        bounded && run.bounded,
        List.copyOf(union(objectKinds, run.objectKinds)),
        parameter == null ? run.parameter : parameter,
        union(settings, run.settings),
        serverAccess || run.serverAccess,
        together,
        error,
        errorPosition,
        union(columns, run.columns),
        where.compareTo(run.where) > 0 ? where : run.where,
        limit == null ? run.limit : limit,
        union(locks, run.locks),
        union(manners, run.manners),
        union(extensions, run.extensions),
        union(languages, run.languages),
        handle,
        union(unknownFunctions, run.unknownFunctions));
  }

  private static <T> Set<T> union(Collection<T> some, Collection<T> more) {
    Set<T> all = new LinkedHashSet<>(some);
    all.addAll(more);
    return all;
  }

  /**
   * A relation that a statement names.
   *
   * @param schema its schema as written; null: found by the search path
   * @param name its name
   * @param use what is done with it
   */
  public record RelationUse(@Nullable String schema, String name, Use use) {}

  /**
   * A column that a statement names, or means by {@code *}, by a whole row, by NATURAL JOIN or by
   * leaving out the columns of an INSERT.
   *
   * @param schema its relation's schema, that of the table where a masked view is meant; null: the
   *     relation does not belong to the grant and is named without one, or the relation is not told
   * @param relation its relation, not an alias of it; null: the column is named without one and
   *     belongs to one of the statement's relations that the catalogue does not tell, or is no
   *     column but a name that the statement itself gives to a value
   * @param column its name; {@code *}: every column, and beside it stand those that are known
   * @param use what is done with it
   */
  public record ColumnUse(
      @Nullable String schema, @Nullable String relation, String column, Use use) {}

  /** How UPDATE and DELETE are bounded, the more the earlier. */
  public enum Where {
    /** By a WHERE that chooses among rows, or there is no UPDATE and no DELETE. */
    BOUNDED,
    /** By a condition that is true of every row, as far as its form tells. */
    TRIVIAL,
    /** There is no condition. */
    MISSING
  }

  /** How a statement defines an object or keeps it in order. */
  public enum Manner {
    /** CONCURRENTLY: without keeping writers out. */
    CONCURRENTLY,
    /** CASCADE: with whatever depends on it. */
    CASCADE,
    /** It writes a whole relation anew, or may: its text does not tell that it does not. */
    REWRITES,
    /** It reads a whole table, or may, under a lock that keeps writers out. */
    SCANS
  }

  /** What a statement does with a relation or a column. */
  public enum Use {
    READ,
    WRITE,
    /** Its definition is made, changed or removed. */
    DEFINE
  }
}
