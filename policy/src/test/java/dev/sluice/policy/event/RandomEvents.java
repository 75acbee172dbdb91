package dev.sluice.policy.event;

import dev.sluice.policy.detect.Kind;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Events with all that can be in one. */
final class RandomEvents {
  private static final String ODD = "\"\\/\b\t\n\f\r\0\u0001\u001f\u007f\u0080é€\u2028\uffff\ud83d";

  private final Random random;
  private final String namespace;
  private final String serviceAccount;
  private final String pod;
  private final String podUid;

  RandomEvents(long seed) {
    random = new Random(seed);
    namespace = text();
    serviceAccount = text();
    pod = text();
    podUid = text();
  }

  /** Whom all the events are about. */
  EventMembers.Witness witness() {
    return new EventMembers.Witness(namespace, serviceAccount, pod, podUid);
  }

  Event next(String chain, long sequence, String previousHash) {
    return new Event(
        new UUID(random.nextLong(), random.nextLong()).toString(),
        time(),
        chain,
        sequence,
        previousHash,
        "",
        one(Event.Type.values()),
        text(),
        text(),
        text(),
        namespace,
        serviceAccount,
        pod,
        podUid,
        text(),
        random.nextInt(),
        text(),
        maybe(),
        maybe(),
        maybe(),
        texts(),
        texts(),
        number(),
        number(),
        one(Event.Outcome.values()),
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        maybeNumber(),
        tags(),
        maybe(),
        maybeNumber(),
        random.nextBoolean() ? null : texts(),
        random.nextBoolean() ? null : texts(),
        random.nextBoolean() ? null : parameters(),
        maybeNumber(),
        random.nextBoolean() ? null : time(),
        random.nextBoolean() ? null : detected());
  }

  private Map<String, Long> detected() {
    Map<String, Long> detected = new HashMap<>();
    for (int kinds = random.nextInt(4); kinds > 0; kinds--) {
      detected.put(one(Kind.values()).name(), random.nextLong(1L << 53));
    }
    return detected;
  }

  private Instant time() {
    Instant time = Instant.ofEpochSecond(random.nextLong(-2_000_000_000L, 300_000_000_000L));
    return switch (random.nextInt(4)) {
      case 0 -> time;
      case 1 -> time.plusMillis(random.nextInt(1000));
      case 2 -> time.plusNanos(1000L * random.nextInt(1_000_000));
      default -> time.plusNanos(random.nextInt(1_000_000_000));
    };
  }

  private long number() {
    return switch (random.nextInt(6)) {
      case 0 -> -1;
      case 1 -> 0;
      case 2 -> Long.MIN_VALUE;
      case 3 -> Long.MAX_VALUE;
      case 4 -> random.nextInt(1000);
      default -> random.nextLong();
    };
  }

  private @Nullable Long maybeNumber() {
    return random.nextBoolean() ? null : Long.valueOf(number());
  }

  private List<Parameter> parameters() {
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(
            _ ->
                new Parameter(
                    one(Parameter.Form.values()),
                    random.nextBoolean() ? null : Integer.valueOf(random.nextInt()),
                    maybe()))
        .toList();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(40); left > 0; left--) {
      switch (random.nextInt(6)) {
        case 0 -> text.append(ODD.charAt(random.nextInt(ODD.length())));
        case 1 -> text.appendCodePoint(0x1F600 + random.nextInt(50));
        case 2 -> text.append((char) random.nextInt(0x10000));
        default -> text.append((char) (' ' + random.nextInt(95)));
      }
    }
    return text.toString();
  }

  private @Nullable String maybe() {
    return random.nextInt(3) == 0 ? null : text();
  }

  private List<String> texts() {
    return IntStream.range(0, random.nextInt(4)).mapToObj(_ -> text()).toList();
  }

  private @Nullable Map<String, String> tags() {
    if (random.nextBoolean()) {
      return null;
    }
    Map<String, String> tags = new HashMap<>();
    texts().forEach(key -> tags.put(key, text()));
    return tags;
  }

  private <T> T one(T[] values) {
    return values[random.nextInt(values.length)];
  }
}
