package dev.sluice.sidecar.statement;

import io.avaje.jsonb.Jsonb;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many rows a plan is expected to change, as EXPLAIN (FORMAT JSON) tells it. */
public final class PlannedRows {
  private static final String CHANGES = "ModifyTable";
  private static final String SOURCE = "Outer";

  private PlannedRows() {}

  /**
   * Reads a plan.
   *
   * @param json the plan
   * @return rows, of all changes in it together; null: it does not tell
   */
  public static @Nullable Long of(String json) {
    Object read;
    try {
      read = Jsonb.instance().type(Object.class).fromJson(json);
    } catch (RuntimeException _) {
      return null;
    }
    if (!(read instanceof List<?> plans)) {
      return null;
    }
    int changes = 0;
    double rows = 0;
    for (Object part : plans) {
      if (part instanceof Map<?, ?> map && map.get("Plan") instanceof Map<?, ?> plan) {
        changes += changes(plan);
        rows += changed(plan);
      }
    }
    return changes == 0 ? null : Math.round(rows);
  }

  /** How many nodes change rows: a statement whose plan has none is not the one that was meant. */
  private static int changes(Map<?, ?> node) {
    int changes = CHANGES.equals(node.get("Node Type")) ? 1 : 0;
    for (Map<?, ?> part : parts(node)) {
      changes += changes(part);
    }
    return changes;
  }

  private static double changed(Map<?, ?> node) {
    boolean changes = CHANGES.equals(node.get("Node Type"));
    double rows = 0;
    for (Map<?, ?> part : parts(node)) {
      if (changes
          && SOURCE.equals(part.get("Parent Relationship"))
          && part.get("Plan Rows") instanceof Number number) {
        rows += number.doubleValue();
      }
      rows += changed(part);
    }
    return rows;
  }

  private static List<Map<?, ?>> parts(Map<?, ?> node) {
    return node.get("Plans") instanceof List<?> parts
        ? parts.stream()
            .<Map<?, ?>>mapMulti(
                (part, next) -> {
                  if (part instanceof Map<?, ?> map) {
                    next.accept(map);
                  }
                })
            .toList()
        : List.of();
  }
}
