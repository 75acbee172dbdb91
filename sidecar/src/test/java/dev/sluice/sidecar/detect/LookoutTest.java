package dev.sluice.sidecar.detect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.detect.Action;
import dev.sluice.policy.detect.ClientEncoding;
import dev.sluice.policy.detect.Kind;
import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages whose content comes in pieces, cut at every byte. */
class LookoutTest {
  private static final String MAIL = "alice@example.com";
  private static final String STARS = "*".repeat(MAIL.length());

  private final Lookout lookout = lookout(Action.Redact);

  private static Lookout lookout(Action action) {
    Bundle.Detection detection =
        new Bundle.Detection("p/r", List.of(Kind.Email), action, List.of(), List.of());
    Watch watch = Watch.of(DetectionBundles.with(detection));
    if (watch == null) {
      throw new IllegalStateException();
    }
    Lookout lookout = new Lookout(watch, Origins.NONE, null);
    lookout.expect(ClientEncoding.UTF8, action == Action.Refuse);
    return lookout;
  }

  private static byte[] binaryCopy() {
    byte[] mail = MAIL.getBytes(UTF_8);
    ByteBuffer content = ByteBuffer.allocate(200);
    content.put("PGCOPY\n".getBytes(UTF_8)).put((byte) 0xff).put((byte) '\r').put((byte) '\n');
    content.put((byte) 0).putInt(0).putInt(0);
    for (int row = 0; row < 2; row++) {
      content.putShort((short) 3).putInt(4).putInt(7).putInt(-1).putInt(mail.length).put(mail);
    }
    content.putShort((short) -1);
    byte[] bytes = new byte[content.position()];
    content.flip().get(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rowsOfCopyMayEndAnywhere(boolean binary) throws ProtocolException {
    byte[] rows =
        binary ? binaryCopy() : ("1\t" + MAIL + "\n2\tx\n3\ty " + MAIL + "\tz\n").getBytes(UTF_8);
    String expected = new String(rows, UTF_8).replace(MAIL, STARS);
    for (int one = 0; one <= rows.length; one++) {
      for (int two = one; two <= rows.length; two += 3) {
        CopyRows copy = lookout.copy();
        copy.begin(binary);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        frame(copy, rows, 0, one, sent);
        frame(copy, rows, one, two, sent);
        frame(copy, rows, two, rows.length, sent);
        assertThat(copy.isHolding()).isFalse();
        assertThat(sent.toString(UTF_8)).isEqualTo(expected);
      }
    }
  }

  private static void frame(
      CopyRows copy, byte[] rows, int from, int to, ByteArrayOutputStream sent)
      throws ProtocolException {
    if (from == to) {
      return;
    }
    byte[] bytes = rows.clone();
    if (copy.isWhole(bytes, from, to)) {
      assertThat(copy.look(bytes, from, to)).isNull();
      sent.write(bytes, from, to - from);
    } else if (copy.hold(bytes, from, to)) {
      assertThat(copy.look()).isNull();
      MessageBuilder out = new MessageBuilder(64);
      copy.release(out);
      ByteBuffer messages = ByteBuffer.wrap(out.toByteArray());
      while (messages.hasRemaining()) {
        assertThat(messages.get()).isEqualTo(Backend.COPY_DATA);
        byte[] content = new byte[messages.getInt() - 4];
        messages.get(content);
        sent.writeBytes(content);
      }
    }
  }

  @Test
  void aRowOfCopyInSeveralMessagesHasABound() throws ProtocolException {
    CopyRows copy = lookout.copy();
    copy.begin(false);
    byte[] piece = new byte[700_000];
    assertThat(copy.hold(piece, 0, piece.length)).isFalse();
    assertThatThrownBy(() -> copy.hold(piece, 0, piece.length))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("cannot be looked at");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096, 65_536, 1_000_000})
  void partsAreLookedAtHoweverTheyCome(int piece) {
    for (int place : new int[] {0, 49_140, 49_152, 65_520, 65_536, 150_000}) {
      byte[] text = ("x ".repeat(place / 2) + MAIL + " y".repeat(40_000)).getBytes(UTF_8);
      MessageBuilder message = new MessageBuilder(text.length + 64);
      message.begin(Backend.DATA_ROW).int16(3).int32(-1).int32(text.length).bytes(text);
      message.int32(MAIL.length()).bytes(MAIL.getBytes(UTF_8)).end();
      byte[] bytes = message.toByteArray();
      Parts parts = lookout.parts(Backend.DATA_ROW, null, bytes.length);
      MessageBuilder out = new MessageBuilder(1024);
      for (int at = 0; at < bytes.length; at += piece) {
        assertThat(parts.isOver()).isFalse();
        parts.take(bytes, at, Math.min(piece, bytes.length - at), out);
      }
      assertThat(parts.isOver()).isTrue();
      assertThat(new String(out.toByteArray(), UTF_8))
          .isEqualTo(new String(bytes, UTF_8).replace(MAIL, STARS));
    }
  }

  @Test
  void aRowThatIsNoneIsRefused() {
    for (byte[] row :
        List.of(new byte[] {0, 1}, new byte[] {0, 1, 0, 0, 0, 9, 1}, new byte[] {0, 0, 1})) {
      assertThatThrownBy(() -> lookout.row(null, null, row, 0, row.length))
          .isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void aValueIsRefusedAndNothingElseIsTold() throws ProtocolException {
    Lookout refusing = lookout(Action.Refuse);
    MessageBuilder row = new MessageBuilder(64);
    row.int16(1).int32(MAIL.length()).bytes(MAIL.getBytes(UTF_8));
    Found found = refusing.row(null, null, row.toByteArray(), 0, row.size());
    assertThat(found)
        .isEqualTo(new Found("p/r", "a value of the result has data of the kind Email"));
    assertThat(refusing.tally().take()).containsExactly(java.util.Map.entry("Email", 1L));
  }
}
