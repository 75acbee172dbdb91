package dev.sluice.sidecar.spool;

import dev.sluice.policy.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events that were dropped and of which nobody was told yet. Guarded by the spool's lock. */
final class Losses {
  private final Map<String, Loss> byAccess = new LinkedHashMap<>();

  /** Of one grant. */
  private record Loss(Draft.Subject subject, long count, Instant first, Instant last) {
    Loss and(Draft draft) {
      return new Loss(
          subject,
          count + 1,
          draft.time().isBefore(first) ? draft.time() : first,
          draft.time().isAfter(last) ? draft.time() : last);
    }

    Draft draft() {
      return Draft.lost(
          subject,
          count,
          first,
          last,
          "The spool was full, and the Database lets events be dropped then: %d were, from %s to %s."
              .formatted(count, first, last),
          Code.EVENTS_DROPPED.code());
    }
  }

  boolean isEmpty() {
    return byAccess.isEmpty();
  }

  void add(List<Draft> drafts) {
    for (Draft draft : drafts) {
      Draft.Subject subject = draft.subject();
      byAccess.compute(
          subject.access(),
          (_, loss) ->
              loss == null
                  ? new Loss(subject.ofGrant(), 1, draft.time(), draft.time())
                  : loss.and(draft));
    }
  }

  /** They were told. */
  void clear() {
    byAccess.clear();
  }

  /** An event for each grant that lost some. */
  List<Draft> drafts() {
    List<Draft> drafts = new ArrayList<>();
    byAccess.values().forEach(loss -> drafts.add(loss.draft()));
    return drafts;
  }
}
