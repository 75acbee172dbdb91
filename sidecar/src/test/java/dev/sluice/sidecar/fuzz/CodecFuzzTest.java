package dev.sluice.sidecar.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sidecar.postgres.CommandTag;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.postgres.StartupRequest;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What must hold of reading and writing messages, whatever they are made of. */
class CodecFuzzTest {
  /** Of each property; {@code make fuzz} asks for ten million. */
  private static final long ROUNDS = Long.getLong("sluice.fuzz.messages", 100_000);

  private static final long SEED = Long.getLong("sluice.fuzz.seed", 1);

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Hostility hostility = new Hostility(random);

  @Test
  void noBytesAreTooOddForAStartUpMessage() throws IOException {
    ClientTalk talk = new ClientTalk(random);
    for (long round = 0; round < ROUNDS; round++) {
      byte[] bytes = talk.opening("d");
      try {
        StartupRequest request =
            StartupRequest.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        if (request instanceof StartupRequest.Open(int minor, var parameters)) {
          assertThat(minor).isBetween(0, 65_535);
          assertThat(String.join("", parameters.keySet())).doesNotContain("\0");
        }
      } catch (ProtocolException | EOFException _) {
        // Told to the client, or cut off.
      }
    }
  }

  @Test
  void aStartUpMessageIsReadAsItWasWritten() throws IOException {
    ClientTalk talk = new ClientTalk(random);
    for (long round = 0; round < ROUNDS / 10; round++) {
      byte[] bytes = talk.startup("database " + round, "ü" + random.nextInt());
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      assertThat(StartupRequest.read(in))
          .isInstanceOfSatisfying(
              StartupRequest.Open.class,
              open ->
                  assertThat(open.parameters())
                      .hasSize(3)
                      .containsEntry("user", "app")
                      .containsKeys("database", "application_name"));
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void noBytesAreTooOddForAnError() {
    for (long round = 0; round < ROUNDS; round++) {
      byte[] fields = fields();
      int offset = random.nextInt(fields.length + 1);
      int end = random.nextInt(offset, fields.length + 1);
      ServerMessage read = ServerMessage.read(fields, offset, end);
      assertThat(read.severity()).isNotNull();
      int place = random.nextInt();
      byte[] moved = ServerMessage.moved(fields, offset, end, _ -> place);
      if (moved != null) {
        // Nothing but the place is another one.
        assertThat(ServerMessage.read(moved, 0, moved.length)).isEqualTo(read);
      }
    }
  }

  @Test
  void anErrorIsReadAsItWasWritten() {
    for (long round = 0; round < ROUNDS / 10; round++) {
      ServerMessage written =
          new ServerMessage("ERROR", "4250" + round % 10, word(), word(), word(), word());
      MessageBuilder out = new MessageBuilder(16);
      written.write(out);
      assertThat(ServerMessage.read(out.array(), 5, out.size())).isEqualTo(written);
    }
  }

  @Test
  void aTagIsReadWithinItsBounds() {
    for (long round = 0; round < ROUNDS; round++) {
      byte[] tag =
          random.nextBoolean()
              ? hostility.noise(40)
              : List.of("INSERT 0 ", "SELECT ", "COPY 9", "", " ")
                  .get(random.nextInt(5))
                  .concat(Long.toString(random.nextLong()))
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      int offset = random.nextInt(tag.length + 1);
      int end = random.nextInt(offset, tag.length + 1);
      long rows = CommandTag.rows(tag, offset, end);
      assertThat(rows).isGreaterThanOrEqualTo(-1);
      // What stands before or after it is nothing to it.
      byte[] alone = Arrays.copyOfRange(tag, offset, end);
      assertThat(CommandTag.rows(alone, 0, alone.length)).isEqualTo(rows);
    }
  }

  /** Fields of an error, spoiled. */
  private byte[] fields() {
    MessageBuilder out = new MessageBuilder(64);
    for (int field = random.nextInt(8); field > 0; field--) {
      out.int8((byte) "SVCMDHPRWZ".charAt(random.nextInt(10)));
      out.text(random.nextBoolean() ? Integer.toString(random.nextInt()) : word());
    }
    out.int8((byte) 0);
    byte[] fields = out.toByteArray();
    if (random.nextBoolean()) {
      fields[random.nextInt(fields.length)] = (byte) random.nextInt(256);
    }
    return fields;
  }

  private String word() {
    StringBuilder word = new StringBuilder("w");
    for (int length = random.nextInt(20); length > 0; length--) {
      word.appendCodePoint(1 + random.nextInt(0xd000));
    }
    return word.toString();
  }
}
