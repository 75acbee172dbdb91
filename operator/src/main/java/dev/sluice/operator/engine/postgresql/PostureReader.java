package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.Posture;
import dev.sluice.operator.engine.Posture.Finding;
import dev.sluice.operator.engine.Posture.Kind;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import dev.sluice.policy.plan.RoleNames;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the server's catalogues what is open beside Sluice. Rights are asked for by role and
 * table, and by column only where a column has rights of its own, so that thousands of tables are
 * looked at in a moment.
 */
final class PostureReader {
  private static final int VERSION_16 = 160000;

  private final Session session;
  private final Posture.Request request;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> unread;
  private boolean complete = true;

  /**
   * A reader.
   *
   * @param session where
   * @param request what is looked at
   * @param problems what could not be done before, a sentence each
   */
  PostureReader(Session session, Posture.Request request, List<String> problems) {
    this.session = session;
    this.request = request;
    this.unread = new LinkedHashSet<>(problems);
  }

  private interface Question {
    void ask() throws SQLException;
  }

  Posture read() throws SQLException {
    session.run("SET statement_timeout = '30s'");
    complete &= look("privileges of PUBLIC", this::publicGrants);
    complete &= look("rights of roles", this::loginRoles);
    complete &= look("roles that may create roles", this::roleCreators);
    complete &= look("functions", this::definerFunctions);
    look("superusers", this::superusers);
    look("replication roles", this::replicationRoles);
    look("foreign tables", this::foreignTables);
    look("lines of pg_hba.conf", this::hostBasedAuthentication);
    look("setting ssl", this::plainConnections);
    look("settings of the log", this::statementLogging);
    look("sessions", this::otherSessions);
    return new Posture(findings, List.copyOf(unread), complete);
  }

  private boolean look(String what, Question question) throws SQLException {
    try {
      question.ask();
      return true;
    } catch (SQLException e) {
      if (ServerErrors.disconnected(e)) {
        throw e;
      }
      unread.add(
          "Not looked at: %s. The server says: %s (SQLSTATE %s)."
              .formatted(what, ServerErrors.text(e), e.getSQLState()));
      return false;
    }
  }

  private interface Row {
    @Nullable Finding read(ResultSet row) throws SQLException;
  }

  /** A question whose first parameters are what is outside and what is classified. */
  private void classified(String query, Row row) throws SQLException {
    if (request.classified().isEmpty()) {
      return;
    }
    add(
        query,
        row,
        session.user(),
        RoleNames.OWNER,
        request.knownRoles(),
        request.classified().stream().map(each -> each.relation().schema()).toList(),
        request.classified().stream().map(each -> each.relation().name()).toList(),
        request.classified().stream().map(ColumnName::column).toList());
  }

  private void outside(String query, Row row) throws SQLException {
    add(query, row, session.user(), RoleNames.OWNER, request.knownRoles());
  }

  private void add(String query, Row row, @Nullable Object... values) throws SQLException {
    session.query(
        query,
        each -> {
          Finding finding = row.read(each);
          return finding != null && findings.add(finding);
        },
        values);
  }

  private void publicGrants() throws SQLException {
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

  private void loginRoles() throws SQLException {
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
  private void roleCreators() throws SQLException {
    if (session.version() >= VERSION_16 || request.classified().isEmpty()) {
      return;
    }
    outside(
        OUTSIDE + "SELECT rolname FROM outside WHERE rolcreaterole ORDER BY 1",
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

  private void definerFunctions() throws SQLException {
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

  private void superusers() throws SQLException {
    add(
        """
        SELECT rolname FROM pg_catalog.pg_roles
        WHERE rolsuper AND rolcanlogin AND rolname <> ? AND rolname <> ALL (?::text[])
        ORDER BY 1
        """,
        row ->
            new Finding(
                Kind.Superuser,
                row.getString(1),
                "Role %s is a superuser and can log in: nothing in the database holds it"
                    .formatted(row.getString(1)),
                "ALTER ROLE %s NOLOGIN or NOSUPERUSER, or name it in spec.posture.knownRoles"
                    .formatted(Sql.name(row.getString(1))),
                false),
        session.user(),
        request.knownRoles());
    outside(
        OUTSIDE + POWERS,
        row ->
            new Finding(
                Kind.Superuser,
                row.getString(1),
                "Role %s is a member of %s, by which it can do what a superuser can"
                    .formatted(row.getString(1), row.getString(2)),
                "REVOKE %s FROM %s, or name it in spec.posture.knownRoles"
                    .formatted(Sql.name(row.getString(2)), Sql.name(row.getString(1))),
                false));
  }

  private void replicationRoles() throws SQLException {
    outside(
        OUTSIDE + "SELECT rolname FROM outside WHERE rolreplication ORDER BY 1",
        row ->
            new Finding(
                Kind.ReplicationRole,
                row.getString(1),
                "Role %s may replicate, and so copy the whole server".formatted(row.getString(1)),
                "ALTER ROLE %s NOREPLICATION, or name it in spec.posture.knownRoles"
                    .formatted(Sql.name(row.getString(1))),
                false));
  }

  private void foreignTables() throws SQLException {
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

  private void hostBasedAuthentication() throws SQLException {
    if (!session.holds(
        """
        SELECT pg_catalog.has_function_privilege('pg_catalog.pg_hba_file_rules()', 'EXECUTE')
          AND pg_catalog.has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT')
        """)) {
      unread.add(
          "Not looked at: lines of pg_hba.conf. GRANT EXECUTE ON FUNCTION pg_hba_file_rules() and"
              + " SELECT ON pg_hba_file_rules to %s lets them be.".formatted(session.user()));
      return;
    }
    List<String> expected = new ArrayList<>(request.knownRoles());
    expected.add(session.user());
    add(
        HOST_LINES,
        row -> {
          String method = row.getString(4);
          boolean plain = row.getBoolean(5);
          boolean unproven = method.equals("trust");
          boolean weak = Set.of("password", "md5", "ident").contains(method);
          if (!plain && !unproven && !weak) {
            return null;
          }
          List<String> faults = new ArrayList<>();
          List<String> remedies = new ArrayList<>();
          if (unproven) {
            faults.add("without any proof");
          } else if (weak) {
            faults.add("by method " + method);
          }
          if (unproven || weak) {
            remedies.add("use scram-sha-256 or cert");
          }
          if (plain) {
            faults.add("without TLS");
            remedies.add("write hostssl");
          }
          return new Finding(
              Kind.HostBasedAuthentication,
              "line " + row.getInt(1),
              "Line %d of pg_hba.conf lets %s in from %s %s"
                  .formatted(
                      row.getInt(1),
                      row.getString(2),
                      row.getString(3),
                      String.join(" and ", faults)),
              "In that line, " + String.join(" and ", remedies),
              unproven && !request.classified().isEmpty());
        },
        session.database(),
        expected);
  }

  private void plainConnections() throws SQLException {
    if (session.holds("SELECT pg_catalog.current_setting('ssl') = 'off'")) {
      findings.add(
          new Finding(
              Kind.PlainConnections,
              "ssl",
              "The server offers no TLS: passwords' proofs and data cross the network in the open",
              "Give the server a certificate and set ssl = on",
              false));
    }
  }

  private void statementLogging() throws SQLException {
    add(
        LOGGING,
        row -> {
          String of = row.getString(3);
          return new Finding(
              Kind.StatementLogging,
              row.getString(1) + (of == null ? "" : " of " + of),
              "With %s = %s%s the server's log has statements with their values"
                  .formatted(row.getString(1), row.getString(2), of == null ? "" : " for " + of),
              "Set %s = %s, or guard the log as the data"
                  .formatted(row.getString(1), row.getString(4)),
              false);
        });
  }

  private void otherSessions() throws SQLException {
    outside(
        OUTSIDE + SESSIONS,
        row -> {
          String address = row.getString(2);
          return new Finding(
              Kind.OtherSession,
              row.getString(1),
              "Sessions of role %s%s are open that did not come through a gate"
                  .formatted(row.getString(1), address == null ? "" : " from " + address),
              "Let it come through a gate, or name it in spec.posture.knownRoles",
              false);
        });
    if (!session.holds(
        "SELECT pg_catalog.pg_has_role(oid, 'USAGE') FROM pg_catalog.pg_roles WHERE rolname ="
            + " 'pg_read_all_stats'")) {
      unread.add(
          "Not looked at: from where sessions of others come. GRANT pg_read_all_stats TO %s lets it"
                  .formatted(Sql.name(session.user()))
              + " be.");
    }
  }

  private String becoming() {
    return session.membershipOptions() ? "WHERE a.set_option OR a.admin_option" : "";
  }

  /**
   * Roles outside Sluice that can log in: not the admin, no superuser, none of Sluice's own, none
   * that is known. Whoever may create roles and is a member of the owner of the masked views
   * administers Sluice in another database of the server.
   */
  private static final String OUTSIDE =
      """
      WITH RECURSIVE everybody AS MATERIALIZED (
        SELECT r.oid, r.rolname, r.rolsuper, r.rolcanlogin, r.rolreplication, r.rolcreaterole,
               r.rolname = x.admin OR r.rolname = x.owner OR r.rolname = ANY (x.known)
                 OR (starts_with(r.rolname, 'sluice_') AND EXISTS (
                   SELECT FROM pg_catalog.pg_shdescription d
                   WHERE d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_authid'::regclass
                     AND starts_with(d.description, 'Sluice: ')))
                 OR (r.rolcreaterole AND o.oid IS NOT NULL AND pg_catalog.pg_has_role(r.oid, o.oid, 'MEMBER'))
                 AS expected
        FROM (SELECT ?::text, ?::text, ?::text[]) AS x (admin, owner, known)
        CROSS JOIN pg_catalog.pg_roles r
        LEFT JOIN pg_catalog.pg_roles o ON o.rolname = x.owner
      ),
      outside AS MATERIALIZED (
        SELECT * FROM everybody WHERE rolcanlogin AND NOT rolsuper AND NOT expected
      )
      """;

  /** Columns with a class, and those of foreign tables that lead back to them. */
  private static final String CLASSIFIED =
      OUTSIDE
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

  private static final String POWERS =
      """
      SELECT DISTINCT o.rolname, m.rolname
      FROM outside o
      JOIN everybody m ON m.rolsuper
        OR m.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
      WHERE pg_catalog.pg_has_role(o.oid, m.oid, 'MEMBER')
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

  /** Lines from elsewhere than the server's own machine, for this database, for somebody else. */
  private static final String HOST_LINES =
      """
      SELECT h.line_number, array_to_string(h.user_name, ', '),
             h.address || CASE WHEN h.netmask IS NULL THEN '' ELSE ' mask ' || h.netmask END, h.auth_method,
             h.type IN ('host', 'hostnossl') AND current_setting('ssl') = 'on'
      FROM pg_catalog.pg_hba_file_rules h
      WHERE h.error IS NULL AND h.type LIKE 'host%' AND h.auth_method <> 'reject'
        AND EXISTS (SELECT FROM unnest(h.database) d
                    WHERE d IN ('all', 'sameuser', 'samerole', ?) OR starts_with(d, '/'))
        AND NOT h.user_name <@ ?::text[]
        AND NOT (starts_with(h.address, '127.') OR h.address IN ('::1', 'localhost'))
      ORDER BY h.line_number
      """;

  /** By the setting, by role and database, and what would tell nothing. */
  private static final String LOGGING =
      """
      WITH quiet (name, value) AS (
        VALUES ('log_statement', 'none'), ('log_min_duration_statement', '-1'),
               ('log_min_duration_sample', '-1'), ('log_transaction_sample_rate', '0'),
               ('log_parameter_max_length_on_error', '0'), ('auto_explain.log_min_duration', '-1')
      ),
      found (name, value, whose) AS (
        SELECT s.name, s.reset_val, NULL FROM pg_catalog.pg_settings s
        UNION ALL
        SELECT split_part(c, '=', 1), substr(c, strpos(c, '=') + 1),
               concat_ws(' in ', 'role ' || r.rolname, 'database ' || d.datname)
        FROM pg_catalog.pg_db_role_setting s
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
        LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
        CROSS JOIN LATERAL unnest(s.setconfig) c
        WHERE s.setdatabase = 0 OR d.datname = current_database()
      )
      SELECT f.name, f.value, f.whose, q.value
      FROM found f JOIN quiet q ON q.name = f.name
      WHERE f.value <> q.value AND NOT (f.name = 'log_statement' AND f.value = 'ddl')
      """;

  private static final String SESSIONS =
      """
      SELECT DISTINCT e.rolname, host(a.client_addr)
      FROM pg_catalog.pg_stat_activity a
      JOIN everybody e ON e.oid = a.usesysid
      WHERE a.datname = current_database() AND a.pid <> pg_catalog.pg_backend_pid() AND NOT e.expected
        AND coalesce(a.backend_type, 'client backend') = 'client backend'
      """;
}
