package dev.sluice.operator.database;

import java.io.Serial;

/** Why a Database cannot be reached before anything was sent to it. */
public final class LinkProblem extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final String reason;
  private final String sentence;

  /**
   * A problem.
   *
   * @param reason one word in CamelCase
   * @param field where it stands in the Database
   * @param message what is wrong
   * @param remedy what to do next
   */
  public LinkProblem(String reason, String field, String message, String remedy) {
    super(message);
    this.reason = reason;
    this.sentence = "%s: %s. %s.".formatted(field, message, remedy);
  }

  /** One word in CamelCase. */
  public String reason() {
    return reason;
  }

  /** Field, message and remedy in one. */
  public String sentence() {
    return sentence;
  }
}
