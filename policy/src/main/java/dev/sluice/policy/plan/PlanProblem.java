package dev.sluice.policy.plan;

/**
 * What is wrong with a resource, for its condition.
 *
 * @param kind the kind of resource whose author can mend it
 * @param namespace its namespace; empty where it is cluster-scoped
 * @param name its name
 * @param field the path of the field, such as {@code spec.grants[1].tables[0]}
 * @param reason one word in CamelCase, for a condition
 * @param message what is wrong, with the values in question
 * @param remedy what to do next
 */
public record PlanProblem(
    Kind kind,
    String namespace,
    String name,
    String field,
    String reason,
    String message,
    String remedy) {

  /** Kinds of resource that can be wrong. */
  public enum Kind {
    DatabaseAccess,
    Database,
    MaskingPolicy,
    GuardrailPolicy
  }

  /** {@code field: message Remedy}, as a condition's message shows it. */
  public String sentence() {
    return "%s: %s. %s".formatted(field, message, remedy);
  }
}
