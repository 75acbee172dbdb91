package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.RelationName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a role holds in this database by name, as the access control lists say.
 *
 * @param grants privileges on schemas, tables, sequences and the functions of the schema that has
 *     the role's name
 * @param grantable those of them that it may pass on
 * @param others {@code TYPE name} of every other thing that it holds a privilege on, quoted as SQL
 *     wants it
 */
record HeldGrants(Set<Grant> grants, Set<Grant> grantable, List<String> others) {
  HeldGrants {
    grants = Set.copyOf(grants);
    grantable = Set.copyOf(grantable);
    others = List.copyOf(others);
  }

  static HeldGrants of(Session session, String role) throws SQLException {
    return of(session, role, null);
  }

  /**
   * What a role holds on some relations and on schemas and functions; other things are not looked
   * at.
   *
   * @param relations which; null: everything
   */
  static HeldGrants of(Session session, String role, @Nullable Set<RelationName> relations)
      throws SQLException {
    Set<Grant> grants = new TreeSet<>();
    Set<Grant> grantable = new TreeSet<>();
    for (Row row : rows(session, role, relations)) {
      grants.add(row.grant());
      if (row.grantable()) {
        grantable.add(row.grant());
      }
    }
    return new HeldGrants(
        grants,
        grantable,
        relations == null ? session.query(OTHERS, row -> row.getString(1), role) : List.of());
  }

  /**
   * The privileges alone that a role holds on some relations, and on all that is no relation.
   *
   * @param relations which; null: all
   */
  static Set<Grant> on(Session session, String role, @Nullable Set<RelationName> relations)
      throws SQLException {
    Set<Grant> grants = new TreeSet<>();
    rows(session, role, relations).forEach(row -> grants.add(row.grant()));
    return grants;
  }

  private record Row(Grant grant, boolean grantable) {}

  private static List<Row> rows(Session session, String role, @Nullable Set<RelationName> relations)
      throws SQLException {
    if (relations == null) {
      return session.query(NAMED_ANYWHERE + HELD, HeldGrants::row, role);
    }
    List<RelationName> some = List.copyOf(relations);
    return session.query(
        NAMED_ON_SOME + HELD,
        HeldGrants::row,
        role,
        some.stream().map(RelationName::schema).toList(),
        some.stream().map(RelationName::name).toList());
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        new Grant(
            Grant.Kind.valueOf(row.getString(1)),
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getString(5)),
        row.getBoolean(6));
  }

  /**
   * The server's own list of which access control lists name the role: looking into each list takes
   * long where there are thousands of tables. What a role owns is not in it.
   */
  private static final String NAMED_ANYWHERE =
      """
      WITH named AS MATERIALIZED (
        SELECT d.classid, d.objid, d.objsubid, d.refobjid AS role
        FROM pg_catalog.pg_shdepend d
        WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass
          AND d.refobjid = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ?) AND d.deptype = 'a'
          AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      )
      """;

  /** The lists of a few relations are looked into themselves. */
  private static final String NAMED_ON_SOME =
      """
      WITH me AS MATERIALIZED (SELECT oid, rolname FROM pg_catalog.pg_roles WHERE rolname = ?),
      relations AS MATERIALIZED (
        SELECT c.oid, c.relacl, c.relowner
        FROM unnest(?::text[], ?::text[]) AS x (schema, name)
        JOIN pg_catalog.pg_namespace n ON n.nspname = x.schema
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = x.name
      ),
      named (classid, objid, objsubid, role) AS MATERIALIZED (
        SELECT 'pg_catalog.pg_namespace'::regclass, n.oid, 0, me.oid
        FROM me, pg_catalog.pg_namespace n
        WHERE n.nspacl IS NOT NULL AND n.nspowner <> me.oid
        UNION ALL
        SELECT 'pg_catalog.pg_class'::regclass, c.oid, 0, me.oid
        FROM me, relations c
        WHERE c.relacl IS NOT NULL AND c.relowner <> me.oid
        UNION ALL
        SELECT 'pg_catalog.pg_class'::regclass, c.oid, a.attnum, me.oid
        FROM me, relations c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
        WHERE a.attacl IS NOT NULL AND c.relowner <> me.oid
        UNION ALL
        SELECT 'pg_catalog.pg_proc'::regclass, p.oid, 0, me.oid
        FROM me
        JOIN pg_catalog.pg_namespace n ON n.nspname = me.rolname
        JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid
        WHERE p.proacl IS NOT NULL AND p.proowner <> me.oid
      )
      """;

  private static final String HELD =
      """
      SELECT 'SCHEMA', n.nspname, '', '', x.privilege_type, x.is_grantable
      FROM named d JOIN pg_catalog.pg_namespace n ON n.oid = d.objid, pg_catalog.aclexplode(n.nspacl) x
      WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND x.grantee = d.role
      UNION ALL
      SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname, '',
             x.privilege_type, x.is_grantable
      FROM named d
           JOIN pg_catalog.pg_class c ON c.oid = d.objid
           JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
           pg_catalog.aclexplode(c.relacl) x
      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0 AND x.grantee = d.role
      UNION ALL
      SELECT 'TABLE', n.nspname, c.relname, a.attname, x.privilege_type, x.is_grantable
      FROM named d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid
           JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
           JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
           pg_catalog.aclexplode(a.attacl) x
      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND NOT a.attisdropped AND x.grantee = d.role
      UNION ALL
      SELECT 'ROUTINE', n.nspname, p.proname, '', x.privilege_type, x.is_grantable
      FROM named d
           JOIN pg_catalog.pg_proc p ON p.oid = d.objid
           JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
           JOIN pg_catalog.pg_roles r ON r.oid = d.role AND r.rolname = n.nspname,
           pg_catalog.aclexplode(p.proacl) x
      WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND x.grantee = d.role
      """;

  /** Types that GRANT knows under another name than pg_identify_object does. */
  private static final String OTHERS =
      """
      SELECT DISTINCT CASE i.type
               WHEN 'procedure' THEN 'ROUTINE' WHEN 'function' THEN 'ROUTINE' WHEN 'aggregate' THEN 'ROUTINE'
               WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER' WHEN 'server' THEN 'FOREIGN SERVER'
               ELSE upper(i.type) END
             || ' ' || i.identity
      FROM pg_catalog.pg_shdepend d
      JOIN pg_catalog.pg_roles r ON r.oid = d.refobjid
      CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) i
      WHERE r.rolname = ? AND d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.deptype = 'a'
        AND (d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
          OR (d.dbid = 0 AND d.classid = 'pg_catalog.pg_database'::regclass))
        AND d.classid NOT IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_namespace'::regclass,
                              'pg_catalog.pg_default_acl'::regclass)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_proc p
                        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                        WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.objid
                          AND n.nspname = r.rolname)
      """;
}
