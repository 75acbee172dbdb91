package dev.sluice.sidecar.postgres;

import dev.sluice.policy.bundle.Bundle.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session on a server, logged in and ready for its first statement.
 *
 * @param socket the connection, through TLS where there is any
 * @param wire the connection beneath TLS; without TLS, the same
 * @param in what the server sends, from the first message after ReadyForQuery
 * @param out what the server is sent; not buffered
 * @param endpoint the server's address
 * @param key what it takes to cancel its statements; null: the server told none
 * @param parameters what the server reported, such as {@code server_version}
 * @param notices what it had to say, as whole NoticeResponse messages
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record ServerConnection(
    Socket socket,
    Socket wire,
    InputStream in,
    OutputStream out,
    Endpoint endpoint,
    @Nullable CancelKey key,
    Map<String, String> parameters,
    byte[] notices)
    implements AutoCloseable {

  /** Closes it without a word. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }

  /** Ends it at once, although somebody may be writing to a server that does not read. */
  public void cut() {
    try {
      wire.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }
}
