package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.Exposure;
import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Who else has rights over what the owner of the masked views owns: everybody may call the mask
 * functions, nobody may read its tables, and its members are administrators alone.
 */
final class OwnerRights {
  private final Session session;

  OwnerRights(Session session) {
    this.session = session;
  }

  /** Something that a role was given on something; {@code PUBLIC} is everybody. */
  private record Given(String object, String role) {}

  /**
   * Takes away what somebody else gave.
   *
   * @param mended receives a sentence for each change
   */
  void mend(List<String> mended) throws SQLException {
    tables(mended);
    List<Given> given = session.query(GIVEN, row -> new Given(row.getString(1), row.getString(2)));
    for (Given each : given) {
      session.asOwner(
          () ->
              session.run(
                  "REVOKE ALL ON %s FROM %s CASCADE".formatted(each.object(), each.role())));
      mended.add(
          "%s had been given privileges on %s: they were taken away"
              .formatted(each.role(), each.object()));
    }
    boolean closed =
        session.holds(
            """
            SELECT NOT pg_catalog.has_schema_privilege('public', 'sluice', 'USAGE')
              OR EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'sluice'::regnamespace
                         AND NOT pg_catalog.has_function_privilege('public', p.oid, 'EXECUTE'))
            """);
    if (closed) {
      session.asOwner(
          () -> {
            // Views check the rights of whoever reads them when they call a function. Without the
            // key, which stays its owner's, the functions tell nothing.
            session.run("GRANT USAGE ON SCHEMA sluice TO PUBLIC");
            session.run("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA sluice TO PUBLIC");
          });
    }
  }

  private void tables(List<String> mended) throws SQLException {
    List<String> strange =
        session.query(
            """
            SELECT c.oid::regclass::text
            FROM pg_catalog.pg_class c
            WHERE c.relnamespace = 'sluice'::regnamespace AND c.relkind = 'r'
              AND pg_catalog.pg_get_userbyid(c.relowner) <> ?
            """,
            row -> row.getString(1),
            RoleNames.OWNER);
    for (String table : strange) {
      session.run("ALTER TABLE %s OWNER TO %s".formatted(table, Sql.name(RoleNames.OWNER)));
      mended.add("Table %s had been given to somebody else: it was taken back".formatted(table));
    }
  }

  /**
   * Takes members out that are no administrators. Those who may create roles are: of this or of
   * other databases of the server.
   *
   * @param mended receives a sentence for each change
   * @return members that could not be taken out
   */
  List<Exposure> members(List<String> mended) throws SQLException {
    for (String member : strangers()) {
      if (Membership.takeOut(session, RoleNames.OWNER, member)) {
        mended.add(
            "Role %s had been made a member of %s: it was taken out"
                .formatted(member, RoleNames.OWNER));
      }
    }
    List<Exposure> exposures = new ArrayList<>();
    for (String member : strangers()) {
      exposures.add(
          new Exposure(
              RoleNames.OWNER,
              "role %s is a member of %s, which reads masked columns as they are"
                  .formatted(member, RoleNames.OWNER),
              "REVOKE %s FROM %s".formatted(RoleNames.OWNER, Sql.name(member))));
    }
    return exposures;
  }

  private List<String> strangers() throws SQLException {
    return session.query(
        """
        SELECT DISTINCT m.rolname
        FROM pg_catalog.pg_auth_members a
        JOIN pg_catalog.pg_roles m ON m.oid = a.member
        WHERE a.roleid = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ?)
          AND NOT m.rolsuper AND NOT m.rolcreaterole AND m.rolname <> current_user
        ORDER BY 1
        """,
        row -> row.getString(1),
        RoleNames.OWNER);
  }

  private static final String GIVEN =
      """
      WITH given (object, owner, expected, acl) AS (
        SELECT 'SCHEMA sluice', n.nspowner, 'USAGE', n.nspacl
        FROM pg_catalog.pg_namespace n WHERE n.nspname = 'sluice'
        UNION ALL
        SELECT 'ROUTINE ' || p.oid::regprocedure::text, p.proowner, 'EXECUTE', p.proacl
        FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'sluice'::regnamespace
        UNION ALL
        SELECT 'TABLE ' || c.oid::regclass::text, c.relowner, '', c.relacl
        FROM pg_catalog.pg_class c WHERE c.relnamespace = 'sluice'::regnamespace AND c.relkind IN ('r', 'v', 'm')
        UNION ALL
        SELECT 'TABLE ' || c.oid::regclass::text, c.relowner, '', a.attacl
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'sluice'::regnamespace AND c.relkind IN ('r', 'v', 'm') AND a.attacl IS NOT NULL
      )
      SELECT DISTINCT g.object, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END
      FROM given g, pg_catalog.aclexplode(g.acl) x
      WHERE x.grantee <> g.owner
        AND NOT (x.grantee = 0 AND x.privilege_type = g.expected)
      ORDER BY 1, 2
      """;
}
