package dev.sluice.sidecar.control;

import dev.sluice.policy.Code;
import dev.sluice.policy.control.Problem;
import java.io.IOException;

/** The control plane was asked and said no. */
public final class ControlPlaneException extends IOException {
  private static final long serialVersionUID = 1;

  /** What the codes of the control plane begin with. */
  private static final String CODES = "SLU-";

  private final transient Problem problem;

  /**
   * Its answer.
   *
   * @param problem what it said
   */
  public ControlPlaneException(Problem problem) {
    super(
        "%s (%d %s): %s %s"
            .formatted(
                problem.title(),
                problem.status(),
                problem.code(),
                problem.detail(),
                problem.remedy()));
    this.problem = problem;
  }

  /** What it said. */
  public Problem problem() {
    return problem;
  }

  /**
   * Whether it says that there is nothing for this pod any more, rather than not yet. Only the
   * control plane itself says so, never what stands between.
   */
  public boolean isEnd() {
    return isItsOwn()
        && (problem.status() == 403
            || problem.status() == 410
            || problem.code().equals(Code.ACCESS_NOT_FOUND.code()));
  }

  /** Whether it would say the same of the same events again, for these are what is wrong. */
  boolean isAboutEvents() {
    return isItsOwn()
        && (problem.status() == 400
            || problem.status() == 413
            || problem.code().equals(Code.EVENTS_OF_ANOTHER_POD.code()));
  }

  private boolean isItsOwn() {
    return String.valueOf(problem.code()).startsWith(CODES);
  }
}
