package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.denied;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.engine.Exposure;
import dev.sluice.operator.engine.Server;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.SQLException;

/** What somebody else changes of what no single access owns. */
class PreparationDriftTest {
  @EngineCase
  void functionsAndRightsArePutRight(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    assertThat(shop.engine.prepare().mended()).isEmpty();
    assertThat(shop.engine.prepare().mended()).isEmpty();
    String before = definitions(shop);

    mends(
        shop,
        """
        CREATE OR REPLACE FUNCTION sluice.mask_keep_last(value text, kept integer) RETURNS text
        IMMUTABLE PARALLEL SAFE RETURN value\
        """,
        "Functions in schema sluice had been changed: they were made again");
    mends(
        shop,
        "DROP FUNCTION sluice.mask_email",
        "Functions in schema sluice had been changed: they were made again");
    mends(
        shop,
        "CREATE FUNCTION sluice.peek() RETURNS bytea LANGUAGE sql SECURITY DEFINER"
            + " RETURN (SELECT key FROM sluice.keys)",
        "Functions in schema sluice had been changed: they were made again");
    mends(
        shop,
        "GRANT SELECT ON sluice.keys TO PUBLIC",
        "PUBLIC had been given privileges on TABLE sluice.keys: they were taken away");
    mends(
        shop,
        "GRANT SELECT (key) ON sluice.keys TO " + shop.adminRole,
        "%s had been given privileges on TABLE sluice.keys".formatted(shop.adminRole));
    mends(
        shop,
        "GRANT CREATE ON SCHEMA sluice TO PUBLIC",
        "PUBLIC had been given privileges on SCHEMA sluice: they were taken away");
    assertThat(definitions(shop)).isEqualTo(before);
    assertThat(
            shop.superuser(
                "SELECT has_schema_privilege('public', 'sluice', 'USAGE')::text || bool_and("
                    + "has_function_privilege('public', oid, 'EXECUTE'))::text FROM pg_proc"
                    + " WHERE pronamespace = 'sluice'::regnamespace"))
        .containsExactly("truetrue");
  }

  @EngineCase
  void membersOfTheOwnerAreTakenOutOrTold(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    String stranger = TestServer.unique("stranger");
    shop.server.superuser(
        shop.database, "CREATE ROLE %1$s LOGIN; GRANT sluice_owner TO %1$s".formatted(stranger));
    Server server = shop.engine.prepare();
    boolean out =
        server
            .mended()
            .contains(
                "Role %s had been made a member of sluice_owner: it was taken out"
                    .formatted(stranger));
    boolean told =
        server.exposures().stream()
            .map(Exposure::message)
            .anyMatch(it -> it.startsWith("role %s is a member".formatted(stranger)));
    assertThat(out).isNotEqualTo(told);
    assertThat(out || kind == Admin.TABLE_OWNER).isTrue();
    assertThat(
            shop.superuser(
                "SELECT pg_has_role('%s', 'sluice_owner', 'MEMBER')::text".formatted(stranger)))
        .containsExactly(String.valueOf(told));
    shop.server.superuser(
        shop.database, "REVOKE sluice_owner FROM %1$s; DROP ROLE %1$s".formatted(stranger));
  }

  @EngineCase
  void loginsHaveNothingOfTheirOwn(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan("- {tables: [public.customers], privileges: [SELECT]}");
    shop.engine.apply(plan);
    Credential credential = shop.engine.issueLogin(plan, "pod-1");
    Connection session = shop.login(credential);
    String login = Sql.name(credential.username());
    String other = TestServer.unique("other");
    shop.server.superuser(
        shop.database,
        """
        ALTER ROLE %1$s CREATEROLE;
        GRANT SELECT ON public.customers TO %1$s;
        """
            .formatted(login));
    if (kind == Admin.SUPERUSER) {
      shop.server.superuser(
          shop.database,
          "CREATE ROLE %2$s; GRANT %2$s TO %1$s; ALTER ROLE %1$s BYPASSRLS"
              .formatted(login, other));
    }
    assertThat(shop.engine.apply(plan).mended())
        .hasSize(kind == Admin.SUPERUSER ? 4 : 2)
        .anyMatch(it -> it.contains("the attribute CREATEROLE"))
        .anyMatch(it -> it.contains("SELECT on public.customers"));
    assertThat(shop.engine.apply(plan).mended()).isEmpty();
    Governed.run(session, "SET ROLE NONE");
    denied(session, "SELECT ssn FROM public.customers");
    if (kind == Admin.SUPERUSER) {
      shop.server.superuser(shop.database, "DROP ROLE " + other);
    }
    shop.close();
  }

  private static String definitions(Governed shop) throws SQLException {
    return String.join(
        "",
        shop.superuser(
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace ="
                + " 'sluice'::regnamespace ORDER BY oid::regprocedure::text"));
  }

  private static void mends(Governed shop, String change, String sentence) throws SQLException {
    shop.server.superuser(shop.database, change);
    assertThat(shop.engine.prepare().mended())
        .as(change)
        .singleElement()
        .asString()
        .startsWith(sentence);
    assertThat(shop.engine.prepare().mended()).as(change).isEmpty();
  }
}
