package dev.sluice.policy.statement;

import dev.sluice.policy.expression.Evaluation;
import dev.sluice.policy.expression.EvaluationException;
import dev.sluice.policy.expression.Expression;

/** Whether the condition of a rule holds for a statement. */
sealed interface RuleCondition {
  /** It does. */
  record Holds() implements RuleCondition {}

  /** It does not. */
  record DoesNotHold() implements RuleCondition {}

  /**
   * It has no value.
   *
   * @param reason why, for a person
   */
  record Unknown(String reason) implements RuleCondition {}

  /** Asks it. */
  static RuleCondition of(Expression condition, RuleSubject subject) {
    try {
      return switch (Evaluation.evaluate(condition, subject.variables())) {
        case Boolean truth -> truth ? new Holds() : new DoesNotHold();
        default -> new Unknown("its condition is neither true nor false");
      };
    } catch (EvaluationException noValue) {
      return new Unknown(String.valueOf(noValue.getMessage()));
    }
  }

  /** Whether a part of an expression may have another value at the next execution. */
  static boolean varies(Expression part) {
    return switch (part) {
      case Expression.Variable(String name) -> name.equals(RuleVariable.NOW.path());
      case Expression.Field(Expression.Variable(String object), String field) ->
          RuleVariable.of(object, field).filter(RuleVariable::varies).isPresent();
      case Expression.Has(Expression.Variable(String object), String field) ->
          RuleVariable.of(object, field).filter(RuleVariable::varies).isPresent();
      default -> false;
    };
  }
}
