package dev.sluice.operator.engine.postgresql;

import java.sql.SQLException;

/**
 * A hash over the tables, views and columns of a database, as those see them who read: names,
 * types, and of views which definition. Who may read them is not part of it, since that changes
 * with each access that is given, nor is what Sluice makes itself. Some 40,000 columns take 40 ms.
 */
final class SchemaVersion {
  private static final String HASH =
      """
      SELECT count(*) || '.' || coalesce(sum(pg_catalog.hashtextextended(concat_ws(' ',
        c.oid, n.nspname, c.relname, c.relkind, c.relrowsecurity, v.xmin,
        a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull), 0)), 0)
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_catalog.pg_rewrite v ON v.ev_class = c.oid AND v.rulename = '_RETURN'
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
        AND n.nspname <> 'information_schema' AND n.nspname !~ '^(pg_|sluice($|_))'
      """;

  private SchemaVersion() {}

  static String of(Session session) throws SQLException {
    return session.one(HASH, row -> row.getString(1));
  }
}
