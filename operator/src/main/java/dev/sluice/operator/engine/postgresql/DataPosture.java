package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.Posture.Finding;
import dev.sluice.operator.engine.Posture.Kind;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;

/**
 * Who gets at classified data beside Sluice. Rights are asked for by role and table, and by column
 * only where a column has rights of its own, so that thousands of tables are looked at in a moment.
 */
final class DataPosture {
  private static final int VERSION_16 = 160000;

  private final PostureQuestions questions;
  private final Session session;

  DataPosture(PostureQuestions questions) {
    this.questions = questions;
    this.session = questions.session();
  }

  void publicGrants() throws SQLException {
    classified(
        CLASSIFIED + PUBLIC_GRANTS,
        row ->
            new Finding(
                Kind.PublicGrant,
                row.getString(1),
                "Everybody has %s on %s, which holds classified data"
                    .formatted(row.getString(2), row.getString(1)),
                "REVOKE %s ON TABLE %s FROM PUBLIC".formatted(row.getString(2), row.getString(1)),
                true));
  }

  void loginRoles() throws SQLException {
    classified(
        CLASSIFIED + LOGIN_ROLES.replace("{which}", becoming()),
        row -> {
          String role = row.getString(1);
          boolean reads = row.getBoolean(2);
          boolean writes = row.getBoolean(3);
          int more = row.getInt(4) - 3;
          String through = row.getString(6);
          return new Finding(
              Kind.LoginRole,
              role,
              "Role %s can log in and can %s %s%s%s"
                  .formatted(
                      role,
                      reads && writes ? "read and change" : reads ? "read" : "change",
                      row.getString(5),
                      more > 0 ? " and %d more with classified data".formatted(more) : "",
                      through == null ? "" : ", as a member of " + through),
              "Take its privileges and give it a DatabaseAccess, or name it in"
                  + " spec.posture.knownRoles where it is meant to",
              true);
        });
  }

  /** Before version 16 they can make themselves a member of any role but a superuser. */
  void roleCreators() throws SQLException {
    if (session.version() >= VERSION_16 || questions.request().classified().isEmpty()) {
      return;
    }
    questions.outside(
        PostureQuestions.OUTSIDE + "SELECT rolname FROM outside WHERE rolcreaterole ORDER BY 1",
        row ->
            new Finding(
                Kind.LoginRole,
                row.getString(1),
                "Role %s may create roles, and so make itself a member of any that can read"
                    .formatted(row.getString(1)),
                "ALTER ROLE %s NOCREATEROLE, or name it in spec.posture.knownRoles"
                    .formatted(Sql.name(row.getString(1))),
                true));
  }

  void definerFunctions() throws SQLException {
    classified(
        CLASSIFIED + DEFINERS,
        row ->
            new Finding(
                Kind.DefinerFunction,
                row.getString(1),
                "Function %s runs with the rights of %s, who may read classified data, and %s may call it"
                    .formatted(row.getString(1), row.getString(2), row.getString(3)),
                "REVOKE EXECUTE ON ROUTINE %s FROM %s, or make it SECURITY INVOKER"
                    .formatted(row.getString(1), row.getString(4)),
                true));
  }

  void foreignTables() throws SQLException {
    classified(
        CLASSIFIED + FOREIGN_TABLES,
        row -> {
          String table = row.getString(1);
          String server = row.getString(2);
          String target = row.getString(3);
          return new Finding(
              Kind.ForeignTable,
              table,
              target == null
                  ? "Foreign table %s holds classified data on server %s, where Sluice does not stand"
                      .formatted(table, server)
                  : "Foreign table %s leads to %s by server %s, with the rights of its user mapping"
                      .formatted(table, target, server),
              target == null
                  ? "Govern that database, too, or DROP FOREIGN TABLE %s".formatted(table)
                  : "DROP FOREIGN TABLE %s, or let nobody use server %s"
                      .formatted(table, Sql.name(server)),
              false);
        });
  }

  private String becoming() {
    return session.membershipOptions() ? "WHERE a.set_option OR a.admin_option" : "";
  }

  /** A question whose first parameters are what is outside and what is classified. */
  private void classified(String query, PostureQuestions.Row row) throws SQLException {
    if (questions.request().classified().isEmpty()) {
      return;
    }
    questions.add(
        query,
        row,
        session.user(),
        RoleNames.OWNER,
        questions.request().knownRoles(),
        questions.request().classified().stream().map(each -> each.relation().schema()).toList(),
        questions.request().classified().stream().map(each -> each.relation().name()).toList(),
        questions.request().classified().stream().map(ColumnName::column).toList());
  }

  /** Columns with a class, and those of foreign tables that lead back to them. */
  private static final String CLASSIFIED =
      PostureQuestions.OUTSIDE
          + """
          , named AS MATERIALIZED (
            SELECT n.oid AS namespace, n.nspname, c.oid AS relation, c.relname, c.relkind, c.relacl,
                   a.attacl, a.attnum
            FROM unnest(?::text[], ?::text[], ?::text[]) AS h (schema, name, attribute)
            JOIN pg_catalog.pg_namespace n ON n.nspname = h.schema
            JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = h.name
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = h.attribute
          ),
          looping AS MATERIALIZED (
            SELECT DISTINCT c.oid AS relation, s.srvname, t.relation AS target
            FROM pg_catalog.pg_foreign_table f
            JOIN pg_catalog.pg_class c ON c.oid = f.ftrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
            CROSS JOIN LATERAL (
              SELECT coalesce(max(o.option_value) FILTER (WHERE o.option_name = 'schema_name'), n.nspname),
                     coalesce(max(o.option_value) FILTER (WHERE o.option_name = 'table_name'), c.relname)
              FROM pg_catalog.pg_options_to_table(f.ftoptions) o) AS x (schema, name)
            JOIN named t ON t.nspname = x.schema AND t.relname = x.name AND t.relation <> c.oid
            WHERE EXISTS (SELECT FROM pg_catalog.pg_options_to_table(s.srvoptions) o
                          WHERE o.option_name = 'dbname' AND o.option_value = current_database())
          ),
          hidden AS MATERIALIZED (
            SELECT namespace, relation, relacl, attacl, attnum FROM named
            UNION ALL
            SELECT c.relnamespace, c.oid, c.relacl, a.attacl, a.attnum
            FROM (SELECT DISTINCT relation FROM looping) l
            JOIN pg_catalog.pg_class c ON c.oid = l.relation
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          ),
          relations AS MATERIALIZED (
            SELECT DISTINCT ON (relation) namespace, relation, relacl FROM hidden
          )
          """;

  private static final String PUBLIC_GRANTS =
      """
      SELECT g.relation::regclass::text, string_agg(DISTINCT g.privilege_type, ', ')
      FROM (SELECT r.relation, x.grantee, x.privilege_type
            FROM relations r, pg_catalog.aclexplode(r.relacl) x
            UNION ALL
            SELECT h.relation, x.grantee, x.privilege_type
            FROM hidden h, pg_catalog.aclexplode(h.attacl) x) g
      WHERE g.grantee = 0 AND g.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
      GROUP BY g.relation
      """;

  /** What a role can do as itself, and as those that it may become. */
  private static final String LOGIN_ROLES =
      """
      , becomes AS (
        SELECT oid AS role, oid AS actor FROM outside
        WHERE pg_catalog.has_database_privilege(oid, current_database(), 'CONNECT')
        UNION
        SELECT b.role, a.roleid
        FROM becomes b JOIN (
          SELECT a.member, a.roleid
          FROM pg_catalog.pg_auth_members a
          {which}) a ON a.member = b.actor
      ),
      actors AS MATERIALIZED (
        SELECT DISTINCT e.oid
        FROM becomes b JOIN everybody e ON e.oid = b.actor
        WHERE NOT e.rolsuper AND (NOT e.expected OR NOT starts_with(e.rolname, 'sluice_'))
      ),
      usable AS MATERIALIZED (
        SELECT a.oid AS actor, n.namespace
        FROM actors a, (SELECT DISTINCT namespace FROM relations) n
        WHERE pg_catalog.has_schema_privilege(a.oid, n.namespace, 'USAGE')
      ),
      tables AS MATERIALIZED (
        SELECT u.actor, r.relation,
               pg_catalog.has_table_privilege(u.actor, r.relation, 'SELECT') AS reads,
               pg_catalog.has_table_privilege(u.actor, r.relation, 'INSERT, UPDATE, DELETE, TRUNCATE') AS writes
        FROM usable u JOIN relations r ON r.namespace = u.namespace
        UNION ALL
        SELECT u.actor, h.relation,
               pg_catalog.has_column_privilege(u.actor, h.relation, h.attnum, 'SELECT'),
               pg_catalog.has_column_privilege(u.actor, h.relation, h.attnum, 'INSERT, UPDATE')
        FROM usable u JOIN hidden h ON h.namespace = u.namespace
        WHERE h.attacl IS NOT NULL
      ),
      reached AS MATERIALIZED (
        SELECT b.role, t.actor, t.relation, t.reads, t.writes
        FROM becomes b JOIN tables t ON t.actor = b.actor
        WHERE t.reads OR t.writes
      )
      SELECT o.rolname, bool_or(x.reads), bool_or(x.writes), count(DISTINCT x.relation)::integer,
             array_to_string((array_agg(DISTINCT x.relation::regclass::text))[1:3], ', '),
             CASE WHEN NOT bool_or(x.actor = x.role) THEN
               array_to_string((array_agg(DISTINCT pg_catalog.pg_get_userbyid(x.actor)::text))[1:3], ', ') END
      FROM reached x JOIN outside o ON o.oid = x.role
      GROUP BY o.rolname
      """;

  /** Functions of extensions are their authors' affair; triggers are not called by sessions. */
  private static final String DEFINERS =
      """
      , definers AS MATERIALIZED (
        SELECT p.oid, p.proowner,
               string_agg(DISTINCT CASE x.grantee WHEN 0 THEN 'everybody' ELSE e.rolname END, ', ') AS callers,
               string_agg(DISTINCT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(e.rolname) END, ', ') AS grantees
        FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        CROSS JOIN LATERAL pg_catalog.aclexplode(
          coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) x
        LEFT JOIN everybody e ON e.oid = x.grantee
        WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'sluice', 'sluice_ddl')
          AND p.prorettype NOT IN ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                          WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
          AND x.grantee <> p.proowner AND x.privilege_type = 'EXECUTE'
          AND (x.grantee = 0 OR (NOT e.rolsuper AND NOT e.expected))
        GROUP BY p.oid, p.proowner
      ),
      readers AS MATERIALIZED (
        SELECT d.proowner
        FROM (SELECT DISTINCT proowner FROM definers) d
        WHERE EXISTS (SELECT FROM relations r
                      WHERE pg_catalog.has_table_privilege(d.proowner, r.relation, 'SELECT'))
           OR EXISTS (SELECT FROM hidden h
                      WHERE h.attacl IS NOT NULL
                        AND pg_catalog.has_column_privilege(d.proowner, h.relation, h.attnum, 'SELECT'))
      )
      SELECT d.oid::regprocedure::text, pg_catalog.pg_get_userbyid(d.proowner), d.callers, d.grantees
      FROM definers d JOIN readers USING (proowner)
      """;

  private static final String FOREIGN_TABLES =
      """
      SELECT l.relation::regclass::text, l.srvname, l.target::regclass::text FROM looping l
      UNION
      SELECT n.relation::regclass::text, s.srvname, NULL
      FROM named n
      JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = n.relation
      JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
      """;
}
