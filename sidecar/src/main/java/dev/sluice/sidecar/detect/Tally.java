package dev.sluice.sidecar.detect;

import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.detect.Span;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what was found, by kind. */
public final class Tally {
  private @Nullable Map<String, Long> counts;

  void add(List<Span> spans) {
    for (Span span : spans) {
      Map<String, Long> known = counts;
      if (known == null) {
        known = new TreeMap<>();
        counts = known;
      }
      known.merge(span.kind().name(), 1L, Long::sum);
    }
  }

  void add(Kind kind) {
    add(List.of(new Span(0, 0, kind)));
  }

  /** Takes what was counted; null: nothing. */
  public @Nullable Map<String, Long> take() {
    Map<String, Long> taken = counts;
    counts = null;
    return taken;
  }
}
