package dev.sluice.sidecar.postgres;

import dev.sluice.policy.bundle.Bundle.Endpoint;
import dev.sluice.sidecar.wire.Wire;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session on a server, logged in and ready for its first statement.
 *
 * @param wire the connection, of which all was read to the end of ReadyForQuery
 * @param endpoint the server's address
 * @param key what it takes to cancel its statements; null: the server told none
 * @param parameters what the server reported, such as {@code server_version}
 * @param notices what it had to say, as whole NoticeResponse messages
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record ServerConnection(
    Wire wire,
    Endpoint endpoint,
    @Nullable CancelKey key,
    Map<String, String> parameters,
    byte[] notices)
    implements AutoCloseable {

  /** Closes it without a word. */
  @Override
  public void close() {
    wire.cut();
  }
}
