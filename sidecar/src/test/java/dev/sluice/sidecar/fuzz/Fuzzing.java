package dev.sluice.sidecar.fuzz;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Many hostile sessions at a gate that leads to a {@link FakeServer}, a few at a time. */
final class Fuzzing {
  private static final int THREADS = 6;

  private final int port;
  private final String database;
  private final FakeServer server;
  private final boolean hostileClients;
  private final AtomicLong messages = new AtomicLong();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  Fuzzing(int port, String database, FakeServer server, boolean hostileClients) {
    this.port = port;
    this.database = database;
    this.server = server;
    this.hostileClients = hostileClients;
  }

  /**
   * Runs sessions until enough messages were sent, or something was wrong.
   *
   * @param wanted messages of the side that is hostile
   * @param seed of the first session; those after it have the following ones
   * @param goesOn asked between sessions; false: the gate has ended
   * @return what was wrong
   */
  List<String> run(long wanted, long seed, BooleanSupplier goesOn) throws InterruptedException {
    AtomicLong next = new AtomicLong(seed);
    List<Thread> threads = new ArrayList<>();
    for (int number = 0; number < THREADS; number++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (done() < wanted && complaints.isEmpty() && goesOn.getAsBoolean()) {
                      session(next.getAndIncrement());
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    complaints.addAll(server.complaints());
    if (complaints.isEmpty() && goesOn.getAsBoolean() && !servesHonestClients()) {
      complaints.add("an honest client was not served afterwards");
    }
    return List.copyOf(complaints);
  }

  /** Messages of the side that is hostile, so far. */
  long done() {
    return hostileClients ? messages.get() : server.said();
  }

  private void session(long seed) {
    try {
      HostileClient.Outcome outcome =
          new HostileClient(port, database, hostileClients, new SplittableRandom(seed)).run();
      messages.addAndGet(outcome.messages());
      if (outcome.complaint() != null) {
        complaints.add("session %d: %s".formatted(seed, outcome.complaint()));
      }
    } catch (IOException failure) {
      complaints.add("session %d: %s".formatted(seed, failure));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException failure) {
      complaints.add("session %d: %s".formatted(seed, failure));
    }
  }

  private boolean servesHonestClients() {
    for (int number = 0; number < 5; number++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(20_000);
        ClientTalk talk = new ClientTalk(new SplittableRandom(number));
        socket.getOutputStream().write(talk.startup(database, FakeServer.HONEST));
        DataInputStream in = new DataInputStream(socket.getInputStream());
        untilReady(in);
        socket.getOutputStream().write(new byte[] {'S', 0, 0, 0, 4});
        untilReady(in);
      } catch (IOException failure) {
        complaints.add("an honest client: " + failure);
        return false;
      }
    }
    return true;
  }

  private static void untilReady(DataInputStream in) throws IOException {
    int type = 0;
    while (type != 'Z') {
      type = in.readUnsignedByte();
      in.skipNBytes(in.readInt() - 4);
    }
  }
}
