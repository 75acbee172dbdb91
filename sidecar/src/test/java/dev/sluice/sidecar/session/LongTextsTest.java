package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sidecar.statement.Terms;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LongTextsTest {
  private static final int WHOLE = Terms.MAXIMUM_BYTES;

  private final LongTexts texts = new LongTexts();
  private final List<String> given = new ArrayList<>();

  @Test
  void whatIsTakenIsNotThereForOthersUntilItIsGivenBack() {
    assertThat(texts.take(WHOLE)).isTrue();
    assertThat(texts.take(WHOLE)).isTrue();
    assertThat(texts.take(1)).isFalse();
    texts.give(WHOLE);
    assertThat(texts.take(WHOLE)).isTrue();
  }

  @Test
  void whoWaitsIsServedInTurn() {
    assertThat(texts.take(WHOLE)).isTrue();
    assertThat(texts.take(WHOLE / 2)).isTrue();
    texts.await(waiting("long", WHOLE));
    texts.await(waiting("short", 10));
    assertThat(given).isEmpty();
    assertThat(texts.take(10)).as("not before those who wait").isFalse();
    texts.give(WHOLE / 2);
    assertThat(given).containsExactly("long");
    texts.give(WHOLE);
    assertThat(given).containsExactly("long", "short");
  }

  @Test
  void whoLeavesHoldsNobodyUp() {
    assertThat(texts.take(WHOLE)).isTrue();
    assertThat(texts.take(WHOLE / 2)).isTrue();
    LongTexts.Waiting first = waiting("long", WHOLE);
    texts.await(first);
    texts.await(waiting("short", 10));
    texts.leave(first);
    assertThat(given).containsExactly("short");
  }

  private LongTexts.Waiting waiting(String name, int bytes) {
    return new LongTexts.Waiting(bytes, () -> given.add(name));
  }
}
