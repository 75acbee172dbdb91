package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.OrdersDatabase;
import dev.sluice.stories.stage.Team;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Story 5: whatever a reader says, classified columns come masked, and the others as they are. */
class MaskedReadingStory {
  private final Team shop = Team.shop();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM customers WHERE id = 3",
        "SELECT * FROM public.customers WHERE id = 3",
        "SELECT id, name, email, phone, ssn, card FROM ONLY public.customers WHERE id = 3",
        "SELECT row_to_json(c) FROM customers c WHERE id = 3",
        "SELECT ssn AS x, email || phone, card AS y FROM customers WHERE id = 3",
        "COPY (SELECT * FROM customers WHERE id = 3) TO STDOUT",
        "COPY (SELECT * FROM public.customers WHERE id = 3) TO STDOUT (FORMAT csv)",
        "WITH c AS (SELECT * FROM customers) SELECT * FROM c WHERE id = 3",
        "SELECT c.* FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.id = 3 LIMIT 1",
      })
  void comesMasked(String statement) {
    var truth =
        OrdersDatabase.query(
                "SELECT email, phone, ssn, card, birth_date FROM customers WHERE id = 3")
            .split("\\|", -1);

    var seen = shop.query(statement);

    assertThat(seen).isNotBlank();
    for (var value : truth) {
      assertThat(seen).doesNotContain(value);
    }
  }

  @Test
  void maskSaysWhatItKeeps() {
    var ssn = OrdersDatabase.query("SELECT ssn FROM customers WHERE id = 3");
    var domain =
        OrdersDatabase.query("SELECT split_part(email, '@', 2) FROM customers WHERE id = 3");
    var name = OrdersDatabase.query("SELECT name FROM customers WHERE id = 3");

    assertThat(shop.query("SELECT name, ssn FROM customers WHERE id = 3"))
        .isEqualTo(name + "|*******" + ssn.substring(7));
    assertThat(shop.query("SELECT email FROM customers WHERE id = 3")).endsWith("@" + domain);
    assertThat(shop.query("SELECT birth_date FROM customers WHERE id = 3")).endsWith("-01-01");
    assertThat(shop.query("SELECT count(*) FROM customers WHERE note IS NOT NULL")).isEqualTo("0");
  }

  @Test
  void javaServiceReadsMasked() {
    var ssn = OrdersDatabase.query("SELECT ssn FROM customers WHERE id = 1");
    var answer = service("customers-qualified");

    assertThat(answer).contains("\"name\" : \"Dortha Christiansen\"").doesNotContain(ssn);
  }

  @Test
  void pythonJobCopiesMasked() {
    assertThat(Team.salesReport())
        .contains("Customers by COPY:", "Dortha Christiansen")
        .doesNotContain(OrdersDatabase.query("SELECT ssn FROM customers WHERE id = 1"))
        .doesNotContain(OrdersDatabase.query("SELECT card FROM customers WHERE id = 1"));
  }

  private static String service(String statement) {
    return Kubectl.with(
            "",
            "create",
            "--raw",
            "/api/v1/namespaces/shop/services/shop-api:8080/proxy/statements/" + statement,
            "-f",
            "-")
        .required()
        .output();
  }
}
