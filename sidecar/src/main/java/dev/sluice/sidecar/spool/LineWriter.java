package dev.sluice.sidecar.spool;

import dev.sluice.policy.event.EventChain;
import dev.sluice.policy.event.EventMembers;
import dev.sluice.policy.event.Sha256;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes lines of drafts and has them written. Guarded by the spool's lock. */
final class LineWriter {
  private final EventId ids = new EventId(new SplittableRandom(new SecureRandom().nextLong()));
  private final String chain = UUID.randomUUID().toString();
  private final Supplier<EventChain> first;
  private final Segments segments;
  private final Print print;
  private @Nullable EventChain events;

  LineWriter(Witness witness, Supplier<Sha256> sha256, Segments segments, Print print) {
    this.first = () -> new EventChain(chain, witness.members(), sha256.get());
    this.segments = segments;
    this.print = print;
  }

  /** Writes all or none; how many bytes these are. */
  int write(List<Draft> drafts) throws IOException {
    EventChain open = events;
    if (open == null) {
      open = first.get();
      events = open;
    }
    boolean written = false;
    try {
      for (Draft draft : drafts) {
        open.add(
            ids.high(draft.time().toEpochMilli()),
            ids.low(),
            draft.subject().members(),
            draft.evidence() == null ? EventMembers.Statement.NONE : draft.evidence().members(),
            draft);
      }
      segments.write(open.lines(), open.size(), chain, open.sequence());
      written = true;
    } finally {
      if (!written) {
        open.undo();
      }
    }
    int size = open.size();
    print.print(open.lines(), size);
    open.clear();
    return size;
  }
}
