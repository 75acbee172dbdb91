package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stories.stage.OrdersDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Story 3: a real PostgreSQL with a shop of some size, which is administered by no superuser. */
class ShopDatabaseStory {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT count(*) >= 100000 FROM customers | t",
        "SELECT count(*) >= 100000 FROM orders | t",
        "SELECT count(*) > (SELECT count(*) FROM orders) FROM order_items | t",
        "SELECT count(*) >= 3 FROM pg_constraint WHERE contype = 'f' AND connamespace ="
            + " 'public'::regnamespace | t",
        "SELECT count(*) >= 3 FROM pg_indexes WHERE schemaname = 'public' AND indexdef NOT LIKE"
            + " '%UNIQUE%' | t",
        "SELECT count(*) FROM pg_views WHERE schemaname = 'public' | 1",
        "SELECT count(*) FROM pg_matviews WHERE schemaname = 'public' | 1",
        "SELECT rolsuper FROM pg_roles WHERE rolname = 'shop_admin' | f",
        "SHOW ssl | on",
        "SELECT concat(name, ' ', card) FROM customers WHERE id = 1 | Dortha Christiansen"
            + " 4776253558820618",
      })
  void isAsDescribed(String query, String answer) {
    assertThat(OrdersDatabase.query(query)).isEqualTo(answer);
  }
}
