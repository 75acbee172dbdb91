package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operator.engine.Applied;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.Exposure;
import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** An engine that knows what it applied makes what differs, and notices what somebody changed. */
class KnownPlanTest {
  private static final String GRANTS =
      """
      - {tables: [public.customers], privileges: [SELECT, UPDATE]}
      - {tables: [public.orders], privileges: [SELECT, INSERT]}
      """;

  private static final String WITHOUT_NAME =
      """
      metadata: {name: stricter}
      spec: {rules: [{match: {columns: [public.customers.name]}, mask: {type: Nullify}}]}
      """;

  /** Whatever the way from plan to plan, an engine that knows nothing finds nothing to do. */
  @EngineCase
  void makesWhatDiffersAsIfAllWereMade(int version, Admin kind) throws SQLException {
    Governed shop =
        Governed.database(
            version,
            kind,
            Governed.SHOP
                + """
                CREATE SEQUENCE shared_numbers;
                CREATE TABLE one (id bigint DEFAULT nextval('shared_numbers'), ssn text);
                CREATE TABLE two (id bigint DEFAULT nextval('shared_numbers'), ssn text);
                """);
    shop.engine.prepare();
    List<String> ways =
        List.of(
            GRANTS,
            "- {tables: [public.customers], privileges: [SELECT]}",
            "- {tables: [public.customers, public.orders, public.secrets], privileges: [SELECT]}",
            """
            - {tables: [public.one, public.two], privileges: [SELECT, INSERT]}
            - {tables: [public.customers], privileges: [SELECT, INSERT, UPDATE], columns: [id, region, ssn]}
            """,
            "- {tables: [public.one], privileges: [SELECT]}\n"
                + "- {tables: [public.two], privileges: [SELECT, INSERT]}",
            "- {tables: [public.two], privileges: [SELECT, INSERT, UPDATE, DELETE]}",
            "- {tables: [public.customers], privileges: [SELECT, UPDATE], rows: \"region = 'EU'\"}",
            "- {tables: [public.customers], privileges: [SELECT, UPDATE], rows: \"region = 'US'\"}",
            "- {tables: [public.orders], privileges: [SELECT]}",
            GRANTS);
    for (String grants : ways) {
      for (String[] policies :
          List.of(new String[] {Governed.POLICY, WITHOUT_NAME}, new String[] {Governed.POLICY})) {
        AccessPlan plan = shop.plan(Governed.access("orders", grants), Governed.DATABASE, policies);
        Applied applied = shop.engine.apply(plan);
        assertThat(applied.mended()).as(grants).isEmpty();
        assertThat(applied.exposures()).as(grants).isEmpty();
        Applied looked = shop.engine(shop.adminRole, "admin-password").apply(plan);
        assertThat(looked.mended()).as(grants).isEmpty();
        assertThat(looked.changed()).as(grants).isFalse();
        assertThat(shop.engine.apply(plan).changed()).as(grants).isFalse();
      }
    }
    shop.close();
  }

  @EngineCase
  void mendsBetweenTwoChangesOfThePlan(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    String role = Sql.name(plan.holder());
    String view = Sql.name(plan.holder(), "customers");
    List<String> changes =
        List.of(
            "GRANT SELECT (ssn) ON public.customers TO " + role,
            "GRANT SELECT ON public.customers TO %s WITH GRANT OPTION".formatted(role),
            "GRANT SELECT ON public.secrets TO " + role,
            "CREATE OR REPLACE VIEW %s AS SELECT * FROM public.customers".formatted(view),
            "DROP VIEW %s".formatted(view),
            "ALTER VIEW %s OWNER TO postgres".formatted(view),
            "COMMENT ON VIEW %s IS NULL".formatted(view),
            "CREATE VIEW %s AS SELECT ssn AS s FROM public.customers; GRANT SELECT ON %s TO %s"
                .formatted(Sql.name(plan.holder(), "more"), Sql.name(plan.holder(), "more"), role),
            """
            ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA public GRANT SELECT ON TABLES TO %s;
            SET ROLE %s; CREATE TABLE public.later (ssn text); RESET ROLE;
            ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA public REVOKE SELECT ON TABLES FROM %s\
            """
                .formatted(shop.adminRole, role, shop.adminRole, shop.adminRole, role),
            "DELETE FROM sluice.masked_columns");
    int turn = 0;
    for (String change : changes) {
      // The plan differs in another table's mask from the one that is known.
      turn++;
      AccessPlan next =
          shop.plan(
              Governed.access("orders", GRANTS),
              Governed.DATABASE,
              Governed.POLICY,
              """
              metadata: {name: turn}
              spec: {rules: [{match: {columns: [public.orders.%s]}, mask: {type: Nullify}}]}
              """
                  .formatted(turn % 2 == 0 ? "total" : "created"));
      shop.engine.apply(next);
      AccessPlan after =
          shop.plan(Governed.access("orders", GRANTS), Governed.DATABASE, Governed.POLICY);
      shop.server.superuser(shop.database, change);
      shop.engine.apply(after);
      Applied looked = shop.engine(shop.adminRole, "admin-password").apply(after);
      assertThat(looked.mended()).as(change).isEmpty();
      assertThat(looked.changed()).as(change).isFalse();
      assertThat(strings(session, "SELECT ssn FROM customers WHERE id = 1"))
          .as(change)
          .containsExactly("*********31");
      Governed.denied(session, "SELECT ssn FROM public.customers");
      assertThat(shop.superuser("SELECT name FROM sluice.masked_columns"))
          .as(change)
          .contains("ssn", "card");
    }
    shop.close();
  }

  @EngineCase
  void tellsWhatSomebodyOpened(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    String owner = Sql.name(TestServer.unique("reader"));
    shop.server.superuser(
        shop.database,
        """
        CREATE ROLE %s;
        CREATE FUNCTION public.peek() RETURNS text LANGUAGE sql SECURITY DEFINER
          RETURN (SELECT string_agg(value, '') FROM public.secrets);
        ALTER FUNCTION public.peek() OWNER TO %s;
        """
            .formatted(owner, owner));
    shop.engine.apply(plan);
    assertThat(shop.engine.apply(plan).exposures()).isEmpty();

    tells(
        shop,
        plan,
        "GRANT SELECT (ssn) ON public.customers TO PUBLIC",
        "REVOKE SELECT (ssn) ON public.customers FROM PUBLIC");
    tells(
        shop,
        plan,
        "GRANT SELECT ON public.customers TO PUBLIC",
        "REVOKE SELECT ON public.customers FROM PUBLIC");
    tells(
        shop,
        plan,
        "GRANT SELECT (ssn) ON public.customers TO " + owner,
        "REVOKE SELECT (ssn) ON public.customers FROM " + owner);
    tells(
        shop, plan, "GRANT pg_read_all_data TO " + owner, "REVOKE pg_read_all_data FROM " + owner);
    tells(
        shop,
        plan,
        "ALTER ROLE %s SUPERUSER".formatted(owner),
        "ALTER ROLE %s NOSUPERUSER".formatted(owner));
    tells(
        shop,
        plan,
        """
        CREATE FUNCTION public.look() RETURNS text LANGUAGE sql SECURITY DEFINER
          RETURN (SELECT string_agg(ssn, '') FROM public.customers)\
        """,
        "DROP FUNCTION public.look()");
    shop.close();
  }

  private static void tells(Governed shop, AccessPlan plan, String opened, String closed)
      throws SQLException {
    shop.server.superuser(shop.database, opened);
    assertThat(shop.engine.apply(plan).exposures()).as(opened).isNotEmpty();
    assertThat(shop.engine.apply(plan).exposures()).as(opened).isNotEmpty();
    shop.server.superuser(shop.database, closed);
    assertThat(shop.engine.apply(plan).exposures()).as(closed).isEmpty();
    assertThat(shop.engine.apply(plan).exposures()).as(closed).isEmpty();
  }

  /** A mask that comes newly is looked at also where nothing else changed. */
  @EngineCase
  void tellsWhatANewMaskFindsOpen(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    shop.server.superuser(shop.database, "GRANT SELECT (name) ON public.customers TO PUBLIC");
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    assertThat(shop.engine.apply(plan).exposures()).isEmpty();
    AccessPlan stricter =
        shop.plan(
            Governed.access("orders", GRANTS), Governed.DATABASE, Governed.POLICY, WITHOUT_NAME);
    assertThat(shop.engine.apply(stricter).exposures())
        .singleElement()
        .extracting(Exposure::sentence)
        .asString()
        .contains("PUBLIC may read name of");
    shop.close();
  }

  @EngineCase
  void takesNothingForKnownAfterAFailure(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    AccessPlan refused =
        shop.plan(
            Governed.access(
                "orders",
                "- {tables: [public.customers], privileges: [SELECT], rows: \"no_column = 1\"}"),
            Governed.DATABASE,
            Governed.POLICY);
    shop.server.superuser(
        shop.database, "GRANT SELECT (ssn) ON public.customers TO " + Sql.name(plan.holder()));
    assertThatThrownBy(() -> shop.engine.apply(refused)).isInstanceOf(EngineException.class);
    assertThat(shop.engine.apply(plan).mended())
        .singleElement()
        .asString()
        .contains("had been given SELECT on column public.customers.ssn");
    assertThat(shop.engine.apply(plan).changed()).isFalse();
    shop.close();
  }
}
