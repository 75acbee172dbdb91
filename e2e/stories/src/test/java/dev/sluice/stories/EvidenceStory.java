package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Ledger;
import dev.sluice.stories.stage.Team;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Story 8: the ledger tells who ran what, when, and what was decided, refusals included. */
class EvidenceStory {
  private static final String NAMESPACE = "story-evidence";
  private static final String ACCESS = NAMESPACE + "/orders";

  @Test
  void everyStatementIsThereOnceWithWhoAndWhatBecameOfIt() {
    try (var team = Team.newTeam(NAMESPACE)) {
      var begun = Instant.now().minusSeconds(5);
      team.psql("SELECT * FROM customers WHERE id = 3");
      team.psql("UPDATE orders SET status = 'shipped' WHERE id = 21");
      team.psql("SELECT * FROM audit_notes LIMIT 1");
      team.psql("DROP TABLE orders");
      var pod =
          Kubectl.path("{.items[0].metadata.name}", "pods", "-n", NAMESPACE, "-l", "app=console");

      await("four events of statements")
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(statements(begun)).hasSize(4));
      var events = statements(begun);

      assertThat(events)
          .allSatisfy(
              event -> {
                assertThat(event.path("namespace").asText()).isEqualTo(NAMESPACE);
                assertThat(event.path("serviceAccount").asText()).isEqualTo("shop-api");
                assertThat(event.path("pod").asText()).isEqualTo(pod);
                assertThat(event.path("purpose").asText()).isEqualTo("order-processing");
                assertThat(event.path("database").asText()).isEqualTo("databases/orders");
                assertThat(Instant.parse(event.path("time").asText())).isAfter(begun);
              });
      var read = events.getFirst();
      assertThat(read.path("statement").asText())
          .isEqualTo("SELECT * FROM customers WHERE id = $1");
      assertThat(read.path("rows").asLong()).isEqualTo(1);
      assertThat(read.path("outcome").asText()).isEqualTo("ALLOWED");
      assertThat(read.path("maskedColumns").toString()).contains("public.customers.ssn");
      assertThat(events.get(1).path("rows").asLong()).isEqualTo(1);
      assertThat(events.get(1).path("relations").toString()).contains("orders");
      assertThat(events.get(2).path("outcome").asText()).isEqualTo("FAILED");
      assertThat(events.get(2).path("sqlState").asText()).isEqualTo("42501");
      var refused = events.get(3);
      assertThat(refused.path("outcome").asText()).isEqualTo("DENIED");
      assertThat(refused.path("code").asText()).isEqualTo("SLU-S01");
      assertThat(refused.path("rule").asText()).isNotEmpty();
      assertThat(refused.path("reason").asText()).isNotEmpty();
    }
  }

  @Test
  void nobodyReadsItWithoutTheRight() {
    Team.governed();
    var token =
        Kubectl.run("-n", "shop", "create", "token", "default", "--audience", "sluice")
            .required()
            .output()
            .strip();

    assertThat(token).isNotEmpty();
    assertThat(Kubectl.canI("system:serviceaccount:shop:default", "get", "/v1/events")).isFalse();
    assertThat(Ledger.statusFor(token)).isEqualTo(403);
    assertThat(Ledger.statusFor("not-a-token")).isEqualTo(401);
  }

  /** Not those of a run before on the same cluster, which the ledger keeps. */
  private static List<JsonNode> statements(Instant begun) {
    return Ledger.events("STATEMENT", ACCESS).stream()
        .filter(event -> Instant.parse(event.path("time").asText()).isAfter(begun))
        .toList();
  }
}
