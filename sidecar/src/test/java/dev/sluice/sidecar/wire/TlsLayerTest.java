package dev.sluice.sidecar.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.fixtures.CertificateAuthority;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsLayerTest {
  private static SSLContext server;
  private static SSLContext client;
  private final Buffers buffers = new Buffers();

  @BeforeAll
  static void issue() throws Exception {
    CertificateAuthority authority = CertificateAuthority.create("test");
    CertificateAuthority.Issued issued = authority.issueServer("localhost", "127.0.0.1");
    KeyStore keys = store();
    Certificate[] chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(stream(issued.certificate()))
            .toArray(Certificate[]::new);
    byte[] key =
        Base64.getMimeDecoder().decode(issued.privateKey().replaceAll("-----[A-Z ]*-----", ""));
    keys.setKeyEntry(
        "server",
        KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
            .generatePrivate(new PKCS8EncodedKeySpec(key)),
        new char[0],
        chain);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, new char[0]);
    server = SSLContext.getInstance("TLS");
    server.init(managers.getKeyManagers(), null, null);
    KeyStore authorities = store();
    authorities.setCertificateEntry(
        "authority",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(stream(authority.certificate())));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    client = SSLContext.getInstance("TLS");
    client.init(null, trust.getTrustManagers(), null);
  }

  /** Whatever pieces it comes in, and however little room there is for it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 16_384, 50_000})
  void contentArrivesWhole(int pieces) throws Exception {
    Pair pair = Pair.shaken();
    Random random = new Random(pieces);
    byte[] content = new byte[200_000];
    random.nextBytes(content);
    ByteArrayOutputStream encrypted = new ByteArrayOutputStream();
    for (int from = 0; from < content.length; ) {
      int length = Math.min(content.length - from, 1 + random.nextInt(40_000));
      pair.client.wrap(content, from, length, buffers, sink(encrypted));
      from += length;
    }
    pair.client.close(buffers, sink(encrypted));
    ByteBuffer wire = ByteBuffer.wrap(encrypted.toByteArray());
    TlsLayer.Source source =
        target -> {
          int now = Math.min(Math.min(pieces, wire.remaining()), target.remaining());
          target.put(wire.slice(wire.position(), now));
          wire.position(wire.position() + now);
          return now;
        };
    ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    byte[] room = new byte[1 + random.nextInt(20_000)];
    int count = 0;
    while (count >= 0) {
      count = pair.server.read(source, room, 0, room.length, buffers);
      arrived.write(room, 0, Math.max(0, count));
    }
    assertThat(arrived.toByteArray()).isEqualTo(content);
    assertThat(pair.server.holdsMore()).isFalse();
  }

  @Test
  void whatIsHeldIsTold() throws Exception {
    Pair pair = Pair.shaken();
    ByteArrayOutputStream encrypted = new ByteArrayOutputStream();
    byte[] content = "two records".getBytes(StandardCharsets.US_ASCII);
    pair.client.wrap(content, 0, 4, buffers, sink(encrypted));
    pair.client.wrap(content, 4, 7, buffers, sink(encrypted));
    ByteBuffer wire = ByteBuffer.wrap(encrypted.toByteArray());
    TlsLayer.Source source =
        target -> {
          int now = wire.remaining();
          target.put(wire);
          return now;
        };
    byte[] room = new byte[4];
    assertThat(pair.server.read(source, room, 0, 4, buffers)).isEqualTo(4);
    assertThat(pair.server.holdsMore()).isTrue();
    assertThat(pair.server.read(source, room, 0, 4, buffers)).isEqualTo(4);
    assertThat(pair.server.holdsMore()).isTrue();
    assertThat(pair.server.read(source, room, 0, 4, buffers)).isEqualTo(3);
    assertThat(pair.server.holdsMore()).isFalse();
    assertThat(pair.server.read(source, room, 0, 4, buffers)).isZero();
  }

  @Test
  void whatIsForgedIsNotTaken() throws Exception {
    Pair pair = Pair.shaken();
    ByteArrayOutputStream encrypted = new ByteArrayOutputStream();
    pair.client.wrap(new byte[100], 0, 100, buffers, sink(encrypted));
    byte[] forged = encrypted.toByteArray();
    forged[forged.length - 1] ^= 1;
    TlsLayer.Source source =
        target -> {
          target.put(forged);
          return forged.length;
        };
    assertThatThrownBy(() -> pair.server.read(source, new byte[200], 0, 200, buffers))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void aPeerThatGoesAwayWhileHandsAreShakenIsAnError() {
    TlsLayer layer = new TlsLayer(engine(client, true), new byte[0]);
    assertThatThrownBy(
            () ->
                layer.handshake(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream()))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void aCertificateThatIsNotTrustedIsToldToThePeer() throws Exception {
    SSLContext distrustful = SSLContext.getInstance("TLS");
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore others = store();
    others.setCertificateEntry(
        "other",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(stream(CertificateAuthority.create("other").certificate())));
    trust.init(others);
    distrustful.init(null, trust.getTrustManagers(), new SecureRandom());
    assertThatThrownBy(() -> Pair.shaken(engine(distrustful, true)))
        .isInstanceOf(CompletionException.class)
        .hasStackTraceContaining("certificate");
  }

  private record Pair(TlsLayer client, TlsLayer server) {
    static Pair shaken() throws IOException {
      return shaken(engine(TlsLayerTest.client, true));
    }

    static Pair shaken(SSLEngine clientEngine) throws IOException {
      TlsLayer client = new TlsLayer(clientEngine, new byte[0]);
      TlsLayer server = new TlsLayer(engine(TlsLayerTest.server, false), new byte[0]);
      try (PipedInputStream toServer = new PipedInputStream(1 << 16);
          PipedInputStream toClient = new PipedInputStream(1 << 16);
          PipedOutputStream fromClient = new PipedOutputStream(toServer);
          PipedOutputStream fromServer = new PipedOutputStream(toClient)) {
        CompletableFuture<Void> done =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    server.handshake(toServer, fromServer);
                    fromServer.flush();
                  } catch (IOException failure) {
                    throw new CompletionException(failure);
                  }
                });
        try {
          client.handshake(toClient, fromClient);
          fromClient.flush();
        } finally {
          done.join();
        }
      }
      return new Pair(client, server);
    }
  }

  private static SSLEngine engine(SSLContext context, boolean isClient) {
    SSLEngine engine = context.createSSLEngine("localhost", 5432);
    engine.setUseClientMode(isClient);
    return engine;
  }

  private static KeyStore store() throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static TlsLayer.Sink sink(ByteArrayOutputStream out) {
    return bytes -> {
      while (bytes.hasRemaining()) {
        out.write(bytes.get());
      }
    };
  }
}
