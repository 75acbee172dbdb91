package dev.sluice.operator.event;

import java.io.Serial;

/** The ledger did not do what it was asked. */
public abstract sealed class LedgerException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private LedgerException(String message) {
    super(message);
  }

  private LedgerException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The ledger's database does not answer or cannot be used; nothing was taken. */
  public static final class Unavailable extends LedgerException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * An error.
     *
     * @param message what failed
     */
    public Unavailable(String message) {
      super(message);
    }

    /**
     * An error with its cause.
     *
     * @param message what failed
     * @param cause what it came from
     */
    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** What was given cannot be kept, now or later; nothing was taken. */
  public static final class Unkeepable extends LedgerException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * An error with its cause.
     *
     * @param message what failed
     * @param cause what it came from
     */
    public Unkeepable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** A chain is another pod's; nothing was taken. */
  public static final class ForeignChain extends LedgerException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * An error.
     *
     * @param chain the chain
     */
    public ForeignChain(String chain) {
      super("Chain %s was begun by another pod.".formatted(chain));
    }
  }
}
