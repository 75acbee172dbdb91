package dev.sluice.policy.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.avaje.jsonb.Jsonb;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanonicalEventTest {
  private static final Event EVENT =
      new Event(
          "0199-id",
          Instant.parse("2026-11-22T19:00:00.123456Z"),
          "chain-1",
          7,
          "00ab",
          "not yet",
          Event.Type.STATEMENT,
          "shop/orders",
          "databases/orders",
          "order-processing",
          "shop",
          "shop-api",
          "shop-api-1",
          "uid",
          "s1",
          4711,
          "app \"quoted\" \\ \u0001\n\t\b\f\r/\u007f",
          "SELECT 'é€😀' FROM t WHERE a = $1",
          "f1",
          "SELECT",
          List.of("public.t", "\"a.b\".c"),
          List.of(),
          3,
          -1,
          Event.Outcome.ALLOWED,
          null,
          null,
          null,
          null);

  @Test
  void anyReaderOfJsonGetsTheSameEvent() {
    CanonicalEvent.Sealed sealed = new CanonicalEvent().seal(EVENT);
    Event read = Jsonb.instance().type(Event.class).fromJson(sealed.json());
    assertThat(read).usingRecursiveComparison().ignoringFields("hash").isEqualTo(EVENT);
    assertThat(read.hash()).isEqualTo(sealed.hash());
    assertThat(new CanonicalEvent().isIntact(read)).isTrue();
  }

  @Test
  void membersAreSortedAndTheHashIsOfTheTextWithoutIt()
      throws JsonProcessingException, NoSuchAlgorithmException {
    CanonicalEvent.Sealed sealed = new CanonicalEvent().seal(EVENT);
    String text = new String(sealed.json(), StandardCharsets.UTF_8);
    ObjectNode node = (ObjectNode) new ObjectMapper().readTree(text);
    assertThat(node.properties().stream().map(java.util.Map.Entry::getKey)).isSorted();
    String without = text.replace("\"hash\":\"" + sealed.hash() + "\",", "");
    assertThat(
            HexFormat.of()
                .formatHex(
                    MessageDigest.getInstance("SHA-256")
                        .digest(without.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(sealed.hash());
  }

  @Test
  void aChangeOfAnyMemberIsSeen() {
    CanonicalEvent canonical = new CanonicalEvent();
    Event sealed = Jsonb.instance().type(Event.class).fromJson(canonical.seal(EVENT).json());
    String json = Jsonb.instance().type(Event.class).toJson(sealed);
    assertThat(canonical.isIntact(sealed)).isTrue();
    assertThat(
            canonical.isIntact(
                Jsonb.instance()
                    .type(Event.class)
                    .fromJson(json.replace("\"rows\":3", "\"rows\":4"))))
        .isFalse();
  }

  /** What an earlier version sealed is in ledgers and spools. */
  @Test
  void anEventOfBeforeThereWereTagsKeepsItsHash() {
    Event older =
        Jsonb.instance()
            .type(Event.class)
            .fromJson(
                """
                {"access":"shop/orders","application":"a","chain":"c","database":"d/o","durationMicros":1,\
                "hash":"3c219f90bd1f364745dfcf18c7c532b6095269a94bb8cbeaab67f96d03dc9e9d",\
                "id":"i","kind":"SELECT","maskedColumns":[],"namespace":"shop","outcome":"ALLOWED",\
                "pod":"p","podUid":"u","previousHash":"00","purpose":"q","relations":[],"rows":1,\
                "sequence":1,"serverProcess":1,"serviceAccount":"s","session":"1",\
                "statement":"SELECT $1","time":"2026-11-22T19:00:00Z","type":"STATEMENT"}\
                """);
    assertThat(new CanonicalEvent().isIntact(older)).isTrue();
  }

  @Test
  void bytesTagsAndTraceAreVouchedForInTheOrderOfTheirNames() {
    Event tagged =
        Jsonb.instance()
            .type(Event.class)
            .fromJson(
                new String(new CanonicalEvent().seal(EVENT).json(), StandardCharsets.UTF_8)
                    .replace(
                        "\"time\"",
                        "\"tags\":{\"b\":\"2\",\"a\":\"é\"},\"traceId\":\"4b\",\"bytes\":20,\"time\""));
    CanonicalEvent.Sealed sealed = new CanonicalEvent().seal(tagged);
    String text = new String(sealed.json(), StandardCharsets.UTF_8);
    assertThat(text)
        .contains("\"bytes\":20,\"chain\"")
        .contains("\"tags\":{\"a\":\"é\",\"b\":\"2\"},\"time\"")
        .contains(",\"traceId\":\"4b\",\"type\"");
    Event changed =
        Jsonb.instance().type(Event.class).fromJson(text.replace("\"b\":\"2\"", "\"b\":\"3\""));
    assertThat(new CanonicalEvent().isIntact(changed)).isFalse();
    assertThat(
            new CanonicalEvent()
                .isIntact(Jsonb.instance().type(Event.class).fromJson(sealed.json())))
        .isTrue();
  }

  @Test
  void halfAPairOfSurrogatesIsReplaced() {
    Event odd =
        Jsonb.instance()
            .type(Event.class)
            .fromJson(
                new String(new CanonicalEvent().seal(EVENT).json(), StandardCharsets.UTF_8)
                    .replace("😀", "\\ud83d"));
    String text = new String(new CanonicalEvent().seal(odd).json(), StandardCharsets.UTF_8);
    assertThat(text).contains("'é€?'");
  }
}
