package dev.sluice.sidecar.statement;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Column;
import dev.sluice.policy.bundle.Bundle.Relation;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementFacts.RelationUse;
import dev.sluice.sql.postgres.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What events say of a statement, whenever it runs.
 *
 * @param statement its text without constants, cut where it is long
 * @param fingerprint a hash of its shape; null: it was not understood
 * @param kind the kind as SQL writes it
 * @param relations the relations named
 * @param maskedColumns the masked columns of these
 */
public record Evidence(
    String statement,
    @Nullable String fingerprint,
    String kind,
    List<String> relations,
    List<String> maskedColumns) {

  /** Characters of a statement that an event keeps. */
  private static final int MAXIMUM_LENGTH = 8192;

  /** Immutable copies. */
  public Evidence {
    relations = List.copyOf(relations);
    maskedColumns = List.copyOf(maskedColumns);
  }

  /**
   * Evidence of a statement.
   *
   * @param statement what was read
   * @param bundle the grant
   */
  static Evidence of(Statement statement, Bundle bundle) {
    StatementFacts facts = statement.facts();
    List<String> relations = facts.relations().stream().map(Evidence::named).distinct().toList();
    List<String> masked =
        bundle.relations().stream()
            .filter(relation -> facts.relations().stream().anyMatch(use -> isMeant(use, relation)))
            .flatMap(Evidence::masked)
            .toList();
    return new Evidence(
        cut(statement.normalized()),
        statement.fingerprint(),
        facts.kind().name().replace('_', ' '),
        relations,
        masked);
  }

  private static String cut(String text) {
    return text.length() <= MAXIMUM_LENGTH
        ? text
        : text.substring(0, MAXIMUM_LENGTH) + "... (%d characters in all)".formatted(text.length());
  }

  private static String named(RelationUse use) {
    return use.schema() == null
        ? use.name()
        : new RelationName(use.schema(), use.name()).toString();
  }

  private static boolean isMeant(RelationUse use, Relation relation) {
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
