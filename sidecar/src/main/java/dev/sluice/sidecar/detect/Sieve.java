package dev.sluice.sidecar.detect;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.detect.Action;
import dev.sluice.policy.detect.ClientEncoding;
import dev.sluice.policy.detect.Inspection;
import dev.sluice.policy.detect.Inspection.Form;
import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.detect.Span;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is done with the values of some columns. Of several rules about one kind the strictest
 * holds. For one thread.
 */
final class Sieve {
  /** Nothing that is looked for is shorter. */
  private static final int SHORTEST = 3;

  /** What is kept between values. */
  private static final int KEPT = 16 * 1024;

  private final Map<Kind, Bundle.Detection> strictest = new EnumMap<>(Kind.class);
  private final @Nullable Inspection refused;
  private final @Nullable Inspection redacted;
  private final @Nullable Inspection observed;
  private byte[] copy = {};

  Sieve(List<Bundle.Detection> detections) {
    for (Bundle.Detection each : detections) {
      for (Kind kind : each.kinds()) {
        strictest.merge(
            kind, each, (one, other) -> other.action().compareTo(one.action()) > 0 ? other : one);
      }
    }
    refused = inspection(Action.Refuse);
    redacted = inspection(Action.Redact);
    observed = inspection(Action.Observe);
  }

  private @Nullable Inspection inspection(Action action) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    strictest.forEach(
        (kind, detection) -> {
          if (detection.action() == action) {
            kinds.add(kind);
          }
        });
    return kinds.isEmpty() ? null : new Inspection(kinds);
  }

  /** Whether it refuses something. */
  boolean refuses() {
    return refused != null;
  }

  /** That a value is refused since it cannot be looked at. */
  Found tooLarge(String reason) {
    for (Bundle.Detection each : strictest.values()) {
      if (each.action() == Action.Refuse) {
        return new Found(each.rule(), reason);
      }
    }
    throw new IllegalStateException("nothing is refused");
  }

  /**
   * Looks at a value, and takes out of it what is to be taken out.
   *
   * @param until only what begins before is meant
   * @param refusing whether the statement can be refused; else what is refused is taken out
   * @return null: it may be sent
   */
  @Nullable Found look(
      byte[] bytes,
      int from,
      int to,
      int until,
      Form form,
      ClientEncoding encoding,
      boolean refusing,
      Tally tally) {
    if (to - from < SHORTEST) {
      return null;
    }
    byte[] text = bytes;
    if (!encoding.isRead()) {
      text = copy.length < to ? new byte[to] : copy;
      copy = text.length > KEPT ? copy : text;
      encoding.copy(bytes, from, to, text);
    }
    if (refused != null) {
      if (refusing) {
        List<Span> spans = refused.find(text, from, to, until);
        if (!spans.isEmpty()) {
          tally.add(spans);
          return found(spans.getFirst().kind());
        }
      } else {
        take(refused.redact(text, from, to, until, form), text, bytes, tally);
      }
    }
    if (observed != null) {
      tally.add(observed.find(text, from, to, until));
    }
    if (redacted != null) {
      take(redacted.redact(text, from, to, until, form), text, bytes, tally);
    }
    return null;
  }

  private static void take(List<Span> spans, byte[] text, byte[] bytes, Tally tally) {
    if (spans.isEmpty()) {
      return;
    }
    tally.add(spans);
    if (text != bytes) {
      for (Span span : spans) {
        System.arraycopy(text, span.start(), bytes, span.start(), span.end() - span.start());
      }
    }
  }

  private Found found(Kind kind) {
    Bundle.Detection detection = strictest.get(kind);
    String rule = detection == null ? "" : detection.rule();
    return new Found(rule, "a value of the result has data of the kind " + kind);
  }
}
