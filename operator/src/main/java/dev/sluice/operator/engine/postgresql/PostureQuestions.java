package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.Posture;
import dev.sluice.operator.engine.Posture.Finding;
import dev.sluice.policy.plan.RoleNames;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks a server what is open beside Sluice, and gathers what it answers. */
final class PostureQuestions {
  private final Session session;
  private final Posture.Request request;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> unread;

  /**
   * Questions to a server.
   *
   * @param session where
   * @param request what is looked at
   * @param problems what could not be done before, a sentence each
   */
  PostureQuestions(Session session, Posture.Request request, List<String> problems) {
    this.session = session;
    this.request = request;
    this.unread = new LinkedHashSet<>(problems);
  }

  /** What a row tells; null: nothing. */
  interface Row {
    @Nullable Finding read(ResultSet row) throws SQLException;
  }

  Session session() {
    return session;
  }

  Posture.Request request() {
    return request;
  }

  List<Finding> findings() {
    return findings;
  }

  List<String> unread() {
    return List.copyOf(unread);
  }

  void add(Finding finding) {
    findings.add(finding);
  }

  /** Takes note of what could not be looked at, a sentence. */
  void notRead(String why) {
    unread.add(why);
  }

  /** Asks a query that begins with {@link #OUTSIDE}. */
  void outside(String query, Row row) throws SQLException {
    add(query, row, session.user(), RoleNames.OWNER, request.knownRoles());
  }

  void add(String query, Row row, @Nullable Object... values) throws SQLException {
    session.query(
        query,
        each -> {
          Finding finding = row.read(each);
          return finding != null && findings.add(finding);
        },
        values);
  }

  /**
   * Roles outside Sluice that can log in: not the admin, no superuser, none of Sluice's own, none
   * that is known. Whoever may create roles and is a member of the owner of the masked views
   * administers Sluice in another database of the server.
   */
  static final String OUTSIDE =
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
}
