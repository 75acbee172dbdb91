package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Team;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Story 7: a changed MaskingPolicy is obeyed by an open session's next statement. */
class PolicyChangeStory {
  private static final String QUERY = "SELECT ssn FROM customers WHERE id = 3";

  @Test
  void openSessionObeysTheChangedPolicy() {
    try (var session = Team.shop().session()) {
      var process = session.ask("SELECT pg_backend_pid()");
      assertThat(session.ask(QUERY)).matches("\\*{7}\\d{4}");

      Kubectl.run(
              "patch",
              "maskingpolicy/personal-data",
              "--type=json",
              "-p",
              "[{\"op\": \"replace\", \"path\": \"/spec/rules/0/mask\", \"value\": {\"type\":"
                  + " \"Nullify\"}}]")
          .required();
      try {
        await("the changed mask")
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(session.ask(QUERY)).isEmpty());
        assertThat(session.ask("SELECT pg_backend_pid()")).isEqualTo(process);
      } finally {
        Team.governed();
      }
      await("the mask as it was")
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(session.ask(QUERY)).matches("\\*{7}\\d{4}"));
    }
  }
}
