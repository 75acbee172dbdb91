package dev.sluice.policy.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventChainTest {
  private final RandomEvents random = new RandomEvents(7);
  private final EventChain chain = new EventChain("c", random.witness(), Sha256.ofTheRuntime());

  @Test
  void theTextIsThatOfThePlainRules() throws NoSuchAlgorithmException {
    CanonicalEvent canonical = new CanonicalEvent();
    for (int number = 1; number <= 3000; number++) {
      Event event = random.next("c", number, "p");
      CanonicalEvent.Sealed sealed = canonical.seal(event);
      byte[] plain = PlainText.of(event);
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(plain));
      assertThat(sealed.hash()).isEqualTo(hash);
      assertThat(
              new String(sealed.json(), StandardCharsets.UTF_8)
                  .replace("\"hash\":\"" + hash + "\",", ""))
          .isEqualTo(new String(plain, StandardCharsets.UTF_8));
    }
  }

  @Test
  void linesAreTheEventsInTheirChain() {
    CanonicalEvent canonical = new CanonicalEvent();
    StringBuilder expected = new StringBuilder();
    String previous = EventChain.START;
    for (int number = 1; number <= 500; number++) {
      Event event = random.next("c", number, previous);
      add(event);
      CanonicalEvent.Sealed sealed = canonical.seal(event);
      expected.append(new String(sealed.json(), StandardCharsets.UTF_8)).append('\n');
      previous = sealed.hash();
    }
    assertThat(lines()).isEqualTo(expected.toString());
    assertThat(chain.sequence()).isEqualTo(500);
    chain.clear();
    assertThat(chain.size()).isZero();
    add(random.next("c", 501, previous));
    assertThat(lines()).contains("\"previousHash\":\"" + previous + "\"", "\"sequence\":501,");
  }

  @Test
  void whatIsUndoneNeverWas() {
    Event event = random.next("c", 1, EventChain.START);
    add(event);
    String first = lines();
    chain.undo();
    add(event);
    assertThat(lines()).isEqualTo(first);
    chain.clear();
    add(event);
    String second = lines();
    chain.undo();
    add(event);
    assertThat(lines()).isEqualTo(second);
    assertThat(chain.sequence()).isEqualTo(2);
  }

  private void add(Event event) {
    UUID id = UUID.fromString(event.id());
    chain.add(
        id.getMostSignificantBits(),
        id.getLeastSignificantBits(),
        new EventMembers.Subject(
            event.access(),
            event.database(),
            event.purpose(),
            event.session(),
            event.serverProcess(),
            event.application()),
        new EventMembers.Statement(
            event.statement(),
            event.fingerprint(),
            event.kind(),
            event.relations(),
            event.maskedColumns(),
            event.columnsRead(),
            event.columnsWritten()),
        event);
  }

  private String lines() {
    return new String(chain.lines(), 0, chain.size(), StandardCharsets.UTF_8);
  }
}
