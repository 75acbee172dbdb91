package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.MessageBuilder;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that does not keep to the protocol. */
class LyingServerTest {
  private static GovernedShop shop;

  @BeforeAll
  static void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
  }

  @Test
  void itsClientIsToldAndTheEvidenceToo() throws IOException {
    for (byte[] message :
        List.of(
            new byte[] {'D', 0, 0, 0, 3},
            new byte[] {'D', -1, -1, -1, -1},
            new byte[] {'C', 127, -1, -1, -1},
            new byte[] {'W', 0, 0, 0, 7, 0, 0, 0})) {
      try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
        Thread.ofVirtual().start(() -> serve(server, message));
        Bundle.Target target = shop.bundle().target();
        Bundle bundle =
            TestBundles.withTarget(
                shop.bundle(),
                new Bundle.Target(
                    target.engine(),
                    List.of(new Bundle.Endpoint("127.0.0.1", server.getLocalPort())),
                    target.database(),
                    target.tls(),
                    target.serverVersion()));
        try (TestGate gate = new TestGate(shop, bundle);
            RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
          client.query("SELECT 1").send();
          assertThat(client.untilReady()).containsExactly("E 08P01", "end");
          await()
              .untilAsserted(
                  () ->
                      assertThat(gate.events())
                          .anySatisfy(
                              event -> {
                                assertThat(event.type()).isEqualTo(Event.Type.SESSION_CLOSED);
                                assertThat(event.code()).isEqualTo("SLU-G12");
                              }));
        }
      }
    }
  }

  private static void serve(ServerSocket server, byte[] message) {
    try (Socket client = server.accept()) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      in.readNBytes(in.readInt() - 4);
      MessageBuilder out = new MessageBuilder(64);
      out.begin(Backend.AUTHENTICATION).int32(0).end();
      out.begin(Backend.BACKEND_KEY_DATA).int32(1).int32(2).end();
      out.begin(Backend.READY_FOR_QUERY).int8((byte) 'I').end();
      client.getOutputStream().write(out.toByteArray());
      in.readByte();
      in.readNBytes(in.readInt() - 4);
      client.getOutputStream().write(message);
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) {
      // The gate has left, as it should.
    }
  }
}
