package dev.sluice.sidecar.wire;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a peer, through TLS where that was agreed on. At first it has streams, which wait
 * for the peer; once it is {@link #relay relayed} it has {@link #read} and {@link #write}, which do
 * not. For one thread at a time, but for {@link #stopReading} and {@link #cut}.
 */
public final class Wire implements Closeable {
  /** For how long, and how often, a peer is listened to that was told the end. */
  private static final int DRAIN_MILLIS = 200;

  private static final int DRAIN_READS = 16;

  private final SocketChannel channel;
  private final boolean local;
  private InputStream in;
  private OutputStream out;
  private @Nullable TlsLayer tls;

  /** What the peer has not taken yet; null: nothing. */
  private @Nullable ByteBuffer pending;

  private long blockedSince;
  private boolean ending;

  /**
   * One through a channel.
   *
   * @param channel TCP, connected or to be connected, or a connected Unix socket
   * @throws IOException where the channel is closed
   */
  public Wire(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.local = channel.getLocalAddress() instanceof UnixDomainSocketAddress;
    if (local) {
      in = Channels.newInputStream(channel);
      out = Channels.newOutputStream(channel);
    } else {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      KeepAlive.set(channel);
      in = InputStream.nullInputStream();
      out = OutputStream.nullOutputStream();
      if (channel.isConnected()) {
        connected();
      }
    }
  }

  /** Takes note that the channel is connected now. */
  public void connected() throws IOException {
    in = channel.socket().getInputStream();
    out = channel.socket().getOutputStream();
  }

  /** The channel beneath. */
  public SocketChannel channel() {
    return channel;
  }

  /**
   * Whether it is one of several connections; a Unix socket, or a closed one, is not.
   *
   * @param connections as the system's tables tell them
   */
  public boolean isAmong(Set<Ends> connections) {
    try {
      return channel.getLocalAddress() instanceof InetSocketAddress here
          && channel.getRemoteAddress() instanceof InetSocketAddress there
          && connections.contains(new Ends(here, there));
    } catch (IOException _) {
      return false;
    }
  }

  /** Whether it leaves neither the machine nor its memory: a Unix socket. */
  public boolean isLocal() {
    return local;
  }

  /** What the peer sends; waits for it. Not buffered: nothing is taken that was not asked for. */
  public InputStream in() {
    return in;
  }

  /** What the peer is sent; waits until it is taken. Not buffered. */
  public OutputStream out() {
    return out;
  }

  /**
   * Bounds how long a read of {@link #in} waits.
   *
   * @param milliseconds the bound; 0: none
   */
  public void readTimeout(int milliseconds) throws IOException {
    channel.socket().setSoTimeout(milliseconds);
  }

  /**
   * Shakes hands for TLS, after which all is protected.
   *
   * @param engine this side
   * @param read what was read already of what the peer sent
   * @throws IOException where the hands could not be shaken
   */
  public void secure(SSLEngine engine, byte[] read) throws IOException {
    TlsLayer layer = new TlsLayer(engine, read);
    layer.handshake(in, out);
    in = layer.in(in);
    out = layer.out(out);
    tls = layer;
  }

  /** The session of TLS; null: there is no TLS. */
  public @Nullable SSLSession session() {
    return tls == null ? null : tls.session();
  }

  /** The protocol that TLS carries, as both sides agreed (ALPN); null: none. */
  public @Nullable String protocol() {
    return tls == null ? null : tls.protocol();
  }

  /** Leaves the streams behind: from now on nothing waits. */
  public void relay() throws IOException {
    channel.configureBlocking(false);
    // What streams need is not kept for as long as the session goes on.
    in = InputStream.nullInputStream();
    out = OutputStream.nullOutputStream();
  }

  /**
   * Takes what the peer has sent.
   *
   * @param buffers of the thread that relays
   * @return how many bytes; 0: nothing now; -1: nothing more comes
   */
  public int read(byte[] bytes, int offset, int length, Buffers buffers) throws IOException {
    TlsLayer layer = tls;
    if (layer == null) {
      ByteBuffer plain = buffers.plain();
      int count = channel.read(plain.limit(Math.min(length, plain.capacity())));
      if (count > 0) {
        plain.flip().get(bytes, offset, count);
      }
      return count;
    }
    int count = layer.read(channel::read, bytes, offset, length, buffers);
    if (layer.owesAnswer()) {
      layer.wrap(new byte[0], 0, 0, buffers, this::send);
    }
    return count;
  }

  /** Whether bytes are here already, so that no readiness tells of them. */
  public boolean holdsMore() {
    return tls != null && tls.holdsMore();
  }

  /**
   * Sends. What the peer does not take now is kept, and goes with {@link #flush}.
   *
   * @param buffers of the thread that relays
   */
  public void write(byte[] bytes, int offset, int length, Buffers buffers) throws IOException {
    if (tls == null) {
      ByteBuffer plain = buffers.plain();
      send(
          length > plain.capacity()
              ? ByteBuffer.wrap(bytes, offset, length)
              : plain.put(bytes, offset, length).flip());
    } else if (length > 0) {
      tls.wrap(bytes, offset, length, buffers, this::send);
    }
  }

  private void send(ByteBuffer bytes) throws IOException {
    ByteBuffer waiting = pending;
    if (waiting == null) {
      channel.write(bytes);
      if (!bytes.hasRemaining()) {
        return;
      }
      blockedSince = System.nanoTime();
    }
    int before = waiting == null ? 0 : waiting.remaining();
    ByteBuffer all = ByteBuffer.allocate(before + bytes.remaining());
    if (waiting != null) {
      all.put(waiting);
    }
    pending = all.put(bytes).flip();
  }

  /** Sends what was kept, as far as the peer takes it. */
  public void flush() throws IOException {
    ByteBuffer waiting = pending;
    if (waiting == null) {
      return;
    }
    int before = waiting.remaining();
    channel.write(waiting);
    if (!waiting.hasRemaining()) {
      pending = null;
      blockedSince = 0;
      if (ending) {
        channel.shutdownOutput();
      }
    } else if (waiting.remaining() < before) {
      blockedSince = System.nanoTime();
    }
  }

  /** Whether something is kept that the peer has not taken. */
  public boolean isBlocked() {
    return pending != null;
  }

  /** Since when the peer takes nothing, by the clock of durations; 0: it does. */
  public long blockedSince() {
    return blockedSince;
  }

  /**
   * Tells the peer that nothing more comes, after what is kept.
   *
   * @param buffers of the thread that relays
   */
  public void end(Buffers buffers) throws IOException {
    if (ending) {
      return;
    }
    ending = true;
    if (tls != null) {
      tls.close(buffers, this::send);
    }
    if (pending == null) {
      channel.shutdownOutput();
    }
  }

  /** Forgets what is kept: the peer is gone. */
  public void forget() {
    pending = null;
    blockedSince = 0;
  }

  /**
   * Sends the last bytes of all by the streams, and listens for a while: a connection that is
   * closed with bytes unread is reset, and the peer loses what it was told last.
   */
  public void endWith(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    if (tls != null) {
      tls.close(new Buffers(), encrypted -> channel.write(encrypted));
    }
    channel.shutdownOutput();
    ByteBuffer ignored = ByteBuffer.allocate(8192);
    try (Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      for (int reads = 0; reads < DRAIN_READS && selector.select(DRAIN_MILLIS) > 0; reads++) {
        selector.selectedKeys().clear();
        if (channel.read(ignored.clear()) < 0) {
          return;
        }
      }
    }
  }

  /** Ends reading: who reads meets the end. What is written still arrives. For any thread. */
  public void stopReading() {
    try {
      channel.shutdownInput();
    } catch (IOException _) {
      cut();
    }
  }

  /** Ends it at once, and with it reads and writes that wait for the peer. For any thread. */
  public void cut() {
    try {
      channel.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }

  @Override
  public void close() {
    cut();
  }
}
