package dev.sluice.sidecar.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PollingTest {
  private static final long SHORT = 60_000;
  private static final long LONG = 10_000_000;

  @Test
  void nothingIsLookedForBeforeWaitsWereShort() {
    assertThat(new Polling(2).nanos()).isZero();
  }

  @Test
  void shortWaitsHaveItLookLongerUpToTheMost() {
    Polling polling = new Polling(2);
    polling.slept(SHORT);
    long first = polling.nanos();
    assertThat(first).isPositive();
    polling.slept(SHORT);
    assertThat(polling.nanos()).isEqualTo(2 * first);
    for (int i = 0; i < 10; i++) {
      polling.slept(SHORT);
    }
    assertThat(polling.nanos()).isEqualTo(Polling.MOST_NANOS);
  }

  @Test
  void oneLongWaitEndsIt() {
    Polling polling = new Polling(2);
    polling.slept(SHORT);
    polling.slept(LONG);
    assertThat(polling.nanos()).isZero();
  }

  @Test
  void theOnlyProcessorIsLeftToWhoIsWaitedFor() {
    Polling polling = new Polling(1);
    polling.slept(SHORT);
    assertThat(polling.nanos()).isZero();
  }
}
