package dev.sluice.sidecar.fuzz;

import dev.sluice.sidecar.postgres.Frontend;
import dev.sluice.sidecar.postgres.StartupRequest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * A server that answers as the protocol says, or lies. To a client whose application has the name
 * {@value #HONEST} it never lies. What it gets is checked: a gate passes on whole messages only,
 * whatever its clients send.
 */
final class FakeServer implements AutoCloseable {
  static final String HONEST = "honest";

  private final ServerSocket socket;
  private final boolean lies;
  private final AtomicLong seed;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong said = new AtomicLong();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  FakeServer(boolean lies, long seed) throws IOException {
    this.lies = lies;
    this.seed = new AtomicLong(seed);
    socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Connections that are there. */
  int open() {
    return open.get();
  }

  /** Messages that it has said. */
  long said() {
    return said.get();
  }

  /** What it was sent that no gate may send. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        open.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException _) {
        // Closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      RandomGenerator random = new SplittableRandom(seed.getAndIncrement());
      DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
      OutputStream out = new BufferedOutputStream(client.getOutputStream());
      byte[] startup = in.readNBytes(in.readInt() - 4);
      int code = startup.length < 4 ? 0 : ByteBuffer.wrap(startup).getInt();
      if (code >>> 16 != StartupRequest.PROTOCOL_3 >>> 16) {
        if (code != StartupRequest.CANCEL) {
          complaints.add("a start-up message of code " + code);
        }
        return;
      }
      boolean honest =
          !lies || new String(startup, StandardCharsets.UTF_8).contains("\0" + HONEST + "\0");
      ServerTalk talk = new ServerTalk(random);
      send(out, honest || random.nextInt(4) > 0 ? talk.welcome() : talk.strangeWelcome());
      out.flush();
      while (true) {
        int type = in.read();
        if (type < 0 || type == Frontend.TERMINATE) {
          return;
        }
        byte[] content = content(in, (byte) type);
        if (!honest && random.nextInt(3000) == 0) {
          // Gone, in the middle of a message.
          out.write(new byte[] {'D', 0, 0, 1, 0, 1});
          return;
        }
        send(out, honest ? talk.answer((byte) type, content) : talk.lie((byte) type, content));
        if (in.available() == 0 || random.nextInt(40) == 0) {
          out.flush();
        }
      }
    } catch (IOException _) {
      // The gate has left.
    } finally {
      open.decrementAndGet();
    }
  }

  private byte[] content(DataInputStream in, byte type) throws IOException {
    int length = in.readInt();
    // Only while it logs in a gate sends passwords.
    int most = type == Frontend.PASSWORD ? 1000 : Frontend.maximumLength(type);
    if (length < 4 || length > most) {
      complaints.add("a message of type %d with the length %d".formatted(type, length));
      throw new EOFException();
    }
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    start.write(in.readNBytes(Math.min(length - 4, 5000)));
    in.skipNBytes(length - 4 - start.size());
    return start.toByteArray();
  }

  private void send(OutputStream out, List<byte[]> messages) throws IOException {
    for (byte[] message : messages) {
      out.write(message);
    }
    said.addAndGet(messages.size());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
