package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.denied;
import static dev.sluice.operator.engine.postgresql.Governed.failure;
import static dev.sluice.operator.engine.postgresql.Governed.run;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.engine.Applied;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.PlanProblem;
import dev.sluice.policy.plan.PlanResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Rows are found by the value of a masked column where that is allowed, and so often. */
class ExactLookupTest {
  private static final String CUSTOMERS =
      "- {tables: [public.customers], privileges: [SELECT], lookup: Exact}";

  @EngineCase
  void aRowIsFoundByItsValue(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = plan(shop, "first", CUSTOMERS, 60);
    Applied applied = shop.engine.apply(plan);
    assertThat(applied.mended()).isEmpty();
    assertThat(applied.exposures())
        .as("what was made for the grant is no way around it")
        .noneMatch(exposure -> exposure.object().contains("lookup_"));
    Connection session = shop.login(plan);
    String email = function(plan, "email");
    String card = function(plan, "card");
    assertThat(strings(session, "SELECT name FROM %s('person3@example.com')".formatted(email)))
        .containsExactly("Person 3");
    assertThat(strings(session, "SELECT email FROM %s('person3@example.com')".formatted(email)))
        .isEqualTo(strings(session, "SELECT email FROM customers WHERE id = 3"))
        .noneMatch(shown -> shown.startsWith("person3@"));
    assertThat(strings(session, "SELECT email FROM %s('nobody@example.com')".formatted(email)))
        .isEmpty();
    assertThat(strings(session, "SELECT email FROM %s(NULL)".formatted(email))).isEmpty();
    assertThat(strings(session, "SELECT count(*) FROM %s('4111 1111 1111 1111')".formatted(card)))
        .containsExactly("20");
    // A mask that shows no equality confirms no guess.
    assertThat(plan.relations().getFirst().columns())
        .filteredOn(column -> column.lookup() != null)
        .extracting(AccessPlan.ColumnPlan::name)
        .containsExactly("email", "card");

    assertThat(shop.engine.apply(plan).changed()).isFalse();
    denied(session, "SELECT sluice.take_lookup()");
    denied(session, "SELECT email FROM public.customers");
    shop.engine.revoke(plan.access(), Bundle.Revocation.TERMINATE);
    assertThat(sequences(shop)).isEmpty();
    assertThat(shop.engine.release().complete()).isTrue();
    shop.close();
  }

  @EngineCase
  void guessesAreCounted(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan first = plan(shop, "first", CUSTOMERS, 5);
    AccessPlan second = plan(shop, "second", CUSTOMERS, 5);
    shop.engine.apply(first);
    shop.engine.apply(second);
    Connection session = shop.login(first);
    String guess = "SELECT name FROM %s('person3@example.com')".formatted(function(first, "email"));
    session.setAutoCommit(false);
    int answered = 0;
    // What is undone is counted all the same.
    for (int time = 0; time < 20; time++) {
      try {
        answered += strings(session, guess).size();
      } catch (SQLException refused) {
        assertThat(refused.getSQLState()).isEqualTo("53400");
        assertThat(refused.getMessage()).contains("lookupsPerMinute");
      }
      session.rollback();
    }
    assertThat(answered).isBetween(5, 8);
    session.setAutoCommit(true);
    // Other credentials of the same access have no turns of their own, another access does.
    assertThat(failure(shop.login(first), guess).getSQLState()).isEqualTo("53400");
    assertThat(strings(shop.login(second), guess)).containsExactly("Person 3");

    run(session, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");
    assertThat(failure(session, guess).getSQLState()).isEqualTo("25006");
    run(session, "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE");
    // Without the role of the access there is nothing to be called.
    run(session, "SET ROLE NONE");
    denied(session, guess);
    shop.close();
  }

  @EngineCase
  void rowsOfTheGrantAndPoliciesStay(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan =
        plan(
            shop,
            "first",
            "- {tables: [public.customers], privileges: [SELECT], columns: [id, email], lookup:"
                + " Exact, rows: \"region = 'EU' OR region = session.namespace -- no other\"}",
            60);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    String guess = "SELECT id FROM " + function(plan, "email") + "('person%d@example.com')";
    assertThat(strings(session, guess.formatted(3))).containsExactly("3");
    assertThat(strings(session, guess.formatted(2))).isEmpty();
    shop.admin("UPDATE customers SET region = 'shop' WHERE id = 2");
    assertThat(strings(session, guess.formatted(2))).containsExactly("2");

    shop.admin("ALTER TABLE customers ENABLE ROW LEVEL SECURITY");
    PlanResult result =
        shop.result(Governed.access("first", CUSTOMERS), database(5), Governed.POLICY);
    assertThat(result).isInstanceOf(PlanResult.Rejected.class);
    assertThat(((PlanResult.Rejected) result).problems())
        .extracting(PlanProblem::reason)
        .containsExactly("LookupWithRowSecurity");
    shop.close();
  }

  @EngineCase
  void whatIsChangedIsMadeAgain(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    AccessPlan plan = plan(shop, "first", CUSTOMERS, 60);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    String guess = "SELECT name FROM %s('person3@example.com')".formatted(function(plan, "email"));
    shop.server.superuser(
        shop.database, "GRANT EXECUTE ON FUNCTION %s TO PUBLIC".formatted(function(plan, "email")));
    assertThat(shop.engine.apply(plan).mended())
        .singleElement()
        .asString()
        .startsWith("Function ")
        .endsWith("had been changed: it was made again");
    assertThat(strings(session, guess)).containsExactly("Person 3");
    // A view that is made anew takes its functions with it.
    shop.admin("ALTER TABLE customers ADD COLUMN added int");
    shop.engine.apply(plan(shop, "first", CUSTOMERS, 60));
    assertThat(strings(session, guess)).containsExactly("Person 3");
    // Without it, nothing of it is left.
    shop.engine.apply(plan(shop, "first", CUSTOMERS.replace(", lookup: Exact", ""), 60));
    assertThat(sequences(shop)).isEmpty();
    assertThat(failure(session, guess).getSQLState()).isIn("42501", "42883", "3F000");
    shop.close();
  }

  @EngineCase
  void theDatabaseAllowsItOrNot(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    PlanResult result =
        shop.result(Governed.access("first", CUSTOMERS), Governed.DATABASE, Governed.POLICY);
    assertThat(result).isInstanceOf(PlanResult.Rejected.class);
    assertThat(((PlanResult.Rejected) result).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.reason()).isEqualTo("LookupBeyondCeiling");
              assertThat(problem.field()).isEqualTo("spec.grants[0].lookup");
            });
    shop.close();
  }

  private static AccessPlan plan(Governed shop, String name, String grants, int lookups) {
    return shop.plan(Governed.access(name, grants), database(lookups), Governed.POLICY);
  }

  private static String database(int lookups) {
    return Governed.DATABASE + "  ceiling: {lookupsPerMinute: %d}\n".formatted(lookups);
  }

  private static String function(AccessPlan plan, String column) {
    return plan.relations().getFirst().columns().stream()
        .filter(each -> each.name().equals(column) && each.lookup() != null)
        .map(
            each ->
                Sql.name(plan.holder(), java.util.Objects.requireNonNull(each.lookup()).function()))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> sequences(Governed shop) throws SQLException {
    return shop.superuser(
        "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace ="
            + " to_regnamespace('sluice') AND relname LIKE 'sluice%'");
  }
}
