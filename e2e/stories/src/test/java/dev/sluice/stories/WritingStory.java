package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stories.stage.OrdersDatabase;
import dev.sluice.stories.stage.Team;
import org.junit.jupiter.api.Test;

/** Story 5: what the grant allows to write is written. */
class WritingStory {
  private final Team shop = Team.shop();

  @Test
  void updateOfAnOrderWorks() {
    OrdersDatabase.query("UPDATE orders SET status = 'placed' WHERE id = 11");

    var answer = shop.psql("UPDATE orders SET status = 'shipped' WHERE id = 11").required();

    assertThat(answer.output()).isEqualToIgnoringNewLines("UPDATE 1");
    assertThat(OrdersDatabase.query("SELECT status FROM orders WHERE id = 11"))
        .isEqualTo("shipped");
  }

  @Test
  void insertTellsTheNewRow() {
    var id =
        shop.query(
                "INSERT INTO public.orders (customer_id, placed_at, status, total)"
                    + " VALUES (5, now(), 'placed', 1.25) RETURNING id")
            .lines()
            .findFirst()
            .orElseThrow();

    assertThat(OrdersDatabase.query("SELECT total FROM orders WHERE id = " + id)).isEqualTo("1.25");
  }

  @Test
  void transactionIsTakenBackAsAWhole() {
    OrdersDatabase.query("UPDATE orders SET status = 'placed' WHERE id = 12");

    shop.psql("BEGIN; UPDATE orders SET status = 'paid' WHERE id = 12; ROLLBACK").required();

    assertThat(OrdersDatabase.query("SELECT status FROM orders WHERE id = 12")).isEqualTo("placed");
  }
}
