package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sidecar.wire.Loop;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class LongTextTest {
  private static final int WHOLE = Terms.MAXIMUM_BYTES;

  private final LongTexts all = new LongTexts();

  @Test
  void roomIsGivenBackWhereTheServerIsGoneBeforeTheTextIsHeld() throws IOException {
    try (Loop loop = new Loop(System.err::println)) {
      LongText text = new LongText(all, loop, () -> {});
      assertThat(text.take(WHOLE)).isEqualTo(LongText.Room.TAKEN);
      text.end();
    }
    assertThat(all.take(WHOLE)).isTrue();
    assertThat(all.take(WHOLE)).as("all there is").isTrue();
  }
}
