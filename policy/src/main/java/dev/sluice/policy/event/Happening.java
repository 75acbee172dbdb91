package dev.sluice.policy.event;

import java.time.Instant;
import java.util.List;
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

  /** Bytes of rows from the client; null: there were none, or it is not known. */
  @Nullable Long bytesReceived();

  /** The values that were bound, as far as they are told; null or empty: nothing is. */
  @Nullable List<Parameter> parameters();

  /** How many events were lost; null: it is not about that. */
  @Nullable Long lost();

  /** When the first of these happened; null: it is not about that. */
  @Nullable Instant lostSince();

  /** How often something was found in what the server sent, by its kind; null: nothing was. */
  @Nullable Map<String, Long> detected();
}
