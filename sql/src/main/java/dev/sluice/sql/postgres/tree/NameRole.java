package dev.sluice.sql.postgres.tree;

import dev.sluice.policy.statement.StatementFacts.Use;

/** What a name of a relation is for, in the place where it stands. */
public enum NameRole {
  /** Its rows are read: in FROM, USING, TABLE. */
  READ(Use.READ),
  /** Its rows are changed: the target of INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY FROM. */
  TARGET(Use.WRITE),
  /** Its rows are read by {@code COPY table TO}, which takes tables and no views. */
  COPIED(Use.READ),
  /** It is made. */
  CREATED(Use.DEFINE),
  /** It is altered or removed, or something is made upon it. */
  DEFINED(Use.DEFINE),
  /** A definition points at it: a foreign key, a parent, a partition. */
  REFERENCED(Use.READ),
  /** It is kept in order: VACUUM, ANALYZE, CLUSTER, REINDEX. */
  MAINTAINED(Use.READ),
  /** The star of RETURNING, which stands for the columns of the relation that is changed. */
  RETURNED(Use.READ),
  /** A function, no relation, that tells what the search path finds, with its parentheses. */
  CALLED(Use.READ),
  /** CURRENT_SCHEMA, which is written without parentheses. */
  KEYWORD(Use.READ),
  /** It is locked, published or used in another way that its rows' values do not come out of. */
  OTHER(Use.READ);

  private final Use use;

  NameRole(Use use) {
    this.use = use;
  }

  /** What a rule is told of it. */
  public Use use() {
    return use;
  }
}
