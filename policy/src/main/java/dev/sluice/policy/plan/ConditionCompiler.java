package dev.sluice.policy.plan;

import dev.sluice.policy.expression.Expression;

/** Reads the condition of a rule. */
@FunctionalInterface
public interface ConditionCompiler {

  /**
   * Reads and checks a condition.
   *
   * @param condition in CEL
   * @return the same as gates have it
   * @throws ConditionException where it is not a condition, or not one that gates can evaluate
   */
  Expression compile(String condition) throws ConditionException;

  /** What is wrong with a condition, for a person, with line and column of each mistake. */
  final class ConditionException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * A condition that cannot be used.
     *
     * @param message {@code line:column: what is wrong}, several of them separated by semicolons
     */
    public ConditionException(String message) {
      super(message);
    }
  }
}
