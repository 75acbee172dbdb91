import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The least that a relay costs on this virtual machine, as a measure for the gate: it copies bytes between clients and a server
 * and looks at none. {@code threads}: two threads a connection, which wait in reads. {@code loop}: one thread for all, which
 * waits for whatever can be read.
 *
 * <p>usage: {@code java Relay.java threads|loop LISTEN-PORT SERVER-PORT}
 */
final class Relay {
  private static final int BUFFER = 16 * 1024;

  private Relay() {}

  public static void main(String[] arguments) throws IOException {
    InetSocketAddress server = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[2]));
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1])), 512);
    if (arguments[0].equals("loop")) {
      loop(listener, server);
    } else {
      threads(listener, server);
    }
  }

  private static void threads(ServerSocketChannel listener, InetSocketAddress server) throws IOException {
    while (true) {
      SocketChannel client = prompt(listener.accept());
      SocketChannel wire = prompt(SocketChannel.open(server));
      new Thread(() -> copy(client, wire)).start();
      new Thread(() -> copy(wire, client)).start();
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    try (from; to) {
      InputStream in = from.socket().getInputStream();
      OutputStream out = to.socket().getOutputStream();
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
    } catch (IOException _) {
      // One of both is gone, and the other one with it.
    }
  }

  private static void loop(ServerSocketChannel listener, InetSocketAddress server) throws IOException {
    Selector selector = Selector.open();
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    while (true) {
      selector.select(
          key -> {
            try {
              if (key.isAcceptable()) {
                join(selector, listener.accept(), server);
              } else {
                pass((SocketChannel) key.channel(), (SocketChannel) key.attachment(), buffer);
              }
            } catch (IOException _) {
              key.cancel();
            }
          });
    }
  }

  private static void join(Selector selector, SocketChannel client, InetSocketAddress server) throws IOException {
    SocketChannel wire = prompt(SocketChannel.open(server));
    prompt(client).configureBlocking(false);
    wire.configureBlocking(false);
    client.register(selector, SelectionKey.OP_READ, wire);
    wire.register(selector, SelectionKey.OP_READ, client);
  }

  private static void pass(SocketChannel from, SocketChannel to, ByteBuffer buffer) throws IOException {
    buffer.clear();
    if (from.read(buffer) < 0) {
      from.close();
      to.close();
      return;
    }
    buffer.flip();
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
  }

  private static SocketChannel prompt(SocketChannel channel) throws IOException {
    return channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }
}
