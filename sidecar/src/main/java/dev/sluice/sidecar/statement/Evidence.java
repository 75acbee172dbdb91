package dev.sluice.sidecar.statement;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Column;
import dev.sluice.policy.bundle.Bundle.Relation;
import dev.sluice.policy.event.EventMembers;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementFacts.ColumnUse;
import dev.sluice.policy.statement.StatementFacts.RelationUse;
import dev.sluice.policy.statement.StatementFacts.Use;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What events say of a statement, whenever it runs. */
public final class Evidence {
  /** Characters of a statement that an event keeps. */
  private static final int MAXIMUM_LENGTH = 8192;

  /** Columns of each list that an event keeps. */
  private static final int MOST_COLUMNS = 200;

  private final String statement;
  private final @Nullable String fingerprint;
  private final String kind;
  private final List<String> relations;
  private final List<String> maskedColumns;
  private final @Nullable List<String> columnsRead;
  private final @Nullable List<String> columnsWritten;
  private final WithheldParameters withheld;
  private EventMembers.@Nullable Statement members;

  /** Evidence of which no columns are known. */
  public Evidence(
      String statement,
      @Nullable String fingerprint,
      String kind,
      List<String> relations,
      List<String> maskedColumns) {
    this(
        statement, fingerprint, kind, relations, maskedColumns, null, null, WithheldParameters.ALL);
  }

  /**
   * Evidence.
   *
   * @param statement its text without constants, cut where it is long
   * @param fingerprint a hash of its shape; null: it was not understood
   * @param kind the kind as SQL writes it
   * @param relations the relations named
   * @param maskedColumns the masked columns of these
   * @param columnsRead the columns that it reads, {@code schema.table.column}, of which the first
   *     {@value #MOST_COLUMNS} are kept; null: not known
   * @param columnsWritten those that it writes, likewise
   * @param withheld of which of its bound values nothing may be told
   */
  public Evidence(
      String statement,
      @Nullable String fingerprint,
      String kind,
      List<String> relations,
      List<String> maskedColumns,
      @Nullable List<String> columnsRead,
      @Nullable List<String> columnsWritten,
      WithheldParameters withheld) {
    this.statement = statement;
    this.fingerprint = fingerprint;
    this.kind = kind;
    this.relations = List.copyOf(relations);
    this.maskedColumns = List.copyOf(maskedColumns);
    this.columnsRead = first(columnsRead);
    this.columnsWritten = first(columnsWritten);
    this.withheld = withheld;
  }

  private static @Nullable List<String> first(@Nullable List<String> columns) {
    return columns == null ? null : columns.stream().limit(MOST_COLUMNS).toList();
  }

  /** The text without constants, cut where it is long. */
  public String statement() {
    return statement;
  }

  /** A hash of its shape; null: it was not understood. */
  public @Nullable String fingerprint() {
    return fingerprint;
  }

  /** The kind as SQL writes it. */
  public String kind() {
    return kind;
  }

  /** The relations named. */
  public List<String> relations() {
    return relations;
  }

  /** The masked columns of these. */
  public List<String> maskedColumns() {
    return maskedColumns;
  }

  /** The columns that it reads, {@code schema.table.column}; null: not known. */
  public @Nullable List<String> columnsRead() {
    return columnsRead;
  }

  /** The columns that it writes; null: not known. */
  public @Nullable List<String> columnsWritten() {
    return columnsWritten;
  }

  /** Of which of its bound values nothing may be told. */
  public WithheldParameters withheld() {
    return withheld;
  }

  /** What events have of it, encoded once. Threads may do so more than once, with one result. */
  public EventMembers.Statement members() {
    EventMembers.Statement known = members;
    if (known == null) {
      known =
          new EventMembers.Statement(
              statement, fingerprint, kind, relations, maskedColumns, columnsRead, columnsWritten);
      members = known;
    }
    return known;
  }

  /**
   * Evidence of a statement.
   *
   * @param statement what was read
   * @param bundle the grant
   */
  static Evidence of(Statement statement, Bundle bundle) {
    return of(cut(statement.normalized()), statement.fingerprint(), statement.facts(), bundle);
  }

  /** The same of a statement of which more is known, such as what an EXECUTE runs. */
  Evidence with(StatementFacts facts, Bundle bundle) {
    return of(statement, fingerprint, facts, bundle);
  }

  private static Evidence of(
      String text, @Nullable String fingerprint, StatementFacts facts, Bundle bundle) {
    List<String> relations = facts.relations().stream().map(Evidence::named).distinct().toList();
    List<String> masked =
        bundle.relations().stream()
            .filter(relation -> facts.relations().stream().anyMatch(use -> isMeant(use, relation)))
            .flatMap(Evidence::masked)
            .toList();
    return new Evidence(
        text,
        fingerprint,
        facts.kind().name().replace('_', ' '),
        relations,
        masked,
        columns(facts, Use.READ),
        columns(facts, Use.WRITE),
        WithheldParameters.of(facts, bundle));
  }

  /** The columns that a statement does something with; of an unknown one that is not known. */
  private static @Nullable List<String> columns(StatementFacts facts, Use use) {
    if (facts.kind() == StatementKind.UNKNOWN) {
      return null;
    }
    return facts.columns().stream()
        .filter(column -> column.use() == use)
        .map(Evidence::named)
        .sorted()
        .toList();
  }

  private static String named(ColumnUse use) {
    String relation = use.relation();
    if (relation == null) {
      return use.column();
    }
    return named(use.schema(), relation) + "." + use.column();
  }

  private static String cut(String text) {
    return text.length() <= MAXIMUM_LENGTH
        ? text
        : text.substring(0, MAXIMUM_LENGTH) + "... (%d characters in all)".formatted(text.length());
  }

  private static String named(RelationUse use) {
    return named(use.schema(), use.name());
  }

  private static String named(@Nullable String schema, String name) {
    return schema == null ? name : new RelationName(schema, name).toString();
  }

  static boolean isMeant(RelationUse use, Relation relation) {
    String schema = use.schema();
    if (schema != null && schema.equals(relation.viewSchema())) {
      return use.name().equals(relation.viewName());
    }
    return use.name().equals(relation.name())
        && (schema == null || schema.equals(relation.schema()));
  }

  private static Stream<String> masked(Relation relation) {
    return relation.columns().stream()
        .filter(column -> column.mask() != null)
        .map(Column::name)
        .map(column -> relation.relationName() + "." + column);
  }
}
