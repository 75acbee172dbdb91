package dev.sluice.sql.postgres.tree;

import dev.sluice.policy.statement.StatementFacts.ColumnUse;
import dev.sluice.policy.statement.StatementFacts.Manner;
import dev.sluice.policy.statement.StatementFacts.RelationUse;
import dev.sluice.policy.statement.StatementFacts.Where;
import dev.sluice.policy.statement.StatementKind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a tree tells of one statement. Positions are bytes of the text's UTF-8.
 *
 * @param kind the outermost kind
 * @param effects every kind in it that would run
 * @param start where the grammar says that it begins, comments and spaces before it included
 * @param length its bytes; 0: to the end of the text
 * @param relations what it does with which relations, each once
 * @param names where its text names relations
 * @param functions the functions that it calls
 * @param bounded whether every UPDATE and DELETE in it has a condition that chooses among rows
 * @param objectKinds for DDL, the kinds of object
 * @param parameter for SET, RESET and SHOW, the parameter
 * @param settings the parameters that it may change for what follows; {@code *}: any
 * @param action which form of TRANSACTION or DISCARD it is, such as {@code rollback to}; null for
 *     other kinds
 * @param handle the prepared statement or cursor that it makes, runs or ends; null: none
 * @param parameters the highest {@code $n} in it; 0: none
 * @param copy where a COPY reads or writes; null for other kinds
 * @param made the name of an object that it makes which is no relation, where it is given without a
 *     schema: a function, a type; its place is not in the tree. Null: none
 * @param opaque whether its text does not tell what it does
 * @param columns the columns that it names
 * @param where how the least bounded UPDATE or DELETE in it is bounded
 * @param limit the rows that its outermost query gives at most; null: no constant says so
 * @param locks the locks that it takes in so many words
 * @param manners how it defines objects or keeps them in order
 * @param extensions the extensions that it makes or changes
 * @param languages the languages of the code that it brings
 * @param unknownFunctions the functions in it that PostgreSQL does not bring
 * @param readsConstants whether some of this is what a constant in it says
 * @param lookups where it looks for rows by the value of a masked column
 */
public record TreeStatement(
    StatementKind kind,
    Set<StatementKind> effects,
    int start,
    int length,
    List<RelationUse> relations,
    List<Name> names,
    List<String> functions,
    boolean bounded,
    List<String> objectKinds,
    @Nullable String parameter,
    Set<String> settings,
    @Nullable String action,
    @Nullable String handle,
    int parameters,
    @Nullable Copy copy,
    @Nullable String made,
    boolean opaque,
    Set<ColumnUse> columns,
    Where where,
    @Nullable Long limit,
    Set<String> locks,
    Set<Manner> manners,
    Set<String> extensions,
    Set<String> languages,
    Set<String> unknownFunctions,
    boolean readsConstants,
    List<Lookup> lookups) {

  /**
   * A place where the text says that a masked column is equal to a constant or parameter, in a
   * WHERE that is not true without that.
   *
   * @param relation where the column's relation stands in FROM
   * @param aliased whether it has an alias there
   * @param column the column's name in the catalogue
   * @param columnPosition the byte that the column starts at
   * @param valuePosition the byte that the constant or parameter starts at
   */
  public record Lookup(
      Name relation, boolean aliased, String column, int columnPosition, int valuePosition) {}

  /**
   * A place where the text names a relation.
   *
   * @param role what the name is for
   * @param qualifier whether it stands before a column's name, {@code schema.relation.column}
   * @param schema the schema as the statement means it; null: by the search path
   * @param name the relation
   * @param position the byte that its first part starts at
   * @param parts how many parts the name has there, a database before the schema counted: 1 to 3
   * @param settled whether a relation is made whose schema does not depend on the search path: it
   *     is temporary, or belongs to the schema that is made with it
   * @param columns whether a list of columns follows, in COPY
   */
  public record Name(
      NameRole role,
      boolean qualifier,
      @Nullable String schema,
      String name,
      int position,
      int parts,
      boolean settled,
      boolean columns) {}

  /**
   * The other end of a COPY.
   *
   * @param from whether rows go into the database
   * @param program whether a program at the server is run
   * @param file the server's file or the program; null: the client
   */
  public record Copy(boolean from, boolean program, @Nullable String file) {}
}
