package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;

/** Label selectors as Kubernetes means them. */
public final class LabelSelection {
  private LabelSelection() {}

  /**
   * Whether a selector selects an object with these labels. A requirement with an operator that
   * Kubernetes does not have selects nothing.
   *
   * @param selector the selector; an empty one selects everything
   * @param labels the labels
   */
  public static boolean selects(LabelSelector selector, Map<String, String> labels) {
    Map<String, String> equal = selector.getMatchLabels();
    boolean matches = equal == null || labels.entrySet().containsAll(equal.entrySet());
    List<LabelSelectorRequirement> requirements = selector.getMatchExpressions();
    return matches
        && (requirements == null
            || requirements.stream().allMatch(requirement -> holds(requirement, labels)));
  }

  private static boolean holds(LabelSelectorRequirement requirement, Map<String, String> labels) {
    String value = labels.get(requirement.getKey());
    List<String> values = requirement.getValues();
    return switch (requirement.getOperator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }
}
