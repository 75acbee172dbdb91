package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.OrdersDatabase;
import dev.sluice.stories.stage.Team;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Story 7: a deleted DatabaseAccess ends its sessions, and its roles leave the database. */
class RevocationStory {
  private static final String NAMESPACE = "story-revocation";

  @Test
  void deletedAccessLeavesNoSessionAndNoRole() {
    try (var team = Team.newTeam(NAMESPACE);
        var session = team.session()) {
      assertThat(session.ask("SELECT count(*) FROM orders WHERE id < 4")).isEqualTo("3");
      assertThat(OrdersDatabase.roles(NAMESPACE)).isGreaterThanOrEqualTo(2);

      Kubectl.run("delete", "databaseaccess/orders", "-n", NAMESPACE, "--wait=false").required();

      await("the open session is ended")
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(
              () ->
                  assertThat(session.ask("SELECT count(*) FROM orders WHERE id < 4"))
                      .doesNotContain("3"));
      await("its roles are gone")
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(OrdersDatabase.roles(NAMESPACE)).isZero());
      Kubectl.await("delete", "databaseaccess/orders", "-n", NAMESPACE);
      var refused = team.psql("SELECT 1");
      assertThat(refused.isSuccess()).isFalse();
      assertThat(refused.errors()).contains("SLU-G01").contains(NAMESPACE + "/orders");

      Kubectl.apply(team.access());
      Kubectl.await("condition=Ready", "databaseaccess/orders", "-n", NAMESPACE);
      await("the same pod works again")
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(team.psql("SELECT 7").output().strip()).isEqualTo("7"));
    }
  }
}
