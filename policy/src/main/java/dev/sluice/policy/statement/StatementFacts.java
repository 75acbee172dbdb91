package dev.sluice.policy.statement;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the parser found in one statement. A statement that carries another one (EXPLAIN ANALYZE,
 * PREPARE, DECLARE, COPY of a query, CREATE TABLE AS) has the inner one's relations, functions and
 * effects too.
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
 * @param parameter for SET, RESET and SHOW, the parameter in lower case
 * @param settings the parameters, in lower case, that it may change for what follows in the
 *     session, by SET, RESET or {@code set_config}; {@code *}: any
 * @param serverAccess whether it reads or writes the server's files or runs its programs by COPY
 * @param opaque whether its text does not tell what it does: DO, CALL, EXECUTE of a dynamic text
 * @param error what the parser said of a text that it did not understand, without words of the
 *     text; null: understood
 * @param errorPosition the character in the message text that the error points at, from 1; 0: none
 * @param columns the columns that it names, each once
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
    Set<String> languages) {

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
        Set.of(),
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
   * A relation that a statement names.
   *
   * @param schema its schema as written; null: found by the search path
   * @param name its name
   * @param use what is done with it
   */
  public record RelationUse(@Nullable String schema, String name, Use use) {}

  /**
   * A column that a statement names.
   *
   * @param schema its relation's schema as written; null: found by the search path, or the relation
   *     is not told
   * @param relation its relation, not an alias of it; null: the column is named without one and
   *     belongs to one of the statement's relations, or is no column but a name that the statement
   *     itself gives to a value
   * @param column its name; {@code *}: every column
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
