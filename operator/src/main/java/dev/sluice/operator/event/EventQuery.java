package dev.sluice.operator.event;

import dev.sluice.policy.event.Event;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which events are wanted. What is null does not matter.
 *
 * @param access the DatabaseAccess, {@code namespace/name}
 * @param namespace the pod's namespace
 * @param pod the pod's name
 * @param outcome what became of it
 * @param type what happened
 * @param since the earliest time, inclusive
 * @param before the identifier of an event: only those that are older, for reading on from there
 * @param limit how many at most, the newest, 1 to {@value #MOST}
 * @param trace the trace that the client told, 32 hexadecimal digits
 * @param relation a relation that the statement names, as events write it
 * @param column a column that the statement reads or writes, as events write it
 */
public record EventQuery(
    @Nullable String access,
    @Nullable String namespace,
    @Nullable String pod,
    Event.@Nullable Outcome outcome,
    Event.@Nullable Type type,
    @Nullable Instant since,
    @Nullable UUID before,
    int limit,
    @Nullable String trace,
    @Nullable String relation,
    @Nullable String column) {
  /** How many events one answer holds at most. */
  public static final int MOST = 1000;

  /** A query by neither trace nor relation nor column. */
  public EventQuery(
      @Nullable String access,
      @Nullable String namespace,
      @Nullable String pod,
      Event.@Nullable Outcome outcome,
      Event.@Nullable Type type,
      @Nullable Instant since,
      @Nullable UUID before,
      int limit) {
    this(access, namespace, pod, outcome, type, since, before, limit, null, null, null);
  }
}
