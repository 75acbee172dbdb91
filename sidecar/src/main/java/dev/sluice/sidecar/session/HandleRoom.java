package dev.sluice.sidecar.session;

import dev.sluice.policy.event.Parameter;
import dev.sluice.sidecar.statement.Dialect;
import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sidecar.statement.TextKey;
import dev.sluice.sidecar.statement.Verdict;
import dev.sluice.sql.postgres.NameScope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what all sessions hold of prepared statements and portals, as they share one small heap.
 * What is known of a text is held once, however many statements have that text.
 */
final class HandleRoom {
  /** About as much as a third of the heap. */
  private static final long MAXIMUM_BYTES = 8L << 20;

  /** What is held of statements and portals without a name, of which a session has one each. */
  private static final long MARGIN = 2L << 20;

  /** A name takes so much beside its bytes. */
  private static final int ENTRY = 192;

  /** A value takes so much beside its characters. */
  private static final int VALUE = 96;

  private final Map<Sort, Held> texts = new HashMap<>();
  private long bytes;

  /** What tells a verdict from others. */
  private record Sort(TextKey text, Terms terms, Dialect dialect, NameScope scope) {
    static Sort of(Verdict verdict) {
      return new Sort(verdict.text(), verdict.terms(), verdict.dialect(), verdict.scope());
    }
  }

  private static final class Held {
    private final Verdict verdict;
    private int uses;

    private Held(Verdict verdict) {
      this.verdict = verdict;
    }
  }

  /** Whether one more statement or portal may be held. */
  boolean hasRoomFor(TextKey name) {
    return bytes + name.length() < (name.length() == 0 ? MAXIMUM_BYTES + MARGIN : MAXIMUM_BYTES);
  }

  /** Takes room for a name. */
  void hold(TextKey name) {
    bytes += ENTRY + name.length();
  }

  /** Gives it back. */
  void release(TextKey name) {
    bytes -= ENTRY + name.length();
  }

  /** Takes room for the values of a portal. */
  void hold(@Nullable List<Parameter> values) {
    bytes += weight(values);
  }

  /** Gives it back. */
  void release(@Nullable List<Parameter> values) {
    bytes -= weight(values);
  }

  private static long weight(@Nullable List<Parameter> values) {
    long weight = 0;
    if (values != null) {
      for (Parameter value : values) {
        weight += VALUE + (value.value() == null ? 0 : 2L * value.value().length());
      }
    }
    return weight;
  }

  /**
   * Takes room for what is known of a text.
   *
   * @return the same, or what is held of that text already
   */
  Verdict hold(Verdict verdict) {
    if (verdict.text().length() == 0) {
      // A text that is not kept, of which nobody knows whether it is the same as another one.
      bytes += verdict.weight();
      return verdict;
    }
    Held held =
        texts.computeIfAbsent(
            Sort.of(verdict),
            _ -> {
              bytes += verdict.weight();
              return new Held(verdict);
            });
    held.uses++;
    return held.verdict;
  }

  /** Gives it back. */
  void release(Verdict verdict) {
    if (verdict.text().length() == 0) {
      bytes -= verdict.weight();
      return;
    }
    Sort sort = Sort.of(verdict);
    Held held = texts.get(sort);
    if (held != null && --held.uses == 0) {
      texts.remove(sort);
      bytes -= held.verdict.weight();
    }
  }
}
