package dev.sluice.operator.engine.postgresql;

/** Kinds of role with which Sluice may administer a database. */
enum Admin {
  /** May do everything. */
  SUPERUSER,
  /** Owns the tables, may create roles and schemas, and nothing else. */
  TABLE_OWNER
}
