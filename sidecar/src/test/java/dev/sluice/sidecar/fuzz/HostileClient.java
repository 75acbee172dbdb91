package dev.sluice.sidecar.fuzz;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a gate, on which a client says what it should and, where it is hostile, what it
 * should not. What the gate answers is checked to be whole messages, however the server lied.
 */
final class HostileClient {
  /** A gate that has not ended a connection by then hangs. */
  private static final int PATIENCE_SECONDS = 60;

  private static final int MESSAGES = 400;

  private final int port;
  private final String database;
  private final boolean hostile;
  private final RandomGenerator random;
  private final Hostility hostility;
  private final ClientTalk talk;

  HostileClient(int port, String database, boolean hostile, RandomGenerator random) {
    this.port = port;
    this.database = database;
    this.hostile = hostile;
    this.random = random;
    this.hostility = new Hostility(random);
    this.talk = new ClientTalk(random);
  }

  /** How a connection went. */
  record Outcome(int messages, @Nullable String complaint) {}

  Outcome run() throws IOException, InterruptedException {
    int sent = 0;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      boolean strange = hostile && hostility.oncePer(5);
      CompletableFuture<@Nullable String> answers = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> answers.complete(read(socket, strange)));
      try {
        OutputStream out = socket.getOutputStream();
        if (strange) {
          send(out, talk.opening(database));
        }
        send(out, talk.startup(database, "fuzz"));
        for (; sent < MESSAGES && !answers.isDone(); sent++) {
          send(out, message());
        }
        if (hostile && hostility.oncePer(6)) {
          // Gone without a word, answers unread.
          socket.setSoLinger(true, 0);
          return new Outcome(sent, null);
        }
        out.write(new byte[] {'S', 0, 0, 0, 4, 'X', 0, 0, 0, 4});
        socket.shutdownOutput();
      } catch (IOException _) {
        // The gate has ended it, as it may.
      }
      return new Outcome(sent, answers.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (TimeoutException late) {
      return new Outcome(sent, "a connection was not ended within a minute");
    } catch (java.util.concurrent.ExecutionException failure) {
      return new Outcome(sent, "a client failed: " + failure.getCause());
    }
  }

  private byte[] message() {
    byte[] message = talk.message();
    if (hostile && hostility.oncePer(500)) {
      return hostility.spoilLength(message);
    }
    return hostile && hostility.oncePer(60) ? hostility.spoilContent(message) : message;
  }

  private void send(OutputStream out, byte[] bytes) throws IOException {
    if (bytes.length > 1 && hostility.oncePer(8)) {
      int middle = 1 + random.nextInt(bytes.length - 1);
      out.write(bytes, 0, middle);
      out.write(bytes, middle, bytes.length - middle);
    } else {
      out.write(bytes);
    }
  }

  /** Reads to the end; what was wrong with it. */
  private static @Nullable String read(Socket socket, boolean strange) {
    try {
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      while (true) {
        int type = in.read();
        if (type < 0) {
          return null;
        }
        if (strange && type == 'N' && in.available() < 4) {
          // The answer to a wish for TLS has no length.
          in.transferTo(OutputStream.nullOutputStream());
          return null;
        }
        int length = in.readInt();
        if (!strange && length < 4) {
          return "a message of type %d with the length %d".formatted(type, length);
        }
        in.skipNBytes(Math.max(0, length - 4));
      }
    } catch (EOFException _) {
      // A message that the server did not bring to an end.
      return null;
    } catch (IOException _) {
      return null;
    }
  }
}
