package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.denied;
import static dev.sluice.operator.engine.postgresql.Governed.failure;
import static dev.sluice.operator.engine.postgresql.Governed.run;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.plan.AccessPlan;
import java.io.IOException;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/** What a governed session can find out about masked columns by SQL alone, without any gate. */
class MaskedReadingTest {
  private static final String GRANTS =
      """
      - {tables: [public.customers], privileges: [SELECT, INSERT, UPDATE, DELETE]}
      - {tables: [public.orders], privileges: [SELECT, INSERT]}
      """;

  @EngineCase
  void readingComesMasked(int version, Admin kind) throws SQLException, IOException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    assertThat(shop.engine.apply(plan).exposures()).isEmpty();
    Connection session = shop.login(plan);

    assertThat(strings(session, "SELECT current_user")).containsExactly(plan.role());
    assertThat(strings(session, "SELECT ssn FROM customers WHERE id = 1"))
        .containsExactly("*********31");
    assertThat(strings(session, "SELECT email FROM customers WHERE id = 1").getFirst())
        .matches("[0-9a-f]{12}@example\\.com");
    assertThat(strings(session, "SELECT birth_date FROM customers WHERE id = 1"))
        .containsExactly("1980-01-01");
    assertThat(strings(session, "SELECT note FROM customers WHERE id = 1")).containsExactly("null");
    assertThat(strings(session, "SELECT card FROM customers WHERE id = 1").getFirst())
        .matches("[0-9]{4} [0-9]{4} [0-9]{4} [0-9]{4}")
        .doesNotEndWith("1111");
    // Computed from a masked column, so masked with it.
    assertThat(strings(session, "SELECT ssn_digits FROM customers WHERE id = 1").getFirst())
        .doesNotContain("CANARY7731")
        .isEqualTo("********31");
    for (String query :
        new String[] {
          "SELECT row_to_json(c) FROM customers c",
          "SELECT c::text FROM customers c",
          "TABLE customers",
          "SELECT query_to_xml('TABLE customers', true, false, '')",
          "SELECT string_agg(ssn, ',') FROM customers",
          "SELECT ssn(c) FROM customers c",
          "WITH c AS (SELECT * FROM customers) SELECT ssn FROM c ORDER BY ssn",
          "SELECT max(ssn) FROM customers",
        }) {
      assertThat(strings(session, query))
          .as(query)
          .isNotEmpty()
          .noneMatch(it -> it.contains("CANARY"));
    }
    StringWriter copied = new StringWriter();
    session
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut("COPY (SELECT * FROM customers) TO STDOUT", copied);
    assertThat(copied.toString()).contains("Person 1").doesNotContain("CANARY");
    shop.close();
  }

  @EngineCase
  void tableBeneathKeepsItsMaskedColumns(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);

    denied(session, "SELECT ssn FROM public.customers");
    denied(session, "SELECT * FROM public.customers");
    denied(session, "SELECT c FROM public.customers c");
    denied(session, "SELECT row_to_json(c) FROM public.customers c");
    denied(session, "SELECT count(*) FROM public.customers WHERE ssn LIKE 'C%'");
    denied(session, "COPY public.customers TO STDOUT");
    denied(session, "DO $$ BEGIN PERFORM ssn FROM public.customers; END $$");
    denied(session, "UPDATE public.customers SET name = ssn WHERE id = 1");
    denied(session, "UPDATE public.customers SET name = 'x' WHERE id = 1 RETURNING ssn");
    denied(session, "DELETE FROM public.customers WHERE ssn = 'CANARY-7731'");
    denied(
        session,
        "INSERT INTO public.customers (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET"
            + " name = customers.ssn");
    denied(
        session,
        "INSERT INTO public.customers (name, ssn) VALUES ('x', 'CANARY-7731') ON CONFLICT (ssn) DO"
            + " NOTHING");
    denied(session, "SELECT * FROM public.secrets");
    denied(session, "SELECT * FROM public.customer_list");
    denied(session, "SELECT * FROM public.customer_codes");
    denied(session, "SELECT key FROM sluice.keys");
    denied(session, "CREATE VIEW public.mine AS SELECT 1");
    denied(session, "ALTER TABLE public.customers ADD COLUMN mine int");
    denied(session, "DROP VIEW customers");
    denied(session, "CREATE OR REPLACE VIEW customers AS SELECT 1 AS id");
    assertThat(
            strings(
                session,
                "SELECT coalesce(most_common_vals::text, histogram_bounds::text) FROM pg_stats"
                    + " WHERE tablename = 'customers' AND attname IN ('ssn', 'email', 'note',"
                    + " 'ssn_digits')"))
        .isEmpty();
    run(session, "SET ROLE NONE");
    denied(session, "SELECT id FROM public.orders");
    run(session, "RESET ROLE");
    assertThat(strings(session, "SELECT id FROM public.orders LIMIT 1")).hasSize(1);
    shop.close();
  }

  @EngineCase
  void errorsTellNothing(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    for (String statement :
        new String[] {
          "UPDATE public.customers SET id = NULL WHERE id = 1",
          "UPDATE public.customers SET name = NULL WHERE id = 1",
          "UPDATE public.customers SET region = NULL WHERE id = 1",
          "SELECT ssn::int FROM customers WHERE id = 1",
          "SELECT name FROM customers WHERE id = 1 AND ssn::date > now()",
          "DELETE FROM public.customers WHERE id = 1",
          "INSERT INTO public.customers (id, name) VALUES (1, 'x')",
        }) {
      SQLException error = failure(session, statement);
      assertThat(error.toString()).as(statement).doesNotContain("CANARY").doesNotContain("1980");
    }
    shop.close();
  }

  @EngineCase
  void functionOfOnesOwnSeesMaskedValues(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(GRANTS);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    // A function with a low cost is called before other conditions, with whatever is there.
    run(
        session,
        """
        CREATE FUNCTION pg_temp.spy(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
        AS $$ BEGIN IF $1 LIKE '%CANARY%' THEN RAISE EXCEPTION 'leak %', $1; END IF; RETURN true; END $$
        """);
    // Names that mask functions use, in a schema ahead of pg_catalog.
    run(
        session,
        """
        CREATE FUNCTION pg_temp.repeat(text, int) RETURNS text LANGUAGE sql AS 'SELECT $1';
        SET search_path = pg_temp, pg_catalog
        """);
    String view = Sql.name(plan.holder(), "customers");
    assertThat(strings(session, "SELECT ssn FROM %s WHERE pg_temp.spy(ssn)".formatted(view)))
        .hasSize(20)
        .noneMatch(it -> it.contains("CANARY"));
    assertThat(
            strings(session, "SELECT c::text FROM %s c WHERE pg_temp.spy(c::text)".formatted(view)))
        .hasSize(20);
    shop.close();
  }
}
