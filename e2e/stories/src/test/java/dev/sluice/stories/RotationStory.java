package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Ledger;
import dev.sluice.stories.stage.Team;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Story 7: the gate's credential is rotated under load, and not one statement fails. */
class RotationStory {
  private static final String LOAD = "/api/v1/namespaces/shop/services/shop-api:8080/proxy/load";

  @Test
  void rotationUnderLoadLosesNothing() {
    Team.shop();
    var before = rotations();
    Kubectl.with("", "create", "--raw", LOAD, "-f", "-").required();
    try {
      // The grant's credentials live for a minute, so that two rotations take two at most.
      await("two rotations")
          .atMost(Duration.ofMinutes(4))
          .pollInterval(Duration.ofSeconds(5))
          .until(() -> rotations() >= before + 2);
    } finally {
      Kubectl.run("delete", "--raw", LOAD);
    }
    var counts = counts();

    assertThat(counts.path("failures").asLong()).as(counts.toString()).isZero();
    assertThat(counts.path("statements").asLong()).isGreaterThan(1_000);
    assertThat(counts.path("connections").asLong()).isGreaterThan(50);
  }

  private static long rotations() {
    return Ledger.events("CREDENTIAL_ROTATED", "shop/orders").stream()
        .filter(event -> event.path("pod").asText().startsWith("shop-api-"))
        .count();
  }

  private static JsonNode counts() {
    try {
      return new ObjectMapper().readTree(Kubectl.run("get", "--raw", LOAD).required().output());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
