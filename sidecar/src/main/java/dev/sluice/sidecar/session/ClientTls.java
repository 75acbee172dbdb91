package dev.sluice.sidecar.session;

import dev.sluice.sidecar.wire.Wire;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * TLS towards clients, with a certificate and its key from files. They are read again when they
 * have changed; where they cannot be used then, the former ones go on.
 */
public final class ClientTls {
  /** The name of PostgreSQL's protocol among those that TLS may carry (ALPN). */
  private static final String PROTOCOL = "postgresql";

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  private final Path certificate;
  private final Path key;
  private final Consumer<String> log;
  private Version tried;
  private SSLContext context;

  /** How the files were when they were read. */
  private record Version(FileTime certificate, FileTime key) {}

  /**
   * Reads the files.
   *
   * @param certificate PEM: the gate's certificate and those that lead to its authority
   * @param key PEM: its private key in PKCS #8, not encrypted
   * @param log takes sentences for the person who runs the gate
   * @throws IOException where they cannot be read or used
   */
  public ClientTls(Path certificate, Path key, Consumer<String> log) throws IOException {
    this.certificate = certificate;
    this.key = key;
    this.log = log;
    this.tried = version();
    this.context = load();
  }

  /**
   * Shakes hands.
   *
   * @param wire a connection on which TLS was agreed on, or that began with it at once; it is
   *     protected then
   * @param read what was read of it already
   * @param direct whether it began at once, so that the client must name the protocol
   * @throws IOException where the hands could not be shaken
   */
  void handshake(Wire wire, byte[] read, boolean direct) throws IOException {
    SSLEngine engine = current().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setApplicationProtocols(new String[] {PROTOCOL});
    engine.setSSLParameters(parameters);
    wire.secure(engine, read);
    if (direct && !PROTOCOL.equals(wire.protocol())) {
      throw new SSLException("a client that begins with TLS has to ask for " + PROTOCOL);
    }
  }

  private synchronized SSLContext current() {
    try {
      Version now = version();
      if (!now.equals(tried)) {
        tried = now;
        context = load();
        log.accept("the certificate for clients was read again from " + certificate);
      }
    } catch (IOException failure) {
      log.accept("the former certificate for clients goes on: " + failure.getMessage());
    }
    return context;
  }

  private Version version() throws IOException {
    return new Version(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key));
  }

  private SSLContext load() throws IOException {
    try {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(certificate)))
              .toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new IOException("%s holds no certificate".formatted(certificate));
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      char[] password = {};
      store.setKeyEntry("gate", privateKey(chain[0]), password, chain);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, password);
      SSLContext loaded = SSLContext.getInstance("TLS");
      loaded.init(managers.getKeyManagers(), null, null);
      return loaded;
    } catch (GeneralSecurityException failure) {
      throw new IOException(
          "%s and %s cannot be used: %s".formatted(certificate, key, failure.getMessage()),
          failure);
    }
  }

  private PrivateKey privateKey(Certificate of) throws IOException, GeneralSecurityException {
    Matcher found = KEY.matcher(Files.readString(key, StandardCharsets.US_ASCII));
    if (!found.find()) {
      throw new IOException(
          "%s holds no private key in PKCS #8 (BEGIN PRIVATE KEY)".formatted(key));
    }
    byte[] encoded = Base64.getMimeDecoder().decode(found.group(1));
    return KeyFactory.getInstance(of.getPublicKey().getAlgorithm())
        .generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }
}
