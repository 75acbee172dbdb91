package dev.sluice.operator.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * A certificate with its key.
 *
 * @param certificate the certificate
 * @param key its private key
 */
public record Identity(X509Certificate certificate, PrivateKey key) {

  /** From when it is valid. */
  public Instant notBefore() {
    return certificate.getNotBefore().toInstant();
  }

  /** Until when it is valid. */
  public Instant notAfter() {
    return certificate.getNotAfter().toInstant();
  }

  /** When two thirds of its life are over: the time for its successor. */
  public Instant renewal() {
    Duration life = Duration.between(notBefore(), notAfter());
    return notBefore().plus(life.multipliedBy(2).dividedBy(3));
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "Identity[subject=%s, notAfter=%s]"
        .formatted(certificate.getSubjectX500Principal(), notAfter());
  }
}
