package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ServerMessage;
import java.io.IOException;
import java.io.OutputStream;

/**
 * What goes to a client. When the client is gone, nothing goes anywhere, so that the server's
 * answers are still read and become events.
 */
final class ClientOutput {
  private final OutputStream out;
  private boolean withinMessage;
  private boolean gone;

  ClientOutput(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes.
   *
   * @param within whether the last message goes on with the next write
   */
  synchronized void write(byte[] bytes, int offset, int length, boolean within) {
    if (gone) {
      return;
    }
    try {
      out.write(bytes, offset, length);
      withinMessage = within;
    } catch (IOException _) {
      gone = true;
    }
  }

  /** Writes a last message, unless another one is half written, and nothing after it. */
  synchronized void end(ServerMessage answer) {
    if (gone) {
      return;
    }
    gone = true;
    if (withinMessage) {
      return;
    }
    MessageBuilder message = new MessageBuilder(256);
    answer.write(message);
    try {
      out.write(message.array(), 0, message.size());
    } catch (IOException _) {
      // It does not want to know.
    }
  }
}
