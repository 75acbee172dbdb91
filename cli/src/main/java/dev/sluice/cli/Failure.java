package dev.sluice.cli;

/** Why a command cannot go on, for the person who gave it. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Exit exit;

  private Failure(Exit exit, String message) {
    super(message);
    this.exit = exit;
  }

  /**
   * The command line or a file is not as it should be.
   *
   * @param message what is wrong, and what to do next
   */
  public static Failure usage(String message) {
    return new Failure(Exit.USAGE, message);
  }

  /**
   * It could not be done.
   *
   * @param message why, and what to do next
   */
  public static Failure failed(String message) {
    return new Failure(Exit.FAILED, message);
  }

  /** How the command ends. */
  public Exit exit() {
    return exit;
  }

  /** The sentence. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
