package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.StartupRequest;
import dev.sluice.sidecar.wire.Wire;
import java.io.DataInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A client until it has said what it wants, through TLS where it asks for that and it is offered.
 */
final class Arrival {
  /** Once for TLS, once for GSSAPI, which is not offered. */
  private static final int MAXIMUM_QUESTIONS = 2;

  private final @Nullable ClientTls tls;
  private final Wire client;
  private boolean isProtected;

  Arrival(Wire client, @Nullable ClientTls tls) {
    this.client = client;
    // A Unix socket does not leave the machine: as a server does, it is not protected.
    this.tls = client.isLocal() ? null : tls;
  }

  /**
   * Reads what the client wants, and answers its questions before.
   *
   * @return the request; null: the client went away without a word
   * @throws ProtocolException where it is not one of protocol 3
   */
  @Nullable StartupRequest request() throws IOException {
    StartupRequest request = read();
    for (int asked = 0; asked < MAXIMUM_QUESTIONS; asked++) {
      switch (request) {
        case StartupRequest.Encryption(boolean byTls) -> {
          if (byTls && tls != null && !isProtected) {
            begin(tls);
          } else {
            client.out().write('N');
          }
        }
        case StartupRequest.Handshake _ -> {
          if (tls == null || isProtected) {
            throw new ProtocolException("the client began with TLS, which is not offered here");
          }
          protect(tls, new byte[] {StartupRequest.TLS_HANDSHAKE}, true);
        }
        case null, default -> {
          return request;
        }
      }
      request = read();
    }
    return request;
  }

  private void begin(ClientTls offered) throws IOException {
    // What was sent before the answer was not protected: somebody else may have put it there.
    if (client.in().available() > 0) {
      throw new ProtocolException("the client did not wait for the answer to its request for TLS");
    }
    client.out().write('S');
    protect(offered, new byte[0], false);
  }

  private void protect(ClientTls offered, byte[] read, boolean direct) throws IOException {
    offered.handshake(client, read, direct);
    isProtected = true;
  }

  private @Nullable StartupRequest read() throws IOException {
    return StartupRequest.read(new DataInputStream(client.in()));
  }
}
