package dev.sluice.operator.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authority at a point in its life: who signs, who will sign next, and who is
 * trusted. A successor is trusted everywhere for a while before it signs, and its predecessor is
 * trusted until it expires, so that no connection fails while it changes.
 *
 * @param current who signs
 * @param next who will sign, already trusted; null: nobody yet
 * @param previous former authorities that have not expired
 */
public record AuthorityState(
    Identity current, @Nullable Identity next, List<X509Certificate> previous) {

  /** An immutable copy. */
  public AuthorityState {
    previous = List.copyOf(previous);
  }

  /** All who are trusted, the signer first. */
  public List<X509Certificate> trusted() {
    List<X509Certificate> trusted = new ArrayList<>();
    trusted.add(current.certificate());
    if (next != null) {
      trusted.add(next.certificate());
    }
    trusted.addAll(previous);
    return List.copyOf(trusted);
  }

  /**
   * With a successor that is trusted from now on.
   *
   * @param factory makes it
   * @param life of it
   * @return this, where there is one already
   */
  AuthorityState announced(CertificateFactory factory, Duration life) {
    return next == null ? new AuthorityState(current, factory.authority(life), previous) : this;
  }

  /**
   * The state that is due at a time.
   *
   * @param now the time
   * @param overlap how long a successor is trusted before it signs
   * @param factory makes the successor
   * @param life of a successor
   * @return this, where nothing is due
   */
  public AuthorityState due(
      Instant now, Duration overlap, CertificateFactory factory, Duration life) {
    if (!now.isBefore(current.notAfter())) {
      // Nobody can trust it any more, so there is nothing to overlap with.
      Identity fresh = next == null || !now.isBefore(next.notAfter()) ? null : next;
      return new AuthorityState(fresh == null ? factory.authority(life) : fresh, null, List.of());
    }
    List<X509Certificate> alive =
        previous.stream().filter(old -> now.isBefore(old.getNotAfter().toInstant())).toList();
    if (next == null && !now.isBefore(current.renewal())) {
      return new AuthorityState(current, null, alive).announced(factory, life);
    }
    if (next != null
        && !now.isBefore(next.notBefore().plus(CertificateFactory.CLOCK_SKEW).plus(overlap))) {
      List<X509Certificate> former = new ArrayList<>(alive);
      former.addFirst(current.certificate());
      return new AuthorityState(next, null, former);
    }
    return alive.equals(previous) ? this : new AuthorityState(current, next, alive);
  }
}
