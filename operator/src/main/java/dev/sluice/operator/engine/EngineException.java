package dev.sluice.operator.engine;

import java.io.Serial;

/** What went wrong inside or on the way to a database, for the person who can mend it. */
public final class EngineException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final Category category;
  private final String remedy;

  /**
   * An error with its remedy.
   *
   * @param category what kind
   * @param message what failed; holds no secret and no data
   * @param remedy what to do next
   */
  public EngineException(Category category, String message, String remedy) {
    super(message);
    this.category = category;
    this.remedy = remedy;
  }

  /**
   * An error with its remedy and cause.
   *
   * @param category what kind
   * @param message what failed; holds no secret and no data
   * @param remedy what to do next
   * @param cause what it came from
   */
  public EngineException(Category category, String message, String remedy, Throwable cause) {
    super(message, cause);
    this.category = category;
    this.remedy = remedy;
  }

  /** What kind of error; its name is the reason of a condition. */
  public Category category() {
    return category;
  }

  /** What to do next. */
  public String remedy() {
    return remedy;
  }

  /** Message and remedy in one. */
  public String sentence() {
    return getMessage() + ". " + remedy;
  }

  /** Kinds of error. */
  public enum Category {
    /** No endpoint answers. */
    Unreachable,
    /** Endpoints answer, none of them takes writes. */
    NoPrimary,
    /** The admin's user or password is refused. */
    AuthenticationFailed,
    /** The server's certificate does not verify, or the server has none. */
    CertificateNotTrusted,
    /** The database does not exist. */
    DatabaseNotFound,
    /** The server is too old or lacks what is needed. */
    UnsupportedVersion,
    /** The admin lacks a right. */
    InsufficientRights,
    /** The server refused what the plan asks for, such as a row filter that is not valid. */
    PlanRefused,
    /** The access was not applied, or has been taken back. */
    AccessNotFound,
    /** Whatever else the server said. */
    ServerError;

    /** Whether a later try may succeed without anybody having changed anything. */
    public boolean passing() {
      return switch (this) {
        case Unreachable, NoPrimary, ServerError -> true;
        case AuthenticationFailed,
            CertificateNotTrusted,
            DatabaseNotFound,
            UnsupportedVersion,
            InsufficientRights,
            PlanRefused,
            AccessNotFound ->
            false;
      };
    }
  }
}
