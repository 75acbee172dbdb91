package dev.sluice.operator.engine.postgresql;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A digest over whatever the engine's looks at a database read. While it is the same, a look would
 * find what it found before. A row counts by its key and the transaction that wrote it; what
 * changes without meaning anything here (logins' passwords, tables of single sessions, statistics)
 * is left out.
 *
 * @param objects of relations, columns, views, functions and who may do what with them
 * @param roles of roles and memberships, which change with every login
 */
record CatalogueDigest(String objects, String roles) {

  /**
   * The rows of one catalogue that count.
   *
   * @param catalogue its name
   * @param condition which rows; they are called {@code x}
   * @param key what a row is told by besides the transaction that wrote it
   */
  record Source(String catalogue, String condition, String key) {
    /** A sum does not ask for an order, and the hashes in it are of 64 bits. */
    private String sum() {
      return """
      (SELECT count(*) || '.' || coalesce(sum(pg_catalog.hashint8extended(%s,
         ((SELECT base FROM now) - nullif(pg_catalog.age(x.xmin), 2147483647)) & 4294967295)), 0)
       FROM %s x WHERE %s)\
      """
          .formatted(key, catalogue, condition);
    }
  }

  private static Source of(String catalogue) {
    return of(catalogue, "true");
  }

  private static Source of(String catalogue, String condition) {
    return of(catalogue, condition, "x.oid::int8");
  }

  private static Source of(String catalogue, String condition, String key) {
    return new Source("pg_catalog." + catalogue, condition, key);
  }

  static final List<Source> OBJECTS =
      List.of(
          of("pg_namespace", "x.nspname !~ '^pg_(toast_)?temp_'"),
          of("pg_class", "x.relpersistence <> 't'"),
          of(
              "pg_attribute",
              "x.attnum > 0 AND x.attrelid NOT IN (SELECT t.oid FROM passing t)",
              "(x.attrelid::int8 << 16) + x.attnum"),
          of("pg_attrdef", "x.adrelid NOT IN (SELECT t.oid FROM passing t)"),
          of("pg_type", "x.typnamespace NOT IN (SELECT t.relnamespace FROM passing t)"),
          of("pg_enum"),
          of("pg_rewrite", "x.ev_class NOT IN (SELECT t.oid FROM passing t)"),
          of("pg_trigger", "x.tgrelid NOT IN (SELECT t.oid FROM passing t)"),
          of("pg_policy"),
          of("pg_proc"),
          of("pg_operator"),
          of("pg_collation"),
          of("pg_default_acl"),
          of("pg_inherits", "true", "(x.inhrelid::int8 << 32) + x.inhparent::int8"),
          of(
              "pg_description",
              "x.classoid = 'pg_catalog.pg_class'::regclass",
              "(x.objoid::int8 << 16) + x.objsubid"),
          // What an extension brings is judged otherwise, and ALTER EXTENSION changes that alone.
          of(
              "pg_depend",
              "x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'",
              "(x.classid::int8 << 32) + x.objid::int8"),
          // What is held on or owned of the others stands in their own rows.
          of(
              "pg_shdepend",
              """
              x.classid NOT IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_namespace'::regclass, 'pg_catalog.pg_proc'::regclass)
              AND x.refclassid = 'pg_catalog.pg_authid'::regclass AND x.refobjid IN (SELECT r.oid FROM mine r)
              AND (x.dbid = (SELECT oid FROM here) OR (x.dbid = 0 AND x.classid = 'pg_catalog.pg_database'::regclass))\
              """,
              "(x.refobjid::int8 << 32) + x.objid::int8 + (x.objsubid::int8 << 32)"),
          new Source("sluice.masked_columns", "true", "(x.relation::int8 << 16) + x.number"));

  static final List<Source> ROLES =
      List.of(of("pg_auth_members", "true", "(x.roleid::int8 << 32) + x.member::int8"));

  /** The present digest, within a transaction; null where the database is not prepared. */
  static @Nullable CatalogueDigest of(Session session) throws SQLException {
    return of(session, OBJECTS, ROLES);
  }

  /** The same of some sources. */
  static @Nullable CatalogueDigest of(Session session, List<Source> objects, List<Source> roles)
      throws SQLException {
    if (!session.any(
        "SELECT FROM pg_catalog.pg_class WHERE oid = to_regclass('sluice.masked_columns')")) {
      return null;
    }
    return session.ownerReads(
        () ->
            session.one(
                WHAT
                    + "SELECT concat_ws(' ', pg_catalog.pg_postmaster_start_time(), "
                    + Stream.concat(Stream.of(SHARED), objects.stream().map(Source::sum))
                        .collect(Collectors.joining(", "))
                    + "), concat_ws(' ', "
                    + Stream.concat(Stream.of(EVERYBODY), roles.stream().map(Source::sum))
                        .collect(Collectors.joining(", "))
                    + ")",
                row -> new CatalogueDigest(row.getString(1), row.getString(2))));
  }

  /**
   * {@code base - age(xmin)} is the number of a transaction, cheaper than by way of its text. Rows
   * that were there when the server was made have no age; whoever writes one gives it one.
   */
  private static final String WHAT =
      """
      WITH now AS MATERIALIZED (SELECT pg_catalog.age('3'::xid)::int8 + 3 AS base),
      here AS MATERIALIZED (
        SELECT b.oid, b.datdba, b.datacl FROM pg_catalog.pg_database b WHERE b.datname = current_database()),
      passing AS MATERIALIZED (SELECT c.oid, c.relnamespace FROM pg_catalog.pg_class c WHERE c.relpersistence = 't'),
      mine AS MATERIALIZED (
        SELECT r.oid, r.rolname FROM pg_catalog.pg_roles r
        WHERE starts_with(r.rolname, 'sluice_') AND NOT r.rolcanlogin)
      """;

  private static final String SHARED =
      """
      (SELECT concat_ws(' ', h.oid, h.datdba, h.datacl::text) FROM here h),
      (SELECT sum(pg_catalog.hashtextextended(concat_ws(' ', r.oid, r.rolname), 0)) FROM mine r)
      """;

  /** The table of roles itself is for superusers alone. */
  private static final String EVERYBODY =
      """
      (SELECT count(*) || '.' || sum(pg_catalog.hashtextextended(concat_ws(' ', r.oid, r.rolname, r.rolsuper,
              r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication, r.rolbypassrls), 0))
       FROM pg_catalog.pg_roles r)
      """;
}
