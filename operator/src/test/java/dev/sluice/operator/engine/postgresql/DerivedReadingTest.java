package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.SQLException;

/** What views, and views of views, show of masked columns to an access that was granted them. */
class DerivedReadingTest {
  private static final String VIEWS =
      """
      CREATE VIEW as_json AS SELECT row_to_json(c) AS it FROM customers c;
      CREATE VIEW as_jsonb AS SELECT id, to_jsonb(c.*) - 'name' AS it FROM customers c;
      CREATE VIEW as_row AS SELECT c AS it FROM customers c;
      CREATE VIEW in_text AS SELECT (SELECT string_agg(c::text, ',') FROM customers c) AS it;
      CREATE MATERIALIZED VIEW kept AS SELECT row_to_json(c) AS it FROM customers c;
      CREATE VIEW passed_on AS SELECT it FROM as_json;
      CREATE VIEW loud AS SELECT id, upper(ssn) AS it FROM customers;
      CREATE VIEW loud_again AS SELECT it, id FROM loud;
      CREATE VIEW loud_at_last AS SELECT it, id FROM loud_again;
      CREATE VIEW how_many AS SELECT count(*) AS it, region FROM customers GROUP BY region;
      """;

  private static final String FUNCTIONS =
      """
      CREATE FUNCTION everyone() RETURNS SETOF customers LANGUAGE sql STABLE AS 'SELECT * FROM public.customers';
      CREATE FUNCTION first_one() RETURNS text LANGUAGE sql SECURITY DEFINER STABLE
        AS 'SELECT ssn FROM public.customers ORDER BY id LIMIT 1';
      CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
      CREATE MATERIALIZED VIEW kept_by_function AS SELECT ssn AS it FROM everyone();
      CREATE VIEW by_definer AS SELECT id, first_one() AS it FROM orders;
      CREATE VIEW by_definer_again AS SELECT it FROM by_definer;
      CREATE VIEW shouted AS SELECT id, shout(name) AS it FROM customers WHERE id = 1;
      CREATE MATERIALIZED VIEW of_orders AS SELECT id, shout('x') AS it FROM orders WHERE id = 1;
      """;

  @EngineCase
  void viewsOfTheWholeRowComeMasked(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP + VIEWS);
    shop.engine.prepare();
    for (String view :
        new String[] {"as_json", "as_jsonb", "as_row", "in_text", "kept", "passed_on"}) {
      assertThat(shown(shop, view)).as(view).isNotEmpty().containsOnly("null");
    }
    assertThat(shown(shop, "how_many")).containsOnly("10");
    shop.close();
  }

  @EngineCase
  void whatIsComputedStaysMaskedInViewsOfTheView(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP + VIEWS);
    shop.engine.prepare();
    for (String view : new String[] {"loud", "loud_again", "loud_at_last"}) {
      assertThat(shown(shop, view)).as(view).hasSize(20).containsOnly("null");
    }
    // Whoever gave the column a class has looked at what is computed.
    String looked = Governed.DATABASE + "  - {table: public.loud, columns: {it: loud}}\n";
    assertThat(shown(shop, "loud", looked)).hasSize(20).noneMatch("null"::equals);
    assertThat(shown(shop, "loud_at_last", looked)).hasSize(20).noneMatch("null"::equals);
    shop.close();
  }

  @EngineCase
  void viewsOfFunctionsThatReadWithOthersRightsComeMasked(int version, Admin kind)
      throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP + FUNCTIONS);
    shop.engine.prepare();
    for (String view : new String[] {"kept_by_function", "by_definer", "by_definer_again"}) {
      assertThat(shown(shop, view)).as(view).hasSize(20).containsOnly("null");
    }
    // A function that promises to read nothing is an expression as any other.
    assertThat(shown(shop, "of_orders")).containsExactly("X");
    String looked =
        Governed.DATABASE + "  - {table: public.by_definer, columns: {it: looked-at}}\n";
    assertThat(shown(shop, "by_definer", looked)).hasSize(20).contains("CANARY-7731");
    shop.close();
  }

  private static java.util.List<String> shown(Governed shop, String view) throws SQLException {
    return shown(shop, view, Governed.DATABASE);
  }

  private static java.util.List<String> shown(Governed shop, String view, String database)
      throws SQLException {
    AccessPlan plan =
        shop.plan(
            Governed.access(
                view.replace('_', '-'),
                "- {tables: [public.%s], privileges: [SELECT]}".formatted(view)),
            database,
            Governed.POLICY);
    shop.engine.apply(plan);
    try (Connection session = shop.login(plan)) {
      return strings(session, "SELECT it FROM " + view);
    }
  }
}
