package dev.sluice.policy.event;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each event has of its own, other than its place in a chain: see {@link Event}. */
public interface Happening {
  /** When it happened. */
  Instant time();

  /** What happened. */
  Event.Type type();

  /** Rows returned or changed; -1: not known. */
  long rows();

  /** How long it took; -1: not known. */
  long durationMicros();

  /** What became of it. */
  Event.Outcome outcome();

  /** The rule that decided; null: none. */
  @Nullable String rule();

  /** For a person; null: none. */
  @Nullable String reason();

  /** The stable code of the rule's finding; null: none. */
  @Nullable String code();

  /** The SQLSTATE of an error; null: none. */
  @Nullable String sqlState();

  /** Bytes of rows to the client; null: not known. */
  @Nullable Long bytes();

  /** What the client says of the statement; null or empty: nothing. */
  @Nullable Map<String, String> tagValues();

  /** The trace that the client tells; null: none. */
  @Nullable String traceId();
}
