package dev.sluice.sidecar.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A connection through a Unix socket.
 *
 * @param channel the connection
 */
record UnixConnection(SocketChannel channel) implements ClientConnection {
  private static final int PATIENCE_MILLIS = 200;
  private static final int MAXIMUM_READS = 16;

  @Override
  public InputStream in() {
    return Channels.newInputStream(channel);
  }

  @Override
  public OutputStream out() {
    return Channels.newOutputStream(channel);
  }

  @Override
  public void stopReading() {
    try {
      channel.shutdownInput();
    } catch (IOException _) {
      cut();
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void drain() throws IOException {
    ByteBuffer ignored = ByteBuffer.allocate(8192);
    try (Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      for (int reads = 0; reads < MAXIMUM_READS && selector.select(PATIENCE_MILLIS) > 0; reads++) {
        selector.selectedKeys().clear();
        if (channel.read(ignored.clear()) < 0) {
          return;
        }
      }
    }
  }

  @Override
  public void cut() {
    try {
      channel.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }
}
