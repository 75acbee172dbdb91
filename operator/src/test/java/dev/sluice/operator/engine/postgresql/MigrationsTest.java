package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.denied;
import static dev.sluice.operator.engine.postgresql.Governed.failure;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.SQLException;

/** Who changes a table has its masked views step aside. */
class MigrationsTest {
  private static final String GRANTS =
      "- {tables: [public.customers], privileges: [SELECT], lookup: Exact}\n"
          + "- {tables: [public.orders], privileges: [SELECT], columns: [id]}";
  private static final String DATABASE = Governed.DATABASE + "  ceiling: {lookupsPerMinute: 60}\n";

  @EngineCase
  void aShownColumnIsRetypedAndDropped(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(Governed.access("first", GRANTS), DATABASE, Governed.POLICY);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    String change = "ALTER TABLE customers ALTER COLUMN email TYPE varchar(80)";
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> shop.admin(change))
        .satisfies(refused -> assertThat(refused.getSQLState()).isEqualTo("0A000"));

    shop.admin(
        "DROP VIEW customer_list; SELECT sluice.drop_masked_views('customers'); %s; ALTER TABLE customers DROP COLUMN card"
            .formatted(change));

    // Until the views are made again, the table is there with what may be read of it as it is.
    denied(session, "SELECT email FROM customers");
    assertThat(strings(session, "SELECT id FROM orders LIMIT 1")).hasSize(1);
    AccessPlan next = shop.plan(Governed.access("first", GRANTS), DATABASE, Governed.POLICY);
    shop.engine.apply(next);
    assertThat(strings(session, "SELECT pg_typeof(email) || '' FROM customers LIMIT 1"))
        .containsExactly("character varying");
    assertThat(strings(session, "SELECT email FROM customers WHERE id = 1"))
        .singleElement()
        .asString()
        .doesNotStartWith("person1@");
    shop.close();
  }

  @EngineCase
  void nobodyElseMay(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(Governed.access("first", GRANTS), DATABASE, Governed.POLICY);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    assertThat(failure(session, "SELECT sluice.drop_masked_views('public.customers')").getMessage())
        .contains("must be owner of relation");
    assertThat(strings(session, "SELECT count(*) FROM customers")).containsExactly("20");
    // What somebody made of a view is not swept away with it.
    shop.server.superuser(
        shop.database,
        "CREATE VIEW public.report AS SELECT id FROM %s"
            .formatted(Sql.name(plan.holder(), "customers")));
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> shop.admin("SELECT sluice.drop_masked_views('customers')"))
        .satisfies(refused -> assertThat(refused.getSQLState()).isEqualTo("2BP01"));
    shop.close();
  }
}
