package dev.sluice.operator.credential;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes passwords: 256 random bits in letters, digits, hyphen and underscore. */
public final class Passwords {
  private static final int BYTES = 32;

  private final SecureRandom random;

  /**
   * A maker of passwords.
   *
   * @param random the source of randomness
   */
  public Passwords(SecureRandom random) {
    this.random = random;
  }

  /** A new password. */
  public String next() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(BYTES));
  }

  /** New random bytes for a salt. */
  public byte[] salt() {
    return bytes(ScramVerifier.SALT_BYTES);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
