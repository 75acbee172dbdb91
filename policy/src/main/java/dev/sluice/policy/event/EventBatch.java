package dev.sluice.policy.event;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * Events on their way: the body of {@code POST /v1/events} and the answer of {@code GET
 * /v1/events}.
 *
 * @param events in the order of their chain when posted, newest first when read
 */
@Json
public record EventBatch(List<Event> events) {
  /** An immutable copy. */
  public EventBatch {
    events = List.copyOf(events);
  }
}
