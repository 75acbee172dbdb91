package dev.sluice.sidecar.control;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A file of certificate authorities, read again when it changes, as it does when they are renewed.
 */
public final class TrustFile {
  private final @Nullable Path file;
  private @Nullable FileTime read;
  private @Nullable SSLSocketFactory factory;

  /**
   * Trust in the authorities of a file.
   *
   * @param file PEM; null: the well-known ones
   */
  public TrustFile(@Nullable Path file) {
    this.file = file;
  }

  /**
   * Makes connections that trust what the file says now.
   *
   * @throws IOException where the file cannot be used
   */
  synchronized SSLSocketFactory socketFactory() throws IOException {
    Path authorities = file;
    FileTime changed = authorities == null ? null : Files.getLastModifiedTime(authorities);
    SSLSocketFactory current = factory;
    if (current != null && (changed == null || changed.equals(read))) {
      return current;
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities == null ? null : store(authorities));
      context.init(null, trust.getTrustManagers(), null);
      current = context.getSocketFactory();
    } catch (GeneralSecurityException failure) {
      throw new IOException("the authorities in %s cannot be used".formatted(file), failure);
    }
    factory = current;
    read = changed;
    return current;
  }

  private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      if (number == 0) {
        throw new IOException(file + " has no certificate");
      }
    }
    return store;
  }
}
