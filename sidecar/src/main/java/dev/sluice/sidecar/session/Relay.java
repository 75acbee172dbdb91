package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.spool.Draft;
import dev.sluice.sidecar.wire.Buffers;
import dev.sluice.sidecar.wire.Ends;
import dev.sluice.sidecar.wire.Loop;
import dev.sluice.sidecar.wire.Wire;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The two connections of a session while it is relayed: what is read of each and when, and how both
 * end. A side is read only as long as the other one takes what it is sent, so that a session holds
 * little however much goes through it. Within the loop only.
 */
final class Relay {
  /** Until when a client that is told the end has to take what it was sent before. */
  private static final long PATIENCE = 1_000_000_000L;

  private final Session session;
  private final Loop loop;
  private final Round round;
  private final Wire client;
  private final Wire server;
  private final StatementEvents events;
  private final FromClient fromClient;
  private final Step receive;
  private final Step resume;
  private final Step send;
  private final Runnable sendServer = this::sendServer;
  private final FromServer fromServer;
  private final SelectionKey clientKey;
  private final SelectionKey serverKey;

  /** Whether the client has ended, or is not obeyed any more. */
  private boolean clientDone;

  /** Whether the client has nothing more to say. */
  private boolean clientEnded;

  /** Whether the client takes nothing any more. */
  private boolean clientGone;

  /** Whether the client was told the end. */
  private boolean told;

  /** Whether that was before the server had ended. */
  private boolean hurried;

  private boolean clientClosed;

  /** Whether it is read again in the next round, since it holds more. */
  private boolean clientAgain;

  private boolean serverAgain;
  private boolean serverEnded;

  /** Whether what the client sent goes to the server at the end of the round. */
  private boolean sends;

  /** Whether answers wait for their events to be written. */
  private boolean held;

  /** What the client is told when what is held was sent; null: no more than the end. */
  private @Nullable ServerMessage last;

  /**
   * Begins to relay.
   *
   * @param welcome what the client is told first
   * @throws IOException where one of both sides is gone
   */
  Relay(
      Session session,
      Hub hub,
      Wire client,
      Wire server,
      StatementEvents events,
      MessageBuilder welcome)
      throws IOException {
    this.session = session;
    this.loop = hub.loop();
    this.round = hub.round();
    this.client = client;
    this.server = server;
    this.events = events;
    client.relay();
    server.relay();
    clientKey = loop.watch(client.channel(), this::clientReady);
    serverKey = loop.watch(server.channel(), this::serverReady);
    fromServer = new FromServer(session, events, hub.heldRows());
    fromClient = new FromClient(session, client, server, hub, this::resume);
    receive = fromClient::receive;
    resume = fromClient::resume;
    send = fromClient::send;
    client.write(welcome.array(), 0, welcome.size(), buffers());
    settle();
  }

  private Buffers buffers() {
    return loop.buffers();
  }

  private void clientReady(int operations) {
    if ((operations & SelectionKey.OP_WRITE) != 0) {
      flushClient();
    }
    if ((operations & SelectionKey.OP_READ) != 0) {
      readClient();
    }
    settle();
  }

  private void serverReady(int operations) {
    if ((operations & SelectionKey.OP_WRITE) != 0) {
      flushServer();
    }
    if ((operations & SelectionKey.OP_READ) != 0) {
      readServer();
    }
    settle();
  }

  private void readClientAgain() {
    clientAgain = false;
    clientReady(SelectionKey.OP_READ);
  }

  private void readServerAgain() {
    serverAgain = false;
    serverReady(SelectionKey.OP_READ);
  }

  /** What the client sent can be gone on with. */
  private void resume() {
    if (!clientDone) {
      obey(resume);
      settle();
    }
  }

  private void readClient() {
    if (clientDone) {
      if (!clientEnded) {
        discard();
      }
    } else if (readsClient()) {
      obey(receive);
    }
  }

  /** Something that the client wants; whether it may want more. */
  @FunctionalInterface
  private interface Step {
    boolean take() throws IOException;
  }

  /**
   * What is to be sent then goes at the end of the round, with that of other sessions: one write
   * after the other costs less than as many with something else in between.
   */
  private void obey(Step step) {
    if (isObeyed(step) && !sends) {
      sends = true;
      loop.atEnd(sendServer);
    }
  }

  private void sendServer() {
    sends = false;
    if (!clientDone) {
      isObeyed(send);
      settle();
    }
  }

  /** Whether more may come. */
  private boolean isObeyed(Step step) {
    try {
      if (step.take()) {
        return true;
      }
    } catch (ProtocolException failure) {
      Ending reason = Ending.protocol(failure);
      session.endsFor(reason);
      tellEnd(reason.answer());
    } catch (IOException _) {
      // One of both sides is gone; the other one is told below.
    }
    clientDone();
    return false;
  }

  /** What was sent still runs, and its end is still an event. */
  private void clientDone() {
    if (clientDone) {
      return;
    }
    clientDone = true;
    try {
      if (sends && !serverEnded) {
        fromClient.send();
      }
    } catch (IOException _) {
      // As below.
    }
    fromClient.end();
    try {
      if (!serverEnded) {
        server.end(buffers());
      }
    } catch (IOException _) {
      // It is gone, which is found out when it is read.
    }
  }

  /** Reads what the client still has to say, without obeying, until it closes. */
  private void discard() {
    byte[] ignored = new byte[4096];
    try {
      while (true) {
        int count = client.read(ignored, 0, ignored.length, buffers());
        if (count < 0) {
          clientEnded = true;
        }
        if (count <= 0) {
          return;
        }
      }
    } catch (IOException _) {
      clientEnded = true;
      clientGone();
    }
  }

  private void readServer() {
    if (serverEnded || held) {
      return;
    }
    boolean more;
    try {
      more = fromServer.receive(server, buffers());
    } catch (ProtocolException failure) {
      session.endsFor(Ending.serverProtocol(failure));
      more = false;
    } catch (IOException _) {
      // The server is gone, which the client sees by the end of its connection.
      more = false;
    }
    List<Draft> drafts = events.take();
    if (!drafts.isEmpty()) {
      held = true;
      round.add(drafts, this);
    } else if (more) {
      send();
    }
    askServer();
    if (!more || session.isOver()) {
      serverEnded();
    }
    goOn();
  }

  /** Sends what is to be asked of the server because of what it has answered. */
  private void askServer() {
    MessageBuilder asked = fromServer.asks();
    if (asked.size() > 0 && !clientDone) {
      try {
        server.write(asked.array(), 0, asked.size(), buffers());
      } catch (IOException _) {
        server.forget();
        clientDone();
      }
    }
    asked.clear();
  }

  /** Goes on with what the client sent, where it had to wait for what the server answers. */
  void goOn() {
    if (!clientDone && fromClient.isReleased()) {
      resume();
    }
  }

  /** The events of what is held were written. */
  void written() {
    if (!held) {
      return;
    }
    held = false;
    send();
    if (serverEnded) {
      conclude();
    }
    settle();
  }

  /** They could not be written: nobody is told what they are about. */
  void unwritten() {
    held = false;
    clientDone = true;
    fromClient.end();
    fromServer.forget();
    fromServer.release();
    if (!serverEnded) {
      serverEnded = true;
      server.cut();
    }
    session.pipeline().end();
    clientGone();
    closeClient();
    session.closed();
    session.forgotten();
  }

  private void send() {
    if (clientGone || told) {
      fromServer.forget();
      return;
    }
    try {
      fromServer.send(client, buffers());
    } catch (IOException _) {
      fromServer.forget();
      clientGone();
    }
  }

  private void flushClient() {
    try {
      client.flush();
    } catch (IOException _) {
      clientGone();
    }
  }

  private void flushServer() {
    try {
      server.flush();
      if (!server.isBlocked()) {
        fromClient.sent();
      }
    } catch (IOException _) {
      server.forget();
      clientDone();
    }
  }

  /** What the client asked for need not be brought to an end, but its end is still an event. */
  private void clientGone() {
    if (!clientGone) {
      clientGone = true;
      client.forget();
      session.cancelRunning();
    }
  }

  private void serverEnded() {
    if (serverEnded) {
      return;
    }
    serverEnded = true;
    clientDone();
    server.cut();
    fromServer.lost();
    List<Draft> drafts = new ArrayList<>(events.take());
    drafts.add(session.closing());
    if (last == null) {
      last = session.lastWord();
    }
    held = true;
    round.add(drafts, this);
  }

  /** The server has ended, and all that is to be said of it is written and sent. */
  private void conclude() {
    tellEnd(last);
    session.closed();
    if (clientEnded || clientGone) {
      closeClient();
    }
  }

  /** Tells the client nothing more but a last message, unless another one is half told. */
  private void tellEnd(@Nullable ServerMessage answer) {
    if (told) {
      return;
    }
    told = true;
    if (clientGone) {
      return;
    }
    MessageBuilder message = new MessageBuilder(256);
    if (answer != null && !fromServer.isWithinMessage()) {
      answer.write(message);
    }
    try {
      client.write(message.array(), 0, message.size(), buffers());
      client.end(buffers());
    } catch (IOException _) {
      clientGone();
    }
  }

  /**
   * Ends the session now.
   *
   * @param answer what the client is told
   * @param running whether something runs, which is cancelled
   */
  void close(ServerMessage answer, boolean running) {
    tellEnd(answer);
    hurried = true;
    clientDone = true;
    fromClient.end();
    if (running) {
      session.cancelThen(() -> loop.execute(this::cutServer));
    } else {
      cutServer();
    }
    settle();
  }

  private void cutServer() {
    serverEnded();
    settle();
  }

  /** Ends what has taken too long to take its end. */
  void keepWithin(long now) {
    fromClient.keepWithin(now);
    if (hurried && client.isBlocked() && now - client.blockedSince() >= PATIENCE) {
      clientGone();
    }
    settle();
  }

  /** Gives up peers that are there no more, although nothing said so. */
  void giveUp(Set<Ends> vanished) {
    if (!serverEnded && server.isAmong(vanished)) {
      session.endsFor(Ending.serverVanished());
      serverEnded();
    }
    if (!clientClosed && client.isAmong(vanished)) {
      clientEnded = true;
      clientGone();
      clientDone();
    }
    settle();
  }

  /** Ends the connection to the client, who was given the time to read its end. */
  void closeClient() {
    if (!clientClosed) {
      clientClosed = true;
      clientEnded = true;
      client.cut();
    }
  }

  /** Since when the client takes nothing, by the clock of durations; 0: it does. */
  long blockedSince() {
    return client.blockedSince();
  }

  /** Looks at what is to be waited for now. */
  void settle() {
    if (told && (clientEnded || clientGone) && serverEnded && !held) {
      closeClient();
    }
    if (!clientClosed) {
      int reads = readsClient() ? SelectionKey.OP_READ : 0;
      interest(clientKey, reads | (client.isBlocked() ? SelectionKey.OP_WRITE : 0));
      if (reads != 0 && client.holdsMore() && !clientAgain) {
        clientAgain = true;
        loop.again(this::readClientAgain);
      }
    } else if (serverEnded && !held) {
      session.forgotten();
    }
    if (!serverEnded) {
      boolean waits = client.isBlocked() || (held && round.isWaiting());
      int reads = waits ? 0 : SelectionKey.OP_READ;
      interest(serverKey, reads | (server.isBlocked() ? SelectionKey.OP_WRITE : 0));
      if (reads != 0 && server.holdsMore() && !serverAgain) {
        serverAgain = true;
        loop.again(this::readServerAgain);
      }
    }
  }

  private boolean readsClient() {
    if (clientEnded) {
      return false;
    }
    return clientDone || !(fromClient.waits() || server.isBlocked() || session.pipeline().isFull());
  }

  private static void interest(SelectionKey key, int operations) {
    if (key.isValid() && key.interestOps() != operations) {
      key.interestOps(operations);
    }
  }
}
