package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.Posture.Finding;
import dev.sluice.operator.engine.Posture.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What of the server itself lets others in, or lets data out, whatever it holds. */
final class ServerPosture {
  private final PostureQuestions questions;
  private final Session session;

  ServerPosture(PostureQuestions questions) {
    this.questions = questions;
    this.session = questions.session();
  }

  void superusers() throws SQLException {
    questions.add(
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
        questions.request().knownRoles());
    questions.outside(
        PostureQuestions.OUTSIDE + POWERS,
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

  void replicationRoles() throws SQLException {
    questions.outside(
        PostureQuestions.OUTSIDE + "SELECT rolname FROM outside WHERE rolreplication ORDER BY 1",
        row ->
            new Finding(
                Kind.ReplicationRole,
                row.getString(1),
                "Role %s may replicate, and so copy the whole server".formatted(row.getString(1)),
                "ALTER ROLE %s NOREPLICATION, or name it in spec.posture.knownRoles"
                    .formatted(Sql.name(row.getString(1))),
                false));
  }

  void hostBasedAuthentication() throws SQLException {
    if (!session.holds(
        """
        SELECT pg_catalog.has_function_privilege('pg_catalog.pg_hba_file_rules()', 'EXECUTE')
          AND pg_catalog.has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT')
        """)) {
      questions.notRead(
          "Not looked at: lines of pg_hba.conf. GRANT EXECUTE ON FUNCTION pg_hba_file_rules() and"
              + " SELECT ON pg_hba_file_rules to %s lets them be.".formatted(session.user()));
      return;
    }
    List<String> expected = new ArrayList<>(questions.request().knownRoles());
    expected.add(session.user());
    questions.add(
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
              unproven && !questions.request().classified().isEmpty());
        },
        session.database(),
        expected);
  }

  void plainConnections() throws SQLException {
    if (session.holds("SELECT pg_catalog.current_setting('ssl') = 'off'")) {
      questions.add(
          new Finding(
              Kind.PlainConnections,
              "ssl",
              "The server offers no TLS: passwords' proofs and data cross the network in the open",
              "Give the server a certificate and set ssl = on",
              false));
    }
  }

  void statementLogging() throws SQLException {
    questions.add(
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

  void otherSessions() throws SQLException {
    questions.outside(
        PostureQuestions.OUTSIDE + SESSIONS,
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
      questions.notRead(
          "Not looked at: from where sessions of others come. GRANT pg_read_all_stats TO %s lets it"
                  .formatted(Sql.name(session.user()))
              + " be.");
    }
  }

  private static final String POWERS =
      """
      SELECT DISTINCT o.rolname, m.rolname
      FROM outside o
      JOIN everybody m ON m.rolsuper
        OR m.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
      WHERE pg_catalog.pg_has_role(o.oid, m.oid, 'MEMBER')
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
