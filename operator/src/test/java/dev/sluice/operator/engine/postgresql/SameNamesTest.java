package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.denied;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.EvidencePolicy;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.BundleCompiler;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Tables of one name in several schemas, whose views share one schema. */
class SameNamesTest {
  private static final String LONG = "l".repeat(60);
  private static final String TABLES =
      """
      CREATE SCHEMA billing;
      CREATE SCHEMA %1$s;
      CREATE TABLE public.people (id int, ssn text);
      CREATE TABLE billing.people (id int, ssn text, rate int);
      CREATE TABLE %1$s.people (id int, ssn text);
      INSERT INTO public.people VALUES (1, 'CANARY-1');
      INSERT INTO billing.people VALUES (2, 'CANARY-2', 7);
      INSERT INTO %1$s.people VALUES (3, 'CANARY-3');
      """
          .formatted(LONG);
  private static final String DATABASE =
      Governed.DATABASE + "  ceiling: {schemas: [public, billing, %s]}\n".formatted(LONG);
  private static final String ACCESS =
      Governed.access(
          "orders",
          "- {tables: [billing.people, %s.people, public.people], privileges: [SELECT]}"
              .formatted(LONG));

  @EngineCase
  void eachIsMaskedInAViewOfItsOwn(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP + TABLES);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(ACCESS, DATABASE, policy("*"));
    shop.engine.apply(plan);
    Connection session = shop.login(plan);

    assertThat(strings(session, "SELECT id || coalesce(ssn, '-') FROM people"))
        .containsExactly("1-");
    assertThat(strings(session, "SELECT id || coalesce(ssn, '-') || rate FROM \"billing.people\""))
        .containsExactly("2-7");
    denied(session, "SELECT ssn FROM billing.people");
    List<String> names =
        bundle(plan).relations().stream().map(relation -> relation.viewName()).sorted().toList();
    assertThat(names).hasSize(3).contains("people", "billing.people").doesNotHaveDuplicates();
    for (String name : names) {
      assertThat(name.length()).isLessThanOrEqualTo(63);
      assertThat(
              strings(
                  session, "SELECT ssn FROM " + Sql.name(new RelationName(plan.holder(), name))))
          .containsExactly("null");
    }
    assertThat(shop.engine.apply(shop.plan(ACCESS, DATABASE, policy("*"))).changed()).isFalse();
    shop.close();
  }

  @EngineCase
  void viewOfAnotherSchemaIsNotInTheWayOfATable(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP + TABLES);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(ACCESS, DATABASE, policy("billing"));
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    assertThat(strings(session, "SELECT id || coalesce(ssn, '-') FROM people"))
        .containsExactly("1CANARY-1");
    assertThat(strings(session, "SELECT id || coalesce(ssn, '-') FROM \"billing.people\""))
        .containsExactly("2-");
    shop.close();
  }

  private static String policy(String schema) {
    return """
    metadata: {name: people}
    spec: {rules: [{match: {columns: ["%s.people.ssn"]}, mask: {type: Nullify}}]}
    """
        .formatted(schema);
  }

  private static Bundle bundle(AccessPlan plan) {
    return BundleCompiler.compile(
        plan,
        new Bundle.Target(
            "PostgreSQL", List.of(), "shop", new Bundle.Tls(Bundle.TlsMode.DISABLE, null), "15"),
        EvidencePolicy.DEFAULT);
  }
}
