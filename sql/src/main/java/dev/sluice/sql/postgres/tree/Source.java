package dev.sluice.sql.postgres.tree;

import dev.sluice.sql.postgres.tree.Draft.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that columns come from: what stands in FROM, and what is changed. */
final class Source {

  /** What it is. */
  enum Kind {
    /** A relation, or a WITH expression: which of them is told when the statement was read. */
    NAMED,
    /** A query in parentheses. */
    QUERY,
    /** A join that has a name. */
    JOIN,
    /** A function or the like. */
    FUNCTION
  }

  final Kind kind;
  final @Nullable String name;

  /** For {@link Kind#NAMED}. */
  final @Nullable Reference reference;

  /** For {@link Kind#QUERY}. */
  final @Nullable Outputs outputs;

  /** For {@link Kind#JOIN}, the query that it stands in, and which of its sources it joins. */
  private final Frame.@Nullable Query query;

  private final int from;
  private final int to;

  /** Names that its first columns have instead of theirs. */
  final List<String> renamed;

  /** For {@link Kind#FUNCTION}, the columns that are told; others there may be too. */
  final List<String> columns;

  /** Its place among the sources of its query. */
  int index;

  /** Whether a join may give rows in which all of its columns are null. */
  boolean nullable;

  /** Whether its columns are named with its name only. */
  boolean onlyQualified;

  private Source(
      Kind kind,
      @Nullable String name,
      @Nullable Reference reference,
      @Nullable Outputs outputs,
      Frame.@Nullable Query query,
      int from,
      int to,
      List<String> renamed,
      List<String> columns) {
    this.kind = kind;
    this.name = name;
    this.reference = reference;
    this.outputs = outputs;
    this.query = query;
    this.from = from;
    this.to = to;
    this.renamed = renamed;
    this.columns = columns;
  }

  static Source of(Reference reference) {
    String alias = reference.alias;
    return new Source(
        Kind.NAMED,
        alias == null ? reference.name : alias,
        reference,
        null,
        null,
        0,
        0,
        reference.columnAliases,
        List.of());
  }

  static Source query(Outputs outputs, Alias alias) {
    return new Source(
        Kind.QUERY, alias.name(), null, outputs, null, 0, 0, alias.columns(), List.of());
  }

  static Source join(Frame.Query query, int from, int to, Alias alias) {
    return new Source(
        Kind.JOIN, alias.name(), null, null, query, from, to, alias.columns(), List.of());
  }

  static Source function(List<String> columns, Alias alias) {
    return new Source(
        Kind.FUNCTION, alias.name(), null, null, null, 0, 0, alias.columns(), columns);
  }

  /** The sources of a join, once the whole statement was read. */
  List<Source> parts() {
    return query == null ? List.of() : query.sources.subList(from, to);
  }

  /**
   * The name that something in FROM is given.
   *
   * @param name the name; null: none
   * @param columns names for its first columns
   */
  record Alias(@Nullable String name, List<String> columns) {
    static final Alias NONE = new Alias(null, List.of());
  }
}
