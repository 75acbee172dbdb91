package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ServerConnection;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.postgres.StartupRequest;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A client that says just what a test wants it to say. */
final class RawClient implements AutoCloseable {
  private final Closeable socket;
  private final DataInputStream in;
  private final OutputStream server;
  private final MessageBuilder out = new MessageBuilder(1024);

  /** Connects without a word. */
  RawClient(int port) throws IOException {
    Socket connected = new Socket(InetAddress.getLoopbackAddress(), port);
    connected.setSoTimeout(30_000);
    connected.setTcpNoDelay(true);
    socket = connected;
    in = new DataInputStream(connected.getInputStream());
    server = connected.getOutputStream();
  }

  /** Connects through a Unix socket, without a word. */
  RawClient(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    this.socket = channel;
    in = new DataInputStream(Channels.newInputStream(channel));
    server = Channels.newOutputStream(channel);
  }

  /** Takes over a session that was opened without a gate. */
  RawClient(ServerConnection connection) {
    socket = connection.wire();
    in = new DataInputStream(connection.wire().in());
    server = connection.wire().out();
  }

  /** A message of the server's. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Answer(char type, byte[] content) {
    String text() {
      return new String(content, StandardCharsets.UTF_8);
    }

    ServerMessage error() {
      return ServerMessage.read(content, 0, content.length);
    }

    /** Its type, with what tells it from others of the type. */
    String brief() {
      return switch (type) {
        case 'C' -> "C " + text().replace("\0", "");
        case 'E' -> "E " + error().sqlState();
        case 'Z' -> "Z " + text();
        case 'D' -> "D " + new String(content, 6, content.length - 6, StandardCharsets.UTF_8);
        default -> String.valueOf(type);
      };
    }
  }

  /** Connects and opens a session. */
  static RawClient open(int port, String... parameters) throws IOException {
    RawClient client = new RawClient(port);
    client.startup(parameters);
    client.untilReady();
    return client;
  }

  /** Has a session cancelled by its key, and waits until that was brought to the server. */
  static void cancel(int port, byte[] key) throws IOException {
    try (RawClient client = new RawClient(port)) {
      client.out.beginUntyped().int32(StartupRequest.CANCEL).bytes(key).end();
      client.send();
      if (client.in.read() >= 0) {
        throw new IOException("a request to cancel was answered");
      }
    }
  }

  /** Reads up to the key to cancel, which it returns: process id and secret. */
  byte[] untilKey() throws IOException {
    Answer answer = read();
    while (answer.type() != 'K') {
      answer = read();
    }
    untilReady();
    return answer.content();
  }

  RawClient startup(String... parameters) throws IOException {
    out.beginUntyped().int32(StartupRequest.PROTOCOL_3).text("user").text("app");
    for (String parameter : parameters) {
      out.text(parameter);
    }
    out.int8((byte) 0).end();
    return send();
  }

  MessageBuilder out() {
    return out;
  }

  RawClient query(String text) {
    out.begin((byte) 'Q').text(text).end();
    return this;
  }

  RawClient parse(String name, String text) {
    out.begin((byte) 'P').text(name).text(text).int16(0).end();
    return this;
  }

  RawClient bind(String portal, String statement) {
    out.begin((byte) 'B').text(portal).text(statement).int16(0).int16(0).int16(0).end();
    return this;
  }

  RawClient execute(String portal, int rows) {
    out.begin((byte) 'E').text(portal).int32(rows).end();
    return this;
  }

  RawClient describe(char kind, String name) {
    out.begin((byte) 'D').int8((byte) kind).text(name).end();
    return this;
  }

  RawClient closing(char kind, String name) {
    out.begin((byte) 'C').int8((byte) kind).text(name).end();
    return this;
  }

  RawClient copyData(String rows) {
    out.begin((byte) 'd').bytes(rows.getBytes(StandardCharsets.UTF_8)).end();
    return this;
  }

  RawClient empty(char type) {
    out.begin((byte) type).end();
    return this;
  }

  /** Sends what was put together, in one write. */
  RawClient send() throws IOException {
    server.write(out.toByteArray());
    out.clear();
    return this;
  }

  Answer read() throws IOException {
    char type = (char) in.readUnsignedByte();
    byte[] content = new byte[in.readInt() - 4];
    in.readFully(content);
    return new Answer(type, content);
  }

  /** Reads one byte, as the answer to a request for TLS is. */
  char readByte() throws IOException {
    return (char) in.readUnsignedByte();
  }

  /** What is answered up to ReadyForQuery or the end, in brief; parameters are left out. */
  List<String> untilReady() throws IOException {
    List<String> answers = new ArrayList<>();
    while (true) {
      try {
        Answer answer = read();
        if (answer.type() != 'S') {
          answers.add(answer.brief());
        }
        if (answer.type() == 'Z') {
          return answers;
        }
      } catch (EOFException _) {
        answers.add("end");
        return answers;
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
