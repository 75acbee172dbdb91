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

  /** What is known of a text, as often as it is held. */
  static final class Held {
    private final Verdict verdict;
    private final @Nullable Sort sort;
    private int uses;

    private Held(Verdict verdict, @Nullable Sort sort) {
      this.verdict = verdict;
      this.sort = sort;
    }

    Verdict verdict() {
      return verdict;
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
  Held hold(Verdict verdict) {
    // A text that is not kept: nobody knows whether it is the same as another one.
    Sort sort = verdict.text().length() == 0 ? null : Sort.of(verdict);
    Held held = sort == null ? null : texts.get(sort);
    if (held == null) {
      held = new Held(verdict, sort);
      bytes += verdict.weight();
      if (sort != null) {
        texts.put(sort, held);
      }
    }
    held.uses++;
    return held;
  }

  /** Takes no more room for it, since it is held already. */
  void holdAgain(Held held) {
    held.uses++;
  }

  /** Gives it back. */
  void release(Held held) {
    if (--held.uses == 0) {
      bytes -= held.verdict.weight();
      if (held.sort != null) {
        texts.remove(held.sort);
      }
    }
  }
}
