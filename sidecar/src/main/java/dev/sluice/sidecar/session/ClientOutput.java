package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ServerMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * What goes to a client. When the client is gone, nothing goes anywhere, so that the server's
 * answers are still read and become events.
 */
final class ClientOutput {
  private final Socket client;
  private final OutputStream out;
  private boolean withinMessage;
  private boolean gone;
  private boolean ended;

  ClientOutput(Socket client) throws IOException {
    this.client = client;
    this.out = client.getOutputStream();
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

  /**
   * Writes nothing more but a last message, unless another one is half written.
   *
   * @param answer the message; null: none
   */
  synchronized void end(@Nullable ServerMessage answer) {
    if (gone) {
      return;
    }
    gone = true;
    ended = true;
    MessageBuilder message = new MessageBuilder(256);
    if (answer != null && !withinMessage) {
      answer.write(message);
    }
    try {
      out.write(message.array(), 0, message.size());
      client.shutdownOutput();
    } catch (IOException _) {
      // It does not want to know.
    }
  }

  /** Whether the client was told the end, rather than gone before. */
  synchronized boolean isEnded() {
    return ended;
  }
}
