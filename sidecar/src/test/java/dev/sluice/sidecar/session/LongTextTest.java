package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sidecar.wire.Loop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LongTextTest {
  private static final int WHOLE = Terms.MAXIMUM_BYTES;

  private final LongTexts all = new LongTexts();
  private final List<String> log = new ArrayList<>();

  @Test
  void roomIsGivenBackWhereTheServerIsGoneBeforeTheTextIsHeld() throws IOException {
    try (Loop loop = new Loop(log::add)) {
      LongText text = new LongText(all, loop, () -> {});
      assertThat(text.take(WHOLE)).isEqualTo(LongText.Room.TAKEN);
      text.end();
    }
    assertThat(all.take(WHOLE)).isTrue();
    assertThat(all.take(WHOLE)).as("all there is").isTrue();
  }

  @Test
  void roomIsKeptUntilTheServerHasTakenTheText() throws IOException {
    try (Loop loop = new Loop(log::add)) {
      LongText text = new LongText(all, loop, () -> {});
      assertThat(text.take(WHOLE)).isEqualTo(LongText.Room.TAKEN);
      byte[] bytes = new byte[WHOLE];
      text.hold(WHOLE, new RelayBuffer(16));
      text.release();
      text.give(bytes, false);
      assertThat(all.take(WHOLE)).isTrue();
      assertThat(all.take(1)).as("it is on its way").isFalse();
      text.sent();
      assertThat(all.take(WHOLE)).isTrue();
    }
  }
}
