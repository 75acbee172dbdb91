package dev.sluice.sidecar.spool;

import dev.sluice.policy.event.Event;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees whether a file of a chain is missing among those that an earlier life left: the first event
 * of each file has the hash of the last one of the file before.
 */
final class SegmentLinks {
  private final JsonType<Event> json = Jsonb.instance().type(Event.class);
  private final Consumer<String> log;
  private @Nullable Event last;

  SegmentLinks(Consumer<String> log) {
    this.log = log;
  }

  /** Looks at the next file, of which so many bytes are whole lines. */
  void next(byte[] lines, int length) {
    if (length == 0) {
      return;
    }
    Event first = read(lines, 0, end(lines, 0));
    Event before = last;
    if (before != null
        && first != null
        && before.chain().equals(first.chain())
        && !before.hash().equals(first.previousHash())) {
      log.accept(
          "a file of the spool is missing: after event %d of chain %s comes event %d, which does not continue it"
              .formatted(before.sequence(), before.chain(), first.sequence()));
    }
    int start = length - 1;
    while (start > 0 && lines[start - 1] != '\n') {
      start--;
    }
    last = read(lines, start, length - 1);
  }

  private static int end(byte[] lines, int start) {
    int end = start;
    while (lines[end] != '\n') {
      end++;
    }
    return end;
  }

  /** The poster tells of a line that is no event. */
  private @Nullable Event read(byte[] lines, int start, int end) {
    try {
      return json.fromJson(new String(lines, start, end - start, StandardCharsets.UTF_8));
    } catch (RuntimeException unreadable) {
      return null;
    }
  }
}
