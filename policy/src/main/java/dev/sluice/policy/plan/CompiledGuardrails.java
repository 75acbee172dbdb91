package dev.sluice.policy.plan;

import dev.sluice.policy.bundle.Bundle;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A GuardrailPolicy whose conditions were read. A rule whose condition could not be read is among
 * the rules as one that cannot be evaluated, which gates take as matching.
 *
 * @param name the policy's name
 * @param databases labels of the Databases that it is for; null: all
 * @param rules its rules, in their order
 * @param problems what is wrong with it; none: it can be taken as it is written
 */
public record CompiledGuardrails(
    String name,
    @Nullable LabelSelector databases,
    List<Bundle.Rule> rules,
    List<PlanProblem> problems) {
  /** Immutable copies. */
  public CompiledGuardrails {
    rules = List.copyOf(rules);
    problems = List.copyOf(problems);
  }
}
