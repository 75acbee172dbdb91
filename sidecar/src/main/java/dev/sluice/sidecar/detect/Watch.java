package dev.sluice.sidecar.detect;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.detect.Action;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a bundle has looked for, and in which columns. */
public final class Watch {
  private final List<Rule> rules = new ArrayList<>();
  private final List<Bundle.Detection> all;
  private final boolean byColumn;
  private final boolean refuses;

  private record Rule(Bundle.Detection detection, Set<String> columns, Set<String> except) {
    boolean isFor(String column) {
      return columns.isEmpty() ? !except.contains(column) : columns.contains(column);
    }
  }

  private Watch(List<Bundle.Detection> detections) {
    for (Bundle.Detection each : detections) {
      rules.add(new Rule(each, new HashSet<>(each.columns()), new HashSet<>(each.except())));
    }
    all = List.copyOf(detections);
    byColumn = rules.stream().anyMatch(rule -> !(rule.columns.isEmpty() && rule.except.isEmpty()));
    refuses = detections.stream().anyMatch(each -> each.action() == Action.Refuse);
  }

  /** That of a bundle; null: nothing is looked for. */
  public static @Nullable Watch of(Bundle bundle) {
    List<Bundle.Detection> detections = bundle.detectionsOrNone();
    return detections.isEmpty() ? null : new Watch(detections);
  }

  /** Whether it matters from which column a value is. */
  public boolean isByColumn() {
    return byColumn;
  }

  /** Whether a statement may end for what is found. */
  public boolean refuses() {
    return refuses;
  }

  /** What is looked for in a value of which nobody knows where it is from: everything. */
  List<Bundle.Detection> all() {
    return all;
  }

  /**
   * What is looked for in the values of a column.
   *
   * @param column {@code schema.table.column}
   */
  List<Bundle.Detection> of(String column) {
    return rules.stream().filter(rule -> rule.isFor(column)).map(Rule::detection).toList();
  }
}
