package dev.sluice.sidecar.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {
  @Test
  void anErrorIsReadAsItWasWritten() {
    ServerMessage error =
        new ServerMessage("ERROR", "42501", "no é\n€", "detail", "hint", "routine");
    MessageBuilder out = new MessageBuilder(1);
    error.write(out);
    assertThat(out.array()[0]).isEqualTo(Backend.ERROR_RESPONSE);
    assertThat(ServerMessage.read(out.toByteArray(), 5, out.size())).isEqualTo(error);
  }

  @Test
  void anErrorThatIsCutOffAnywhereIsReadAsFarAsItGoes() {
    MessageBuilder out = new MessageBuilder(1);
    new ServerMessage("FATAL", "57P01", "message", "detail", "hint", null).write(out);
    for (int end = 5; end <= out.size(); end++) {
      ServerMessage read = ServerMessage.read(out.toByteArray(), 5, end);
      assertThat("message").startsWith(read.message());
      assertThat(read.severity()).isIn("FATAL", "ERROR");
    }
  }

  @Test
  void noBytesAreTooOddToBeReadAsAnError() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      assertThat(ServerMessage.read(bytes, 0, bytes.length)).isNotNull();
    }
  }

  @Test
  void aTextCannotEndItsFieldEarly() {
    MessageBuilder out = new MessageBuilder(1);
    ServerMessage.error("42501", "a\0Mb", "", "").write(out);
    assertThat(ServerMessage.read(out.toByteArray(), 5, out.size()).message()).isEqualTo("aMb");
  }

  @ParameterizedTest
  @CsvSource({
    "INSERT 0 5, 5",
    "SELECT 100, 100",
    "COPY 0, 0",
    "CREATE TABLE, -1",
    "BEGIN, -1",
    "'', -1",
    "5, -1",
    "SELECT 99999999999999999999, -1",
    "MERGE 3, 3"
  })
  void rowsAreCountedByTheTag(String tag, long rows) {
    byte[] bytes = ("xx" + tag + "\0").getBytes(StandardCharsets.US_ASCII);
    assertThat(CommandTag.rows(bytes, 2, bytes.length - 1)).isEqualTo(rows);
  }

  /** The example of RFC 7677, but for the nonce, which is the client's own. */
  @Test
  void scramVerifiesTheServer() throws Exception {
    Scram scram = new Scram("pencil", new ScramKeys(), null, false, new SecureRandom());
    String nonce = scram.first().substring("n,,n=,r=".length());
    assertThatThrownBy(() -> scram.answer("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> scram.answer("r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> scram.answer("r=" + nonce + "x,s=AAAA,i=9999999"))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> scram.answer("r=" + nonce + "x,s=?,i=4096"))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> scram.verify("v=AAAA")).isInstanceOf(ProtocolException.class);
    String answer = scram.answer("r=" + nonce + "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    assertThat(answer).startsWith("c=biws,r=" + nonce + "x,p=");
    assertThatThrownBy(() -> scram.verify("v=AAAA")).isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> scram.verify("e=other-error")).isInstanceOf(ProtocolException.class);
  }

  @Test
  void aBuilderHoldsWhatWasPutIn() {
    MessageBuilder out = new MessageBuilder(1);
    byte[] large = new byte[100_000];
    Arrays.fill(large, (byte) 7);
    out.begin((byte) 'd').bytes(large).end().begin((byte) 'S').end();
    byte[] bytes = out.toByteArray();
    assertThat(bytes).hasSize(100_010);
    assertThat(Arrays.copyOf(bytes, 5)).containsExactly('d', 0, 1, 0x86, 0xA4 - 256);
    out.clear();
    assertThat(out.size()).isZero();
  }
}
