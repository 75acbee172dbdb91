package dev.sluice.sidecar.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** TLS over a connection, whether or not reads and writes of that wait. */
final class TlsLayer {
  /** Content of one record, by RFC 8446. */
  private static final int RECORD = 16 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;

  /** What was received and not decrypted yet. */
  private byte[] received;

  /** What was decrypted and not asked for yet. */
  private ByteBuffer decrypted = NOTHING;

  /** Whether something received may be a whole record, as nobody has asked for it yet. */
  private boolean unread;

  private boolean ended;

  /** Where encrypted bytes come from; as a channel's read. */
  @FunctionalInterface
  interface Source {
    int read(ByteBuffer bytes) throws IOException;
  }

  /** Where encrypted bytes go; all of them. */
  @FunctionalInterface
  interface Sink {
    void write(ByteBuffer bytes) throws IOException;
  }

  TlsLayer(SSLEngine engine, byte[] read) {
    this.engine = engine;
    this.received = read;
    this.unread = read.length > 0;
  }

  SSLSession session() {
    return engine.getSession();
  }

  @Nullable String protocol() {
    String protocol = engine.getApplicationProtocol();
    return protocol == null || protocol.isEmpty() ? null : protocol;
  }

  /** Whether bytes are here that were not asked for yet. */
  boolean holdsMore() {
    return decrypted.hasRemaining() || unread;
  }

  /** Whether the peer is to be sent something, such as a key in exchange for its new one. */
  boolean owesAnswer() {
    return engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
  }

  /** Shakes hands; a peer that does not get as far is told why. */
  void handshake(InputStream in, OutputStream out) throws IOException {
    Buffers buffers = new Buffers();
    Sink sink = sink(out);
    try {
      engine.beginHandshake();
      HandshakeStatus status = engine.getHandshakeStatus();
      while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
        status =
            switch (status) {
              case NEED_TASK -> task();
              case NEED_WRAP -> wrapOnce(NOTHING.duplicate(), buffers, sink);
              default -> unwrapOnce(in, buffers);
            };
      }
    } catch (SSLException failure) {
      alert(buffers, sink);
      throw failure;
    }
  }

  private void alert(Buffers buffers, Sink sink) {
    try {
      while (owesAnswer()) {
        ByteBuffer encrypted = buffers.encrypted();
        if (engine.wrap(NOTHING.duplicate(), encrypted).bytesProduced() == 0) {
          return;
        }
        sink.write(encrypted.flip());
      }
    } catch (IOException _) {
      // The first failure is what counts.
    }
  }

  private HandshakeStatus task() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
    return engine.getHandshakeStatus();
  }

  private HandshakeStatus wrapOnce(ByteBuffer bytes, Buffers buffers, Sink sink)
      throws IOException {
    ByteBuffer encrypted = buffers.encrypted();
    SSLEngineResult result = engine.wrap(bytes, encrypted);
    sink.write(encrypted.flip());
    if (result.getStatus() == Status.CLOSED && bytes.hasRemaining()) {
      throw new SSLException("the peer has ended TLS");
    }
    return result.getHandshakeStatus();
  }

  private HandshakeStatus unwrapOnce(InputStream in, Buffers buffers) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(received);
    ByteBuffer content = buffers.record();
    SSLEngineResult result = engine.unwrap(bytes, content);
    received = Arrays.copyOfRange(received, bytes.position(), received.length);
    keep(content.flip());
    switch (result.getStatus()) {
      case BUFFER_UNDERFLOW -> {
        byte[] more = new byte[RECORD];
        int count = in.read(more);
        if (count < 0) {
          throw new EOFException("the peer went away while hands were shaken for TLS");
        }
        int before = received.length;
        received = Arrays.copyOf(received, before + count);
        System.arraycopy(more, 0, received, before, count);
        unread = true;
      }
      case CLOSED -> throw new SSLException("the peer ended TLS while hands were shaken");
      case BUFFER_OVERFLOW -> throw new SSLException("a record that is longer than TLS allows");
      case OK -> unread = received.length > 0;
    }
    return result.getHandshakeStatus();
  }

  private void keep(ByteBuffer content) {
    if (content.hasRemaining()) {
      byte[] kept = new byte[decrypted.remaining() + content.remaining()];
      int before = decrypted.remaining();
      decrypted.get(kept, 0, before);
      content.get(kept, before, kept.length - before);
      decrypted = ByteBuffer.wrap(kept);
    }
  }

  /**
   * Takes what the peer has sent.
   *
   * @return how many bytes; 0: no whole record is here; -1: nothing more comes
   */
  int read(Source source, byte[] bytes, int offset, int length, Buffers buffers)
      throws IOException {
    if (decrypted.hasRemaining()) {
      return take(bytes, offset, length);
    }
    if (ended) {
      return -1;
    }
    ByteBuffer encrypted = buffers.encrypted().put(received);
    int count = unread ? 0 : source.read(encrypted);
    encrypted.flip();
    int taken = 0;
    boolean whole = true;
    while (taken < length && whole && !ended && encrypted.hasRemaining()) {
      ByteBuffer content = buffers.record();
      switch (engine.unwrap(encrypted, content).getStatus()) {
        case OK -> {
          if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            task();
          }
          content.flip();
          int now = Math.min(content.remaining(), length - taken);
          content.get(bytes, offset + taken, now);
          taken += now;
          keep(content);
        }
        case BUFFER_UNDERFLOW -> whole = false;
        case CLOSED -> ended = true;
        case BUFFER_OVERFLOW -> throw new SSLException("a record that is longer than TLS allows");
      }
    }
    unread = whole && !ended && encrypted.hasRemaining();
    received = encrypted.hasRemaining() ? remaining(encrypted) : NOTHING.array();
    ended |= count < 0;
    return taken > 0 ? taken : ended ? -1 : 0;
  }

  private static byte[] remaining(ByteBuffer buffer) {
    byte[] rest = new byte[buffer.remaining()];
    buffer.get(rest);
    return rest;
  }

  private int take(byte[] bytes, int offset, int length) {
    int now = Math.min(decrypted.remaining(), length);
    decrypted.get(bytes, offset, now);
    if (!decrypted.hasRemaining()) {
      decrypted = NOTHING;
    }
    return now;
  }

  /** Encrypts bytes, or without any, what is owed. */
  void wrap(byte[] bytes, int offset, int length, Buffers buffers, Sink sink) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
    do {
      wrapOnce(rest, buffers, sink);
    } while (rest.hasRemaining() || owesAnswer());
  }

  /** Tells the peer that nothing more comes. */
  void close(Buffers buffers, Sink sink) throws IOException {
    engine.closeOutbound();
    ByteBuffer encrypted = buffers.encrypted();
    engine.wrap(NOTHING.duplicate(), encrypted);
    sink.write(encrypted.flip());
  }

  /** What is decrypted of a stream; waits for it. */
  InputStream in(InputStream encrypted) {
    Buffers buffers = new Buffers();
    Source source =
        buffer -> {
          int from = buffer.arrayOffset() + buffer.position();
          int count = encrypted.read(buffer.array(), from, buffer.remaining());
          buffer.position(buffer.position() + Math.max(0, count));
          return count;
        };
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = 0;
        while (length > 0 && count == 0) {
          count = TlsLayer.this.read(source, bytes, offset, length, buffers);
        }
        return count;
      }

      @Override
      public int available() {
        return decrypted.remaining();
      }
    };
  }

  /** What is encrypted into a stream; waits until it is taken. */
  OutputStream out(OutputStream encrypted) {
    Buffers buffers = new Buffers();
    Sink sink = sink(encrypted);
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
          wrap(bytes, offset, length, buffers, sink);
        }
      }
    };
  }

  private static Sink sink(OutputStream out) {
    return bytes -> {
      out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      bytes.position(bytes.limit());
    };
  }
}
