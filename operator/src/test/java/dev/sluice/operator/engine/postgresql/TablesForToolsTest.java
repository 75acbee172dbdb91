package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.SQLException;

/** What the gate has tools ask in the place of PostgreSQL's functions about the search path. */
class TablesForToolsTest {
  private static final String FOUND =
      """
      SELECT c.relkind::text || ' ' || n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relname = '%s' AND sluice.pg_table_is_visible(c.oid)
      """;

  @EngineCase
  void tablesAreFoundInThePlaceOfTheirViews(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan =
        shop.plan(
            """
            - {tables: [public.customers], privileges: [SELECT, UPDATE]}
            - {tables: [public.orders], privileges: [SELECT], rows: "id > 0"}
            """);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);

    assertThat(strings(session, "SELECT current_schema()")).containsExactly(plan.holder());
    assertThat(strings(session, "SELECT sluice.current_schema()")).containsExactly("public");
    assertThat(strings(session, FOUND.formatted("customers"))).containsExactly("r public");
    assertThat(strings(session, FOUND.formatted("orders"))).containsExactly("r public");
    assertThat(strings(session, FOUND.formatted("pg_class"))).containsExactly("r pg_catalog");
    // What PostgreSQL says of a relation that is not there, and of one that has no view.
    assertThat(strings(session, "SELECT sluice.pg_table_is_visible(0::oid)"))
        .containsExactly("null");
    assertThat(
            strings(
                session,
                """
                SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname NOT LIKE 'sluice%' AND c.relname NOT IN ('customers', 'orders')
                  AND sluice.pg_table_is_visible(c.oid) IS DISTINCT FROM pg_table_is_visible(c.oid)
                """))
        .isEmpty();

    // What a session makes stands ahead of both.
    Governed.run(session, "SET search_path = sluice, pg_catalog");
    assertThat(strings(session, "SELECT sluice.current_schema()")).containsExactly("pg_catalog");
    assertThat(strings(session, FOUND.formatted("customers"))).isEmpty();
    shop.close();
  }

  @EngineCase
  void aViewWithoutATableOfItsNameIsFound(int version, Admin kind) throws SQLException {
    Governed shop =
        Governed.database(
            version,
            kind,
            Governed.SHOP + "CREATE SCHEMA hr; CREATE TABLE hr.staff (id int, pay int)");
    shop.engine.prepare();
    AccessPlan plan =
        shop.plan(
            Governed.access(
                "orders", "- {tables: [hr.staff], privileges: [SELECT], rows: \"id > 0\"}"),
            Governed.DATABASE + "  ceiling: {schemas: [public, hr]}\n",
            Governed.POLICY);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);

    assertThat(strings(session, FOUND.formatted("staff")))
        .singleElement()
        .isIn("v " + plan.holder(), "r hr");
    shop.close();
  }
}
