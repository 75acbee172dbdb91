package dev.sluice.cli;

/** How commands end. */
public enum Exit {
  /** It was done, or it is allowed. */
  DONE(0),
  /** It could not be done: the cluster did not answer, or did not permit it. */
  FAILED(1),
  /** The command line or a file is not as it should be. */
  USAGE(2),
  /** A statement or a workload would be refused. */
  REFUSED(3),
  /** A statement needs an approval. */
  NEEDS_APPROVAL(4),
  /** It cannot be told without the database. */
  NOT_TOLD(5);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  /** What the shell is told. */
  public int code() {
    return code;
  }
}
