package dev.sluice.operator.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.workload.WorkloadName;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EvictionBackoffTest {
  private static final Duration REST = Duration.ofMinutes(10);
  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");
  private static final Instant LONG_AGO = START.minus(Duration.ofDays(1));
  private static final WorkloadName API = new WorkloadName("Deployment", "shop", "api");
  private static final WorkloadName MAIL = new WorkloadName("Deployment", "shop", "mail");

  private final EvictionBackoff backoff = new EvictionBackoff(2, REST);

  private boolean mayEvict(WorkloadName workload, Duration after) {
    return backoff.mayEvict(workload, LONG_AGO, START.plus(after));
  }

  @Test
  void aWorkloadRestsForTenMinutesAndOthersDoNot() {
    backoff.evicted(API, 3, START);

    assertThat(mayEvict(API, Duration.ofMinutes(10).minusSeconds(1))).isFalse();
    assertThat(mayEvict(API, Duration.ofMinutes(10))).isTrue();
    assertThat(mayEvict(MAIL, Duration.ZERO)).isTrue();
  }

  @Test
  void theRestDoublesWhileItDoesNotHelpAndEndsWhereItDoes() {
    Instant at = START;
    backoff.evicted(API, 1, at);
    for (int minutes : new int[] {20, 40, 80, 160, 320, 360, 360}) {
      at = at.plus(Duration.ofHours(6));
      backoff.evicted(API, 1, at);
      assertThat(
              backoff.mayEvict(API, LONG_AGO, at.plus(Duration.ofMinutes(minutes)).minusSeconds(1)))
          .as("before %d minutes", minutes)
          .isFalse();
      assertThat(backoff.mayEvict(API, LONG_AGO, at.plus(Duration.ofMinutes(minutes)))).isTrue();
    }

    at = at.plus(Duration.ofHours(6));
    backoff.evicted(API, 0, at);
    assertThat(backoff.mayEvict(API, LONG_AGO, at.plus(Duration.ofMinutes(10)))).isTrue();
  }

  @Test
  void aYoungPodIsLeftAloneWhoeverAsksAfterARestart() {
    assertThat(backoff.mayEvict(API, START, START.plus(Duration.ofMinutes(9)))).isFalse();
    assertThat(backoff.mayEvict(API, START, START.plus(Duration.ofMinutes(10)))).isTrue();
  }

  @Test
  void soManyInATimeAndNoMore() {
    backoff.evicted(API, 1, START);
    assertThat(backoff.hasRoom(START)).isTrue();
    backoff.evicted(MAIL, 1, START.plusSeconds(60));
    assertThat(backoff.hasRoom(START.plusSeconds(120))).isFalse();
    assertThat(backoff.hasRoom(START.plus(REST))).isTrue();
  }
}
