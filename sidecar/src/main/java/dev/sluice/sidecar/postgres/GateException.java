package dev.sluice.sidecar.postgres;

import dev.sluice.policy.Code;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something that ends a session, or keeps it from being opened, with what its client reads. */
public final class GateException extends IOException {
  private static final long serialVersionUID = 1;

  private final Code code;
  private final transient ServerMessage answer;

  /**
   * An end with an answer of the gate's own.
   *
   * @param code the stable code
   * @param sqlState five characters
   * @param message one line: what is refused
   * @param detail why
   */
  public GateException(Code code, String sqlState, String message, String detail) {
    this(code, answer(code, sqlState, message, detail), null);
  }

  /**
   * An end with a cause.
   *
   * @param code the stable code
   * @param answer what the client reads
   * @param cause what happened; null: nothing more to tell
   */
  public GateException(Code code, ServerMessage answer, @Nullable Throwable cause) {
    super(answer.message(), cause);
    this.code = code;
    this.answer = answer;
  }

  /** The fatal error that a client reads for a code. */
  public static ServerMessage answer(Code code, String sqlState, String message, String detail) {
    return ServerMessage.fatal(
        sqlState, "%s [%s]".formatted(message, code.code()), detail, code.remedy());
  }

  /** The stable code. */
  public Code code() {
    return code;
  }

  /** What the client reads. */
  public ServerMessage answer() {
    return answer;
  }
}
