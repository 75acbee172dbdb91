package dev.sluice.policy.expression;

/** An expression has no value. Its message says why, for a person, without what was looked at. */
public final class EvaluationException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * An error of an expression. It has no stack trace: it is a result, and {@code &&} and {@code ||}
   * may pass over it.
   *
   * @param message why there is no value
   */
  public EvaluationException(String message) {
    super(message, null, false, false);
  }
}
