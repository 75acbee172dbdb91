package dev.sluice.sidecar.postgres;

import java.io.IOException;

/** A peer that does not keep to the protocol. */
public final class ProtocolException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Tells what is wrong.
   *
   * @param message for a person; holds nothing of the message's content
   */
  public ProtocolException(String message) {
    super(message);
  }
}
