package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.denied;
import static dev.sluice.operator.engine.postgresql.Governed.failure;
import static dev.sluice.operator.engine.postgresql.Governed.run;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operator.engine.EngineException;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.PlanResult;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing, limited columns, limited rows and row-level security. */
class WritingTest {
  @EngineCase
  void writesGoToTheTable(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan =
        shop.plan(
            """
            - {tables: [public.customers], privileges: [SELECT, INSERT, UPDATE, DELETE]}
            - {tables: [public.orders], privileges: [SELECT, INSERT]}
            """);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);

    run(session, "INSERT INTO public.orders (customer_id, total) VALUES (1, 12.50)");
    denied(session, "UPDATE public.orders SET total = 1");
    denied(session, "DELETE FROM public.orders");
    denied(session, "TRUNCATE public.orders");
    run(session, "INSERT INTO public.customers (name, ssn) VALUES ('New', '123-45-6789')");
    run(session, "UPDATE public.customers SET name = 'Changed' WHERE id = 2");
    run(session, "UPDATE public.customers SET ssn = '987-65-4321' WHERE id = 3");
    run(session, "DELETE FROM public.customers WHERE name = 'New'");
    assertThat(
            strings(
                session, "UPDATE public.customers SET name = 'x' WHERE id = 4 RETURNING id, name"))
        .containsExactly("4");
    // As an ORM locks what it is about to change.
    session.setAutoCommit(false);
    assertThat(strings(session, "SELECT ssn FROM customers WHERE id = 5 FOR UPDATE"))
        .containsExactly("*********35");
    session.rollback();
    session.setAutoCommit(true);
    assertThat(shop.superuser("SELECT name || ssn FROM customers WHERE id IN (2, 3) ORDER BY id"))
        .containsExactly("ChangedCANARY-7732", "Person 3987-65-4321");
    shop.close();
  }

  @EngineCase
  void columnsOfAGrantAreAllThereIs(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan =
        shop.plan(
            "- {tables: [public.customers], privileges: [SELECT, UPDATE, INSERT], columns: [id,"
                + " name, ssn]}");
    shop.engine.apply(plan);
    Connection session = shop.login(plan);

    assertThat(strings(session, "SELECT c FROM customers c WHERE id = 1").getFirst())
        .isEqualTo("(1,\"Person 1\",*********31)");
    assertThat(failure(session, "SELECT email FROM customers").getSQLState()).isEqualTo("42703");
    denied(session, "SELECT email FROM public.customers");
    denied(session, "SELECT region FROM public.customers");
    run(session, "UPDATE public.customers SET name = 'x' WHERE id = 1");
    denied(session, "UPDATE public.customers SET region = 'US' WHERE id = 1");
    denied(session, "INSERT INTO public.customers (name, email) VALUES ('x', 'y')");
    run(session, "INSERT INTO public.customers (name, ssn) VALUES ('x', 'y')");
    shop.close();
  }

  @EngineCase
  void rowsOfAGrantAreAllThereAre(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan =
        shop.plan(
            """
            - tables: [public.customers]
              privileges: [SELECT, INSERT, UPDATE, DELETE]
              rows: "region = 'EU' -- and no other"
            """);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);

    assertThat(strings(session, "SELECT DISTINCT region FROM customers")).containsExactly("EU");
    denied(session, "SELECT id FROM public.customers");
    denied(session, "UPDATE public.customers SET name = 'x'");
    run(session, "UPDATE customers SET name = 'renamed'");
    assertThat(shop.superuser("SELECT count(*) FROM customers WHERE name = 'renamed'"))
        .containsExactly("10");
    assertThat(failure(session, "UPDATE customers SET region = 'US'").getSQLState())
        .isEqualTo("44000");
    assertThat(
            failure(session, "INSERT INTO customers (name, region) VALUES ('x', 'US')")
                .getSQLState())
        .isEqualTo("44000");
    run(session, "INSERT INTO customers (name, region) VALUES ('x', 'EU')");
    run(session, "DELETE FROM customers WHERE name = 'x'");
    run(
        session,
        """
        CREATE FUNCTION pg_temp.spy(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
        AS $$ BEGIN IF $1 = 'US' THEN RAISE EXCEPTION 'leak'; END IF; RETURN true; END $$
        """);
    assertThat(strings(session, "SELECT id FROM customers WHERE pg_temp.spy(region)")).hasSize(10);
    shop.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssn LIKE 'CANARY-77%'",
        "customers::text LIKE '%CANARY%'",
        "to_jsonb(customers) ->> 'ssn' = 'x'",
        "ssn(customers) = 'x'",
        "EXISTS (SELECT FROM public.secrets)",
        "id IN (SELECT id FROM public.secrets)",
        "(SELECT true)",
        "true) UNION SELECT * FROM public.customers WHERE (true",
        "true; DROP TABLE public.secrets",
        "E'\\') OR (true",
        "$x$ $x$) OR ('' = ''",
        "region = 'EU' /* not closed",
        "region = 'EU",
        "nonsense = 1",
        "count(*) > 1",
        "region",
        "currval('public.customers_id_seq') > 0 AND ssn_digits IS NOT NULL",
      })
  void rowsCannotBeMisused(String predicate) throws SQLException {
    Governed shop = Governed.database(18, Admin.TABLE_OWNER, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan =
        shop.plan(
            "- {tables: [public.customers], privileges: [SELECT], rows: %s}"
                .formatted(yaml(predicate)));
    assertThatThrownBy(() -> shop.engine.apply(plan))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("spec.grants[0].rows: ")
        .extracting("category")
        .isEqualTo(EngineException.Category.PlanRefused);
    assertThat(
            shop.superuser(
                "SELECT rolname FROM pg_roles WHERE rolname = '%s'".formatted(plan.role())))
        .isEmpty();
  }

  private static String yaml(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  @EngineCase
  void rowSecurityGoesOnHolding(int version, Admin kind) throws SQLException {
    Governed shop =
        Governed.database(
            version,
            kind,
            Governed.SHOP
                + """
                ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
                CREATE POLICY small ON customers TO PUBLIC USING (id <= 3);
                """);
    shop.engine.prepare();
    AccessPlan plan = shop.plan("- {tables: [public.customers], privileges: [SELECT]}");
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    assertThat(strings(session, "SELECT id FROM customers ORDER BY id"))
        .containsExactly("1", "2", "3");
    assertThat(strings(session, "SELECT id FROM public.customers ORDER BY id"))
        .containsExactly("1", "2", "3");

    // A policy for some role alone: neither the owner of views nor a governed role is that role.
    shop.admin("CREATE POLICY others ON customers TO %s USING (true)".formatted(shop.adminRole));
    PlanResult result =
        shop.result(
            Governed.access("orders", "- {tables: [public.customers], privileges: [SELECT]}"),
            Governed.DATABASE,
            Governed.POLICY);
    assertThat(result).isInstanceOf(PlanResult.Rejected.class);
    assertThat(result.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.reason()).isEqualTo("RowSecurityForRoles");
              assertThat(problem.field()).isEqualTo("spec.grants[0].tables[0]");
            });
    shop.close();
  }
}
