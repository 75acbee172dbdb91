package dev.sluice.policy.plan;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;

/** Label selectors, as Kubernetes means them. An empty one selects everything. */
public final class Selectors {
  private Selectors() {}

  /**
   * Whether labels are selected.
   *
   * @param selector the selector
   * @param labels the labels
   * @return whether every part of the selector holds
   * @throws IllegalArgumentException where an expression has an operator that does not exist
   */
  public static boolean selects(LabelSelector selector, Map<String, String> labels) {
    Map<String, String> wanted = selector.getMatchLabels();
    if (wanted != null && !labels.entrySet().containsAll(wanted.entrySet())) {
      return false;
    }
    List<LabelSelectorRequirement> expressions = selector.getMatchExpressions();
    // Every expression is looked at, so that a broken one is found whatever the labels.
    boolean holds = true;
    for (LabelSelectorRequirement expression :
        expressions == null ? List.<LabelSelectorRequirement>of() : expressions) {
      holds &= holds(expression, labels);
    }
    return holds;
  }

  private static boolean holds(LabelSelectorRequirement expression, Map<String, String> labels) {
    String key = expression.getKey();
    List<String> values = expression.getValues() == null ? List.of() : expression.getValues();
    String operator = expression.getOperator() == null ? "" : expression.getOperator();
    boolean present = labels.containsKey(key);
    boolean among = present && values.contains(labels.get(key));
    return switch (operator) {
      case "In" -> among;
      case "NotIn" -> !among;
      case "Exists" -> present;
      case "DoesNotExist" -> !present;
      default ->
          throw new IllegalArgumentException(
              "operator \"%s\" does not exist: write In, NotIn, Exists or DoesNotExist"
                  .formatted(operator));
    };
  }
}
