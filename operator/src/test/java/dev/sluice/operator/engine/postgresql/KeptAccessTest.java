package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.denied;
import static dev.sluice.operator.engine.postgresql.Governed.run;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operator.engine.Applied;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.PlanResult;
import java.sql.Connection;
import java.sql.SQLException;

/** What stays of an access that cannot be given as it is written now. */
class KeptAccessTest {
  private static final String GRANTS =
      """
      - {tables: [public.customers], privileges: [SELECT], rows: "email LIKE '%1@example.com'"}
      - {tables: [public.orders], privileges: [SELECT, INSERT]}
      """;
  private static final String ACCESS = Governed.access("orders", GRANTS);

  @EngineCase
  void masksReachItAllTheSame(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan open = shop.plan(ACCESS, Governed.DATABASE);
    shop.engine.apply(open);
    Connection session = shop.login(open);
    assertThat(strings(session, "SELECT ssn FROM customers")).contains("CANARY-7731").hasSize(2);

    // A table that does not exist, and more than before.
    String wrong =
        Governed.access(
            "orders",
            """
            - {tables: [public.customer, public.secrets], privileges: [SELECT]}
            """);
    String masks =
        """
        metadata: {name: stricter}
        spec: {rules: [{match: {columns: [public.customers.ssn]}, mask: {type: Nullify}}]}
        """;
    assertThat(shop.result(wrong, Governed.DATABASE, masks))
        .isInstanceOf(PlanResult.Rejected.class);
    Applied applied = shop.engine.keep(shop.kept(wrong, Governed.DATABASE, masks));
    assertThat(applied.changed()).isTrue();
    assertThat(applied.closed()).isEmpty();
    assertThat(strings(session, "SELECT ssn FROM customers")).hasSize(2).containsOnly("null");
    assertThat(strings(session, "SELECT count(*) FROM orders")).containsExactly("20");
    denied(session, "SELECT * FROM public.secrets");
    // It is still what was given last that stays.
    assertThat(shop.engine.keep(shop.kept(wrong, Governed.DATABASE, masks)).changed()).isFalse();
    shop.close();
  }

  @EngineCase
  void filterThatCannotBeUsedShowsNoRows(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan open = shop.plan(ACCESS, Governed.DATABASE);
    shop.engine.apply(open);
    Connection session = shop.login(open);

    AccessPlan masked = shop.plan(ACCESS, Governed.DATABASE, Governed.POLICY);
    assertThatThrownBy(() -> shop.engine.apply(masked))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("spec.grants[0].rows")
        .hasMessageContaining("email");
    Applied applied = shop.engine.keep(shop.kept(ACCESS, Governed.DATABASE, Governed.POLICY));
    assertThat(applied.closed())
        .containsExactly("public.customers shows no rows until its row filter can be used");
    assertThat(strings(session, "SELECT email FROM customers")).isEmpty();
    assertThat(strings(session, "SELECT count(*) FROM orders")).containsExactly("20");

    shop.engine.apply(open);
    assertThat(strings(session, "SELECT email FROM customers")).hasSize(2);
    shop.close();
  }

  @EngineCase
  void databaseTakesBackWhatItNoLongerPermits(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan open = shop.plan(ACCESS, Governed.DATABASE);
    shop.engine.apply(open);
    Connection session = shop.login(open);

    String readOnly = Governed.DATABASE + "  ceiling: {privileges: [SELECT]}\n";
    assertThat(shop.result(ACCESS, readOnly)).isInstanceOf(PlanResult.Rejected.class);
    shop.engine.keep(shop.kept(ACCESS, readOnly));
    assertThat(strings(session, "SELECT count(*) FROM orders")).containsExactly("20");
    denied(session, "INSERT INTO orders (customer_id, total) VALUES (1, 1)");

    String ended = Governed.DATABASE + "  ceiling: {maxDuration: 1h}\n";
    assertThat(shop.result(ACCESS, ended)).isInstanceOf(PlanResult.Rejected.class);
    shop.engine.keep(shop.kept(ACCESS, ended));
    denied(session, "SELECT count(*) FROM public.orders");

    shop.engine.apply(open);
    run(session, "INSERT INTO orders (customer_id, total) VALUES (1, 1)");
    String elsewhere = Governed.DATABASE.replace("{from: All}", "{from: Same}");
    assertThat(shop.result(ACCESS, elsewhere)).isInstanceOf(PlanResult.Rejected.class);
    shop.engine.keep(shop.kept(ACCESS, elsewhere));
    denied(session, "SELECT count(*) FROM public.orders");
    denied(session, "SELECT count(*) FROM public.customers");
    shop.close();
  }

  @EngineCase
  void nothingStaysOfWhatWasTakenBackOrNeverGiven(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    AccessPlan plan = shop.plan(ACCESS, Governed.DATABASE);
    assertThat(shop.engine.given(plan.access())).isEmpty();
    shop.engine.prepare();
    assertThat(shop.engine.given(plan.access())).isEmpty();
    shop.engine.apply(plan);
    assertThat(shop.engine.given(plan.access())).contains(plan.spec());
    shop.engine.revoke(plan.access(), Bundle.Revocation.TERMINATE);
    assertThat(shop.engine.given(plan.access())).isEmpty();
    shop.close();
  }
}
