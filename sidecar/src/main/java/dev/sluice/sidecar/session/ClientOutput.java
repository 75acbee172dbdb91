package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ServerMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What goes to a client. When the client is gone, nothing goes anywhere, so that the server's
 * answers are still read and become events.
 */
final class ClientOutput {
  /** For how long a write that is under way is waited for before the last message. */
  private static final int PATIENCE_MILLIS = 1000;

  private final ClientConnection client;
  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean withinMessage;
  private volatile boolean gone;
  private volatile boolean ended;
  private volatile long writingSince;

  ClientOutput(ClientConnection client) throws IOException {
    this.client = client;
    this.out = client.out();
  }

  /**
   * Writes. Takes as long as the client takes to read.
   *
   * @param within whether the last message goes on with the next write
   * @return whether the client turned out to be gone
   */
  boolean write(byte[] bytes, int offset, int length, boolean within) {
    lock.lock();
    try {
      if (gone) {
        return false;
      }
      writingSince = System.nanoTime();
      out.write(bytes, offset, length);
      withinMessage = within;
      return false;
    } catch (IOException _) {
      gone = true;
      return true;
    } finally {
      writingSince = 0;
      lock.unlock();
    }
  }

  /** Since when a write waits for the client to read, by the clock of durations; 0: none does. */
  long writingSince() {
    return writingSince;
  }

  /**
   * Writes nothing more but a last message, unless another one is half written. A client that does
   * not read is cut off.
   *
   * @param answer the message; null: none
   */
  void end(@Nullable ServerMessage answer) {
    try {
      if (!lock.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        ended = true;
        cut();
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      ended = true;
      cut();
      return;
    }
    try {
      if (gone) {
        return;
      }
      gone = true;
      ended = true;
      MessageBuilder message = new MessageBuilder(256);
      if (answer != null && !withinMessage) {
        answer.write(message);
      }
      writingSince = System.nanoTime();
      out.write(message.array(), 0, message.size());
      client.shutdownOutput();
    } catch (IOException _) {
      // It does not want to know.
    } finally {
      writingSince = 0;
      lock.unlock();
    }
  }

  /** Ends the connection, and with it a write that waits for the client to read. */
  void cut() {
    client.cut();
  }

  /** Whether the client was told the end, rather than gone before. */
  boolean isEnded() {
    return ended;
  }
}
