package dev.sluice.sidecar.session;

import dev.sluice.policy.expression.Expression;

/** Conditions of rules. */
final class TestRules {
  static final Expression ALWAYS = new Expression.Literal(true);

  private TestRules() {}
}
