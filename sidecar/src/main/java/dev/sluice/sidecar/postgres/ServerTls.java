package dev.sluice.sidecar.postgres;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.wire.Wire;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS to a server as a bundle asks for it. */
final class ServerTls {
  /** The name of PostgreSQL's protocol among those that TLS may carry (ALPN). */
  static final String PROTOCOL = "postgresql";

  private final Bundle.TlsMode mode;
  private final boolean direct;
  private final SSLContext context;

  /**
   * Reads the certificate authorities.
   *
   * @param tls as the bundle says, not {@code DISABLE}
   * @throws GeneralSecurityException where they cannot be used
   * @throws IOException where they cannot be read
   */
  ServerTls(Bundle.Tls tls) throws GeneralSecurityException, IOException {
    this.mode = tls.mode();
    this.direct = tls.direct();
    String authorities = tls.certificateAuthorities();
    // As libpq has it: an authority that is given is used, even where no verification is asked for.
    boolean verify = mode != Bundle.TlsMode.REQUIRE || authorities != null;
    context = SSLContext.getInstance("TLS");
    context.init(null, verify ? trusted(authorities) : new TrustManager[] {new Anyone()}, null);
  }

  /**
   * Shakes hands.
   *
   * @param wire a connection on which the server has agreed to TLS, or is not asked; it is
   *     protected then
   * @param host the server's name, verified where the mode says so
   * @param port the server's port
   * @throws IOException where the hands could not be shaken
   */
  void handshake(Wire wire, String host, int port) throws IOException {
    SSLEngine engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    if (mode == Bundle.TlsMode.VERIFY_FULL) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    if (direct) {
      parameters.setApplicationProtocols(new String[] {PROTOCOL});
    }
    engine.setSSLParameters(parameters);
    wire.secure(engine, new byte[0]);
    // A server of another protocol, or one from before 17, would take the handshake for its own.
    if (direct && !PROTOCOL.equals(wire.protocol())) {
      throw new SSLException("the server does not take TLS at once (ALPN postgresql)");
    }
  }

  /**
   * The data of the channel binding tls-server-end-point (RFC 5929): the hash of the server's
   * certificate.
   *
   * @param session of the connection
   * @return the hash; null: the certificate's signature names none, so that there is no binding
   */
  static byte @Nullable [] endPoint(SSLSession session) throws IOException {
    Certificate[] certificates = session.getPeerCertificates();
    if (certificates.length == 0 || !(certificates[0] instanceof X509Certificate certificate)) {
      return null;
    }
    String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    int with = signature.indexOf("WITH");
    if (with < 0) {
      return null;
    }
    String hash = signature.substring(0, with).replace("-", "");
    String algorithm =
        switch (hash) {
          case "MD5", "SHA1", "SHA256" -> "SHA-256";
          case "SHA224" -> "SHA-224";
          case "SHA384" -> "SHA-384";
          case "SHA512" -> "SHA-512";
          default -> null;
        };
    if (algorithm == null) {
      return null;
    }
    try {
      return MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
    } catch (GeneralSecurityException failure) {
      throw new IOException("the server's certificate cannot be hashed", failure);
    }
  }

  /** Whether a password may be told over such a connection as it is. */
  boolean verifiesServer() {
    return mode == Bundle.TlsMode.VERIFY_FULL || mode == Bundle.TlsMode.VERIFY_CA;
  }

  private static TrustManager[] trusted(@Nullable String authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = null;
    if (authorities != null) {
      store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(authorities.getBytes(StandardCharsets.US_ASCII)))) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      if (number == 0) {
        throw new GeneralSecurityException("the bundle's certificate authorities are empty");
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** For {@code REQUIRE}, which is protection against listeners only, as its name tells. */
  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
