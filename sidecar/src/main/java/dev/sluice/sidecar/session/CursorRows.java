package dev.sluice.sidecar.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many rows the cursors of a session have returned that SQL made, by name, so that a limit of
 * rows holds for all FETCHes of one together. Of too many names those are forgotten that were not
 * read from for longest.
 */
final class CursorRows {
  private static final int MOST_NAMES = 500;

  private final Map<String, RowCount> counts = new LinkedHashMap<>(0, 0.75f, true);

  /** A cursor was made, which has returned nothing yet. */
  void declared(String name) {
    counts.put(name, new RowCount());
    forgetSome();
  }

  /** A cursor was closed; null: all were. */
  void closed(@Nullable String name) {
    if (name == null) {
      counts.clear();
    } else {
      counts.remove(name);
    }
  }

  /** Whether a cursor of a name was made, or read from. */
  boolean has(String name) {
    return counts.containsKey(name);
  }

  /** The count of a name. */
  RowCount of(String name) {
    RowCount count = counts.computeIfAbsent(name, _ -> new RowCount());
    forgetSome();
    return count;
  }

  private void forgetSome() {
    if (counts.size() > MOST_NAMES) {
      counts.remove(counts.keySet().iterator().next());
    }
  }
}
