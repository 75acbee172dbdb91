package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.access;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.operator.engine.Posture;
import dev.sluice.operator.engine.Posture.Finding;
import dev.sluice.operator.engine.Posture.Kind;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.ClassifiedColumns;
import dev.sluice.policy.plan.DatabaseIdentity;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is open in a real database beside Sluice, and what keeps others from connecting. */
class PostureTest {
  private static final DatabaseIdentity IDENTITY =
      new DatabaseIdentity("databases", "orders", "uid", Map.of());

  private static Posture look(Governed shop, boolean locked, String... known) {
    DatabaseSpec spec = Serialization.unmarshal(Governed.DATABASE, Database.class).getSpec();
    return shop.engine.posture(
        new Posture.Request(
            ClassifiedColumns.of(IDENTITY, spec, shop.engine.catalogue(List.of("public"))),
            List.of(known),
            locked));
  }

  /** Findings as {@code kind object}, of this test alone: roles are of the whole server. */
  private static List<String> found(Posture posture, Kind kind, String... objects) {
    return posture.findings().stream()
        .filter(each -> each.kind() == kind)
        .filter(
            each ->
                objects.length == 0 || Stream.of(objects).anyMatch(it -> it.equals(each.object())))
        .map(Finding::message)
        .toList();
  }

  private static String role(Governed shop, String attributes) throws SQLException {
    String role = TestServer.unique("Role ");
    shop.server.superuser(
        shop.database, "CREATE ROLE %s PASSWORD 'p' %s".formatted(Sql.name(role), attributes));
    return role;
  }

  private static void drop(Governed shop, String... roles) throws SQLException {
    for (String role : roles) {
      shop.server.superuser(
          shop.database, "DROP OWNED BY %1$s; DROP ROLE %1$s".formatted(Sql.name(role)));
    }
    shop.close();
  }

  @EngineCase
  void rolesThatReachClassifiedDataAreFound(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    String reader = role(shop, "LOGIN");
    String member = role(shop, "LOGIN NOINHERIT");
    String group = role(shop, "NOLOGIN");
    String columns = role(shop, "LOGIN");
    String nothing = role(shop, "LOGIN");
    String viewer = role(shop, "LOGIN");
    shop.server.superuser(
        shop.database,
        """
        GRANT SELECT, UPDATE ON public.customers TO %s;
        GRANT SELECT ON public.customers TO %s;
        GRANT %s TO %s;
        GRANT UPDATE (ssn) ON public.customers TO %s;
        GRANT SELECT (region) ON public.customers TO %s;
        GRANT SELECT ON public.orders TO %s;
        GRANT SELECT ON public.customer_codes TO %s;
        """
            .formatted(
                Sql.name(reader),
                Sql.name(group),
                Sql.name(group),
                Sql.name(member),
                Sql.name(columns),
                Sql.name(nothing),
                Sql.name(nothing),
                Sql.name(viewer)));

    Posture posture = look(shop, false);

    assertThat(posture.complete()).isTrue();
    assertThat(found(posture, Kind.LoginRole, reader))
        .containsExactly(
            "Role %s can log in and can read and change public.customers".formatted(reader));
    assertThat(found(posture, Kind.LoginRole, member))
        .containsExactly(
            "Role %s can log in and can read public.customers, as a member of %s"
                .formatted(member, group));
    assertThat(found(posture, Kind.LoginRole, columns))
        .containsExactly("Role %s can log in and can change public.customers".formatted(columns));
    assertThat(found(posture, Kind.LoginRole, viewer))
        .containsExactly("Role %s can log in and can read public.customer_codes".formatted(viewer));
    assertThat(found(posture, Kind.LoginRole, nothing, group, shop.adminRole, "sluice_owner"))
        .isEmpty();
    assertThat(posture.findings())
        .filteredOn(each -> each.object().equals(reader))
        .allMatch(Finding::open);

    // Whoever is known is none, and neither is a login of Sluice.
    AccessPlan plan = shop.plan("- {tables: [public.customers], privileges: [SELECT]}\n");
    shop.engine.apply(plan);
    try (Connection session = shop.login(plan)) {
      assertThat(session.isValid(1)).isTrue();
      posture = look(shop, false, reader, member, columns, viewer);
      assertThat(posture.findings())
          .noneMatch(each -> each.object().startsWith("sluice_"))
          .noneMatch(each -> List.of(reader, member, columns, viewer).contains(each.object()));
    }
    shop.engine.revoke(plan.access(), plan.revocation());
    drop(shop, reader, member, group, columns, nothing, viewer);
  }

  @EngineCase
  void whatEverybodyMayDoIsFound(int version, Admin kind) throws SQLException {
    Governed shop =
        Governed.database(
            version,
            kind,
            Governed.SHOP
                + """
                GRANT SELECT, DELETE ON customers TO PUBLIC;
                GRANT SELECT ON orders TO PUBLIC;
                GRANT SELECT (reference) ON customer_list TO PUBLIC;
                CREATE FUNCTION find(int) RETURNS text LANGUAGE sql SECURITY DEFINER
                  AS 'SELECT ssn FROM public.customers WHERE id = $1';
                CREATE FUNCTION closed(int) RETURNS text LANGUAGE sql SECURITY DEFINER
                  AS 'SELECT ssn FROM public.customers WHERE id = $1';
                REVOKE EXECUTE ON FUNCTION closed(int) FROM PUBLIC;
                CREATE FUNCTION harmless(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
                """);
    shop.engine.prepare();
    Posture posture = look(shop, false);
    assertThat(found(posture, Kind.PublicGrant))
        .containsExactly(
            "Everybody has SELECT on public.customer_list, which holds classified data",
            "Everybody has DELETE, SELECT on public.customers, which holds classified data");
    assertThat(found(posture, Kind.DefinerFunction))
        .containsExactly(
            "Function public.find(integer) runs with the rights of %s, who may read classified data, and everybody may call it"
                .formatted(shop.adminRole));
    // The worst come first, and what the remedies say closes them.
    assertThat(posture.findings().getFirst().kind()).isEqualTo(Kind.PublicGrant);
    for (Finding each : posture.findings()) {
      if (each.kind() == Kind.PublicGrant || each.kind() == Kind.DefinerFunction) {
        shop.admin(each.remedy().replaceFirst(", or make.*", ""));
      }
    }
    posture = look(shop, false);
    assertThat(found(posture, Kind.PublicGrant)).isEmpty();
    assertThat(found(posture, Kind.DefinerFunction)).isEmpty();
    shop.close();
  }

  @EngineCase
  void powersOverTheServerAreFound(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    String superuser = role(shop, "LOGIN SUPERUSER");
    String replicator = role(shop, "LOGIN REPLICATION");
    String programs = role(shop, "LOGIN NOINHERIT");
    String creator = role(shop, "LOGIN CREATEROLE");
    shop.server.superuser(
        shop.database, "GRANT pg_execute_server_program TO " + Sql.name(programs));
    Posture posture = look(shop, false);
    assertThat(found(posture, Kind.Superuser, superuser, programs)).hasSize(2);
    assertThat(found(posture, Kind.Superuser, "postgres")).hasSize(1);
    assertThat(found(posture, Kind.Superuser, shop.adminRole)).isEmpty();
    assertThat(found(posture, Kind.ReplicationRole, replicator, superuser)).hasSize(1);
    assertThat(found(posture, Kind.LoginRole, creator)).hasSize(version < 16 ? 1 : 0);
    assertThat(posture.findings())
        .filteredOn(each -> each.kind() == Kind.Superuser || each.kind() == Kind.ReplicationRole)
        .noneMatch(Finding::open);
    posture = look(shop, false, superuser, replicator, programs, creator, "postgres");
    assertThat(posture.findings())
        .noneMatch(
            each ->
                List.of(superuser, replicator, programs, creator, "postgres")
                    .contains(each.object()));
    drop(shop, superuser, replicator, programs, creator);
  }

  @EngineCase
  void theServersSettingsAreLookedAt(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    Posture posture = look(shop, false);
    assertThat(found(posture, Kind.PlainConnections)).hasSize(1);
    assertThat(found(posture, Kind.StatementLogging, "log_statement of database " + shop.database))
        .isEmpty();
    // Lines of the server's own machine are nobody's way in.
    assertThat(found(posture, Kind.HostBasedAuthentication)).isEmpty();
    assertThat(posture.unread())
        .hasSize(kind == Admin.SUPERUSER ? 0 : 2)
        .allMatch(each -> each.startsWith("Not looked at: "));

    shop.server.superuser(
        shop.database,
        "ALTER DATABASE %s SET log_statement = 'all'".formatted(Sql.name(shop.database)));
    assertThat(
            found(
                look(shop, false),
                Kind.StatementLogging,
                "log_statement of database " + shop.database))
        .containsExactly(
            "With log_statement = all for database %s the server's log has statements with their values"
                .formatted(shop.database));
    shop.close();
  }

  @EngineCase
  void sessionsThatDidNotComeThroughAGateAreFound(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    String other = role(shop, "LOGIN");
    try (Connection session = shop.server.connect(shop.database, other, "p")) {
      assertThat(session.isValid(1)).isTrue();
      assertThat(found(look(shop, false), Kind.OtherSession, other))
          .containsExactly(
              "Sessions of role %s%s are open that did not come through a gate"
                  .formatted(other, kind == Admin.SUPERUSER ? " from 127.0.0.1" : ""));
      assertThat(found(look(shop, false, other), Kind.OtherSession, other)).isEmpty();
    }
    drop(shop, other);
  }

  @EngineCase
  void foreignTablesThatLeadBackAreFound(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    String reader = role(shop, "LOGIN");
    shop.server.superuser(
        shop.database,
        """
        CREATE FOREIGN DATA WRAPPER anything;
        CREATE SERVER back FOREIGN DATA WRAPPER anything OPTIONS (dbname %1$s);
        CREATE SERVER away FOREIGN DATA WRAPPER anything OPTIONS (dbname 'elsewhere');
        CREATE SCHEMA mirror;
        CREATE FOREIGN TABLE mirror.people (ssn text) SERVER back
          OPTIONS (schema_name 'public', table_name 'customers');
        CREATE FOREIGN TABLE mirror.customers (ssn text) SERVER away OPTIONS (schema_name 'public');
        GRANT USAGE ON SCHEMA mirror TO %2$s;
        GRANT SELECT ON ALL TABLES IN SCHEMA mirror TO %2$s
        """
            .formatted(Sql.literal(shop.database), Sql.name(reader)));
    Posture posture = look(shop, false);
    assertThat(found(posture, Kind.ForeignTable))
        .containsExactly(
            "Foreign table mirror.people leads to public.customers by server back, with the rights"
                + " of its user mapping");
    assertThat(found(posture, Kind.LoginRole, reader))
        .containsExactly("Role %s can log in and can read mirror.people".formatted(reader));
    drop(shop, reader);
  }

  @EngineCase
  void linesThatLetInWithoutProofAreFound(int version, Admin kind) throws Exception {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    Path file = Path.of(shop.superuser("SELECT current_setting('hba_file')").getFirst());
    String before = Files.readString(file);
    try {
      // The server reads the file when it is asked what stands there.
      Files.writeString(
          file,
          before
              + """
              host "%1$s" all 10.20.0.0/16 trust
              host "%1$s" known 10.21.0.0/16 trust
              host "%1$s" all 10.22.0.0/16 md5
              host "%1$s" all 10.23.0.0/16 reject
              host "%1$s" all 10.24.0.0/16 scram-sha-256
              host another all 10.25.0.0/16 trust
              local all all trust
              """
                  .formatted(shop.database));
      Posture posture = look(shop, false, "known");
      assertThat(
              posture.findings().stream()
                  .filter(each -> each.kind() == Kind.HostBasedAuthentication)
                  .map(each -> each.message().replaceFirst("Line \\d+", "Line") + " " + each.open())
                  .toList())
          .isEqualTo(
              kind == Admin.SUPERUSER
                  ? List.of(
                      "Line of pg_hba.conf lets all in from 10.20.0.0 mask 255.255.0.0 without any"
                          + " proof true",
                      "Line of pg_hba.conf lets all in from 10.22.0.0 mask 255.255.0.0 by method"
                          + " md5 false")
                  : List.of());
    } finally {
      Files.writeString(file, before);
    }
    shop.close();
  }

  /** What the access control list of the database says of CONNECT, role by role. */
  private static List<String> rights(Governed shop) throws SQLException {
    return shop.superuser(
        """
        SELECT concat_ws(' ', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END,
          'by', pg_get_userbyid(x.grantor), x.privilege_type, x.is_grantable)
        FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x
        WHERE d.datname = current_database() ORDER BY 1
        """);
  }

  private static boolean connects(Governed shop, String role) {
    try (Connection connection = shop.server.connect(shop.database, role, "p")) {
      return connection.isValid(1);
    } catch (SQLException refused) {
      assertThat(refused.getSQLState()).isEqualTo("42501");
      return false;
    }
  }

  @EngineCase
  void onlyKnownRolesConnectUntilTheLockdownIsLifted(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    String known = role(shop, "LOGIN");
    String granted = role(shop, "LOGIN");
    String passed = role(shop, "LOGIN");
    String stranger = role(shop, "LOGIN");
    shop.server.superuser(
        shop.database,
        """
        GRANT CONNECT ON DATABASE %1$s TO %2$s WITH GRANT OPTION;
        GRANT SELECT ON public.customers TO %3$s;
        """
            .formatted(Sql.name(shop.database), Sql.name(granted), Sql.name(stranger)));
    try (Connection connection = shop.server.connect(shop.database, granted, "p")) {
      Governed.run(
          connection,
          "GRANT CONNECT ON DATABASE %s TO %s"
              .formatted(Sql.name(shop.database), Sql.name(passed)));
    }
    AccessPlan plan =
        shop.plan(
            access("orders", "- {tables: [public.customers], privileges: [SELECT]}\n"),
            Governed.DATABASE,
            Governed.POLICY);
    shop.engine.apply(plan);
    var credential = shop.engine.issueLogin(plan, "pod-1");
    List<String> before = rights(shop);
    assertThat(found(look(shop, false), Kind.LoginRole, stranger)).hasSize(1);
    assertThat(rights(shop)).isEqualTo(before);

    Posture posture = look(shop, true, known);
    assertThat(posture.unread()).noneMatch(each -> each.contains("CONNECT"));
    assertThat(found(posture, Kind.LoginRole, stranger)).isEmpty();
    assertThat(Stream.of(known, granted, passed, stranger).filter(each -> connects(shop, each)))
        .containsExactly(known);
    assertThat(shop.login(credential).isValid(1)).isTrue();
    assertThat(shop.login(plan).isValid(1)).isTrue();
    List<String> locked = rights(shop);
    look(shop, true, known);
    assertThat(rights(shop)).isEqualTo(locked);

    // Another is known now, and somebody gives a right anew.
    shop.admin(
        "GRANT CONNECT ON DATABASE %s TO %s"
            .formatted(Sql.name(shop.database), Sql.name(stranger)));
    look(shop, true, granted);
    assertThat(Stream.of(known, granted, passed, stranger).filter(each -> connects(shop, each)))
        .containsExactly(granted);

    List<String> after = new ArrayList<>(before);
    if (kind == Admin.TABLE_OWNER) {
      // It may not act as whoever passed the right on, so that the owner gives it back.
      after.replaceAll(
          each ->
              each.equals("%s by %s CONNECT f".formatted(passed, granted))
                  ? "%s by %s CONNECT f".formatted(passed, shop.adminRole)
                  : each);
    }
    after.add("%s by %s CONNECT f".formatted(stranger, shop.adminRole));
    look(shop, false);
    assertThat(rights(shop))
        .filteredOn(each -> !each.startsWith("sluice_"))
        .containsExactlyInAnyOrderElementsOf(after);
    assertThat(shop.superuser("SELECT count(*)::text FROM sluice.connect_lockdown"))
        .containsExactly("0");

    // It is lifted with the Database, too.
    look(shop, true);
    assertThat(connects(shop, stranger)).isFalse();
    shop.close();
    shop.engine.revoke(plan.access(), plan.revocation());
    shop.engine.release();
    assertThat(rights(shop)).containsExactlyInAnyOrderElementsOf(after);
    shop.admin(
        "REVOKE CONNECT ON DATABASE %s FROM %s CASCADE"
            .formatted(Sql.name(shop.database), Sql.name(granted)));
    drop(shop, known, passed, granted, stranger);
  }

  @EngineCase
  void whoMayNotTakeConnectSaysSo(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.server.superuser(
        shop.database,
        "GRANT CREATE ON DATABASE %1$s TO %2$s; ALTER DATABASE %1$s OWNER TO postgres; GRANT CREATE ON DATABASE %1$s TO %2$s"
            .formatted(Sql.name(shop.database), shop.adminRole));
    shop.engine.prepare();
    String other = role(shop, "LOGIN");
    Posture posture = look(shop, true);
    if (kind == Admin.SUPERUSER) {
      assertThat(posture.unread()).isEmpty();
      assertThat(connects(shop, other)).isFalse();
    } else {
      assertThat(posture.unread())
          .anyMatch(each -> each.startsWith("CONNECT could not be taken from other roles: "));
      assertThat(connects(shop, other)).isTrue();
    }
    look(shop, false);
    assertThat(connects(shop, other)).isTrue();
    drop(shop, other);
  }
}
