package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.stories.stage.Ledger;
import dev.sluice.stories.stage.Load;
import dev.sluice.stories.stage.Team;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Story 7: the gate's credential is rotated under load, and not one statement fails. */
class RotationStory {
  @Test
  void rotationUnderLoadLosesNothing() {
    Team.shop();
    var before = rotations();
    var load = Load.begin();
    try (load) {
      // The grant's credentials live for a minute, so that two rotations take two at most.
      await("two rotations")
          .atMost(Duration.ofMinutes(4))
          .pollInterval(Duration.ofSeconds(5))
          .until(() -> rotations() >= before + 2);
    }
    var counts = load.counts();

    assertThat(counts.path("failures").asLong()).as(counts.toString()).isZero();
    assertThat(counts.path("statements").asLong()).isGreaterThan(1_000);
    assertThat(counts.path("connections").asLong()).isGreaterThan(50);
  }

  private static long rotations() {
    return Ledger.events("CREDENTIAL_ROTATED", "shop/orders").stream()
        .filter(event -> event.path("pod").asText().startsWith("shop-api-"))
        .count();
  }
}
