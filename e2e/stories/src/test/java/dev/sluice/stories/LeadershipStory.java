package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Ledger;
import dev.sluice.stories.stage.Team;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

/** An operator that lost its lease begins anew, and the gates beside applications do not suffer. */
class LeadershipStory {
  private static final String[] LEASE = Kubectl.words("lease/sluice-operator -n sluice-system");
  private static final String[] POD =
      Kubectl.words("pods -n sluice-system -l app.kubernetes.io/component=operator");

  @Test
  void operatorThatLostItsLeaseTakesItAgain() {
    var team = Team.shop();
    var holder = Kubectl.path("{.spec.holderIdentity}", LEASE);
    var before = restarts();
    assertThat(holder).startsWith("sluice-operator-");

    Kubectl.run(
            "patch",
            LEASE[0],
            LEASE[1],
            LEASE[2],
            "--type=merge",
            "-p",
            "{\"spec\": {\"holderIdentity\": \"somebody-else\", \"renewTime\": \"%s\"}}"
                .formatted(Instant.now().truncatedTo(ChronoUnit.MICROS)))
        .required();

    await("it begins anew")
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(restarts()).isEqualTo(before + 1));
    await("it leads again")
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> assertThat(Kubectl.path("{.spec.holderIdentity}", LEASE)).isEqualTo(holder));
    var leads = Instant.now();
    await("gates get credentials again")
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(lastRotation()).isAfter(leads));
    assertThat(team.query("SELECT 7").strip()).isEqualTo("7");
  }

  private static Instant lastRotation() {
    return Ledger.events("CREDENTIAL_ROTATED", "shop/orders").stream()
        .map(event -> Instant.parse(event.path("time").asText()))
        .max(Comparator.naturalOrder())
        .orElse(Instant.MIN);
  }

  private static int restarts() {
    return Integer.parseInt(
        Kubectl.path("{.items[0].status.containerStatuses[0].restartCount}", POD));
  }
}
