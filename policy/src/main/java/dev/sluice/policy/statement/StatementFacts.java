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
    int errorPosition) {

  /** Immutable copies. */
  public StatementFacts {
    effects = Set.copyOf(effects);
    relations = List.copyOf(relations);
    functions = List.copyOf(functions);
    objectKinds = List.copyOf(objectKinds);
    settings = Set.copyOf(settings);
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

  /** What a statement does with a relation. */
  public enum Use {
    READ,
    WRITE,
    /** Its definition is made, changed or removed. */
    DEFINE
  }
}
