package dev.sluice.sql.postgres;

import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.sql.postgres.tree.NameRole;
import dev.sluice.sql.postgres.tree.TreeStatement.Copy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a text.
 *
 * @param facts what rules are told of it
 * @param names where the text names relations, in the order of the text
 * @param normalized the statement without its constants and comments, {@code $n} in place of each
 *     constant, so that it may stand in evidence; empty where the text does not consist of tokens
 * @param fingerprint sixteen hexadecimal digits, the same for statements that differ in constants,
 *     spacing, letter case and the length of lists; null where the statement was not understood
 * @param parameters the highest parameter {@code $n} that it names; 0: none
 * @param settings the configuration parameters, in lower case, that it may change for what follows
 *     in the session, by SET, RESET or {@code set_config}; {@code *}: any
 * @param action for TRANSACTION and DISCARD which form it is, in lower case, such as {@code begin},
 *     {@code rollback to}, {@code all}; null for other kinds
 * @param handle the name of the prepared statement or cursor that it makes, runs or ends; null:
 *     none
 * @param copy the other end of a COPY; null for other kinds
 * @param lookups where it looks for rows by the value of a masked column
 * @param holdsForShape whether a statement that differs from it in constants and comments alone is
 *     the same, but for where its names stand
 */
public record Statement(
    StatementFacts facts,
    List<Name> names,
    String normalized,
    @Nullable String fingerprint,
    int parameters,
    Set<String> settings,
    @Nullable String action,
    @Nullable String handle,
    @Nullable Copy copy,
    List<Lookup> lookups,
    boolean holdsForShape) {

  /** Immutable copies. */
  public Statement {
    names = List.copyOf(names);
    settings = Set.copyOf(settings);
    lookups = List.copyOf(lookups);
  }

  /** A statement that names no relation and makes no copy. */
  public Statement(StatementFacts facts, String normalized) {
    this(facts, List.of(), normalized, null, 0, Set.of(), null, null, null, List.of(), false);
  }

  /** The same statement with more facts. */
  Statement withFacts(StatementFacts more) {
    return new Statement(
        more,
        names,
        normalized,
        fingerprint,
        parameters,
        more.settings(),
        action,
        handle,
        copy,
        lookups,
        false);
  }

  /** A statement that was not understood. */
  static Statement unknown(StatementFacts facts, String normalized) {
    return new Statement(
        facts, List.of(), normalized, null, 0, Set.of("*"), null, null, null, List.of(), false);
  }

  /**
   * A place where the text says that a masked column is equal to a constant or parameter, in a
   * WHERE that is not true without that.
   *
   * @param relation where the column's relation stands in FROM
   * @param aliased whether it has an alias there
   * @param column the column's name in the catalogue
   * @param start index of the first character of the comparison
   * @param end index after its last
   * @param columnText the column as it is written there
   * @param value the constant or parameter as it is written there, with its cast
   */
  public record Lookup(
      Name relation,
      boolean aliased,
      String column,
      int start,
      int end,
      String columnText,
      String value) {}

  /**
   * A place where the text names a relation, or a function or type that it makes. Names of WITH
   * expressions and aliases are none.
   *
   * @param role what the name is for
   * @param qualifier whether it stands before a column's name, {@code schema.relation.column}
   * @param schema the schema as written; null: by the search path
   * @param name the relation
   * @param start index of the name's first character in the text: of the schema where there is one,
   *     a database before it not counted
   * @param end index after the name's last character
   * @param settled whether a relation is made whose schema does not depend on the search path: it
   *     is temporary, or belongs to the schema that is made with it
   * @param columns for COPY with a list of columns, what stands between its parentheses; null: no
   *     list
   * @param columnsEnd for COPY with a list of columns, index after its closing parenthesis; else
   *     the same as {@code end}
   */
  public record Name(
      NameRole role,
      boolean qualifier,
      @Nullable String schema,
      String name,
      int start,
      int end,
      boolean settled,
      @Nullable String columns,
      int columnsEnd) {}
}
