package dev.sluice.sidecar.session;

import dev.sluice.sidecar.wire.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** An address where clients are awaited: a port, or a Unix socket. */
final class Listener implements AutoCloseable {
  /** Clients that the system keeps until they are taken in. */
  private static final int BACKLOG = 512;

  private final ServerSocketChannel channel;
  private final @Nullable Path file;

  private Listener(ServerSocketChannel channel, @Nullable Path file) {
    this.channel = channel;
    this.file = file;
  }

  /**
   * Opens one.
   *
   * @param address a port, or the path of a Unix socket; one that was left there is replaced
   * @throws IOException where the address cannot be had
   */
  static Listener open(SocketAddress address) throws IOException {
    if (!(address instanceof UnixDomainSocketAddress unix)) {
      ServerSocketChannel channel = ServerSocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(address, BACKLOG);
      return new Listener(channel, null);
    }
    Path file = unix.getPath();
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther()) {
        throw new IOException("%s is there already, and is no socket".formatted(file));
      }
      Files.delete(file);
    }
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(address, BACKLOG);
    // As a server's own: containers of the pod run as users of their own.
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
    return new Listener(channel, file);
  }

  /** Waits for a client. */
  Wire accept() throws IOException {
    SocketChannel client = channel.accept();
    try {
      return new Wire(client);
    } catch (IOException failure) {
      client.close();
      throw failure;
    }
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** The port; -1: it is no port. */
  int port() {
    try {
      return channel.getLocalAddress() instanceof InetSocketAddress address
          ? address.getPort()
          : -1;
    } catch (IOException _) {
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }
}
