package dev.sluice.operator.api;

import dev.sluice.policy.Code;
import dev.sluice.policy.control.Problem;
import java.io.Serial;

/** A request that is answered with a problem. */
public final class Refusal extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;
  private final Code code;
  private final String detail;
  private final String remedy;

  /**
   * A refusal with the code's own remedy.
   *
   * @param status the HTTP status, from 400
   * @param code what kind
   * @param detail what was refused, by what; holds no secret
   */
  public Refusal(int status, Code code, String detail) {
    this(status, code, detail, code.remedy());
  }

  /**
   * A refusal.
   *
   * @param status the HTTP status, from 400
   * @param code what kind
   * @param detail what was refused, by what; holds no secret
   * @param remedy what to do next
   */
  public Refusal(int status, Code code, String detail, String remedy) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.remedy = remedy;
  }

  /** What kind. */
  public Code code() {
    return code;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The body of the answer. */
  public Problem problem() {
    return new Problem(code.title(), status, code.code(), detail, remedy);
  }
}
