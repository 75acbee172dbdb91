package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.denied;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.engine.Applied;
import dev.sluice.operator.engine.Exposure;
import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.SQLException;

/** What somebody else changes in the database is put right or told. */
class DriftTest {
  private static final String GRANTS =
      """
      - {tables: [public.customers], privileges: [SELECT, UPDATE]}
      - {tables: [public.orders], privileges: [SELECT, INSERT]}
      """;

  @EngineCase
  void applyingAgainChangesNothing(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    assertThat(shop.engine.apply(plan).changed()).isTrue();
    String state =
        String.join(
            "",
            shop.superuser(
                """
                SELECT c.oid::text || c.xmin::text || coalesce(c.relacl::text, '')
                FROM pg_class c WHERE relnamespace IN ('public'::regnamespace, '"%s"'::regnamespace)
                ORDER BY c.oid
                """
                    .formatted(plan.holder())));
    shop.engine.prepare();
    Applied again = shop.engine.apply(shop.plan(GRANTS));
    assertThat(again)
        .isEqualTo(
            new Applied(
                plan, false, java.util.List.of(), java.util.List.of(), java.util.List.of()));
    assertThat(
            String.join(
                "",
                shop.superuser(
                    """
                    SELECT c.oid::text || c.xmin::text || coalesce(c.relacl::text, '')
                    FROM pg_class c WHERE relnamespace IN ('public'::regnamespace, '"%s"'::regnamespace)
                    ORDER BY c.oid
                    """
                        .formatted(plan.holder()))))
        .isEqualTo(state);
  }

  @EngineCase
  void mendsWhatSomebodyChanged(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    String role = Sql.name(plan.holder());
    String view = Sql.name(plan.holder(), "customers");

    mends(
        shop,
        plan,
        "CREATE OR REPLACE VIEW %s AS SELECT * FROM public.customers".formatted(view),
        "View %s.customers had been changed".formatted(plan.holder()));
    mends(
        shop,
        plan,
        "DROP VIEW %s".formatted(view),
        "View %s.customers was missing".formatted(plan.holder()));
    mends(
        shop,
        plan,
        "DROP SCHEMA %s CASCADE".formatted(role),
        "Schema %s was missing".formatted(plan.holder()));
    mends(
        shop,
        plan,
        "ALTER VIEW %s OWNER TO postgres".formatted(view),
        "View %s.customers had been changed".formatted(plan.holder()));
    mends(
        shop,
        plan,
        "GRANT SELECT (ssn), DELETE ON public.customers TO %s WITH GRANT OPTION".formatted(role),
        "had been given DELETE on public.customers, SELECT on column public.customers.ssn");
    mends(
        shop,
        plan,
        "GRANT SELECT ON public.orders TO %s WITH GRANT OPTION".formatted(role),
        "had been allowed to pass on SELECT on public.orders");
    mends(
        shop,
        plan,
        "GRANT CREATE ON SCHEMA public TO %s".formatted(role),
        "had been given CREATE on schema public");
    mends(
        shop,
        plan,
        "REVOKE INSERT ON public.orders FROM %s".formatted(role),
        "had lost INSERT on public.orders");
    mends(
        shop,
        plan,
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql RETURN 1; REVOKE ALL ON FUNCTION"
            + " public.f() FROM PUBLIC; ALTER FUNCTION public.f() OWNER TO %s;"
                .formatted(shop.adminRole)
            + " GRANT EXECUTE ON FUNCTION public.f() TO %s".formatted(role),
        "had been given privileges on ROUTINE public.f()");
    mends(
        shop,
        plan,
        "ALTER ROLE %s SET search_path = public".formatted(role),
        "had been given settings of its own");
    mends(
        shop,
        plan,
        "ALTER ROLE %s CREATEROLE".formatted(role),
        "had been given the attribute CREATEROLE");
    if (kind == Admin.SUPERUSER) {
      mends(
          shop,
          plan,
          "ALTER ROLE %s SUPERUSER".formatted(role),
          "had been given the attribute SUPERUSER");
      mends(
          shop,
          plan,
          "GRANT pg_read_all_data TO %s".formatted(role),
          "had been made a member of pg_read_all_data");
    }
    assertThat(strings(session, "SELECT ssn FROM customers WHERE id = 1"))
        .containsExactly("*********31");
    denied(session, "SELECT ssn FROM public.customers");
    shop.close();
  }

  private static void mends(Governed shop, AccessPlan plan, String change, String sentence)
      throws SQLException {
    shop.server.superuser(shop.database, change);
    Applied applied = shop.engine.apply(plan);
    assertThat(applied.mended()).as(change).singleElement().asString().contains(sentence);
    assertThat(shop.engine.apply(plan).mended()).as(change).isEmpty();
  }

  @EngineCase
  void changedPlanIsNoDrift(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    assertThat(strings(session, "SELECT email FROM customers WHERE id = 1").getFirst())
        .contains("@");

    AccessPlan stricter =
        shop.plan(
            Governed.access("orders", "- {tables: [public.customers], privileges: [SELECT]}"),
            Governed.DATABASE,
            Governed.POLICY,
            """
            metadata: {name: stricter}
            spec: {rules: [{match: {columns: [public.customers.email, public.customers.name]}, mask: {type: Nullify}}]}
            """);
    Applied applied = shop.engine.apply(stricter);
    assertThat(applied.changed()).isTrue();
    assertThat(applied.mended()).isEmpty();
    // The session that was open sees it with its next statement.
    assertThat(strings(session, "SELECT coalesce(email, name, '-') FROM customers WHERE id = 1"))
        .containsExactly("-");
    denied(session, "SELECT name FROM public.customers");
    denied(session, "UPDATE public.customers SET region = 'x' WHERE id = 1");
    denied(session, "SELECT id FROM public.orders");
    shop.close();
  }

  @EngineCase
  void openSessionObeysTheFirstMaskAndTheEndOfTheLast(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    String access = Governed.access("orders", GRANTS);
    AccessPlan open = shop.plan(access, Governed.DATABASE);
    shop.engine.apply(open);
    Connection session = shop.login(open);
    Governed.run(session, "PREPARE one AS SELECT ssn FROM customers WHERE id = 1");
    assertThat(strings(session, "EXECUTE one")).containsExactly("CANARY-7731");

    shop.engine.apply(shop.plan(access, Governed.DATABASE, Governed.POLICY));
    assertThat(strings(session, "SELECT ssn FROM customers WHERE id = 1"))
        .containsExactly("*********31");
    assertThat(strings(session, "EXECUTE one")).containsExactly("*********31");
    denied(session, "SELECT ssn FROM public.customers");

    shop.engine.apply(open);
    assertThat(strings(session, "EXECUTE one")).containsExactly("CANARY-7731");
    shop.close();
  }

  @EngineCase
  void sessionIdleInItsTransactionHoldsBackNoMask(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    Connection idle = shop.login(plan);
    idle.setAutoCommit(false);
    assertThat(strings(idle, "SELECT ssn FROM customers WHERE id = 1"))
        .containsExactly("*********31");
    Connection other = shop.login(plan);

    AccessPlan stricter =
        shop.plan(
            Governed.access("orders", GRANTS),
            Governed.DATABASE,
            Governed.POLICY,
            """
            metadata: {name: stricter}
            spec: {rules: [{match: {columns: [public.customers.ssn]}, mask: {type: Nullify}}]}
            """);
    assertThat(shop.engine.apply(stricter).changed()).isTrue();
    assertThat(strings(other, "SELECT ssn FROM customers WHERE id = 1")).containsExactly("null");
    assertThat(Governed.failure(idle, "SELECT 1").getSQLState()).isIn("57P01", "08006");
    shop.close();
  }

  @EngineCase
  void renamedColumnStaysMasked(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    shop.engine.apply(shop.plan(GRANTS));
    shop.admin("ALTER TABLE customers RENAME COLUMN ssn TO social_security");
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    assertThat(strings(session, "SELECT social_security FROM customers WHERE id = 1"))
        .containsExactly("*********31");
    denied(session, "SELECT social_security FROM public.customers");
    shop.close();
  }

  @EngineCase
  void renamedTableStaysMasked(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    shop.engine.apply(shop.plan(GRANTS));
    shop.admin(
        """
        ALTER TABLE customers RENAME TO clients;
        ALTER TABLE clients RENAME COLUMN ssn TO social_security;
        """);
    AccessPlan plan = shop.plan("- {tables: [public.clients], privileges: [SELECT]}");
    shop.engine.apply(plan);
    // What was noted under the new name does not replace the old one.
    plan = shop.plan("- {tables: [public.clients], privileges: [SELECT]}");
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    assertThat(strings(session, "SELECT social_security FROM clients WHERE id = 1"))
        .containsExactly("*********31");
    assertThat(strings(session, "SELECT email FROM clients WHERE id = 1").getFirst())
        .doesNotContain("person1");
    denied(session, "SELECT social_security FROM public.clients");
    shop.close();
  }

  @EngineCase
  void masksAreRememberedInSchemasThatNoViewReads(int version, Admin kind) throws SQLException {
    Governed shop =
        Governed.database(
            version,
            kind,
            Governed.SHOP + "CREATE SCHEMA hr; CREATE TABLE hr.staff (id int, pay int)");
    shop.engine.prepare();
    shop.engine.apply(
        shop.plan(
            Governed.access("orders", GRANTS),
            Governed.DATABASE + "  ceiling: {schemas: [public, hr]}\n",
            Governed.POLICY,
            """
            metadata: {name: pay}
            spec: {rules: [{match: {columns: [hr.staff.pay]}, mask: {type: Nullify}}]}
            """));
    assertThat(
            shop.superuser(
                "SELECT name FROM sluice.masked_columns WHERE relation = 'hr.staff'::regclass"))
        .containsExactly("pay");
  }

  @EngineCase
  void waysAroundAreTold(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    assertThat(shop.engine.apply(plan).exposures()).isEmpty();
    shop.admin(
        """
        GRANT SELECT ON customers TO PUBLIC;
        GRANT SELECT (code) ON customer_codes TO PUBLIC;
        CREATE FUNCTION peek() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT ssn FROM public.customers LIMIT 1';
        """);
    assertThat(shop.engine.apply(plan).exposures())
        .extracting(Exposure::sentence)
        .anyMatch(
            it ->
                it.startsWith(
                    "PUBLIC may read email, ssn, card, birth_date, note, ssn_digits of"
                        + " public.customers as it is"))
        .anyMatch(it -> it.startsWith("PUBLIC may read code of public.customer_codes as it is"))
        .anyMatch(
            it ->
                it.startsWith("function public.peek() runs with the rights of " + shop.adminRole));
    shop.admin(
        """
        REVOKE SELECT ON customers FROM PUBLIC;
        REVOKE SELECT (code) ON customer_codes FROM PUBLIC;
        REVOKE EXECUTE ON FUNCTION peek() FROM PUBLIC;
        """);
    assertThat(shop.engine.apply(plan).exposures()).isEmpty();
  }
}
