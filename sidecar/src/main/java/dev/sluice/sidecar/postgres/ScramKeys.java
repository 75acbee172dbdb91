package dev.sluice.sidecar.postgres;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What SCRAM makes of a password before a login proves it, which takes thousands of hashes, and is
 * the same as long as the server keeps its salt (RFC 5802, section 3: a client may keep it). Those
 * of the passwords that were used last are kept.
 */
final class ScramKeys {
  /** A password and the one after it, on two servers that do not share their salts. */
  private static final int KEPT = 4;

  private static final String ALGORITHM = "HmacSHA256";

  private final Deque<Keys> kept = new ArrayDeque<>();

  /** The keys of a password, none of which is to be changed. */
  static final class Keys {
    /** Proves it to the server. */
    final byte[] client;

    /** What the server has of it. */
    final byte[] stored;

    /** Proves to the client that the server has it. */
    final byte[] server;

    private final String password;
    private final byte[] salt;
    private final int iterations;

    private Keys(String password, byte[] salt, int iterations) throws GeneralSecurityException {
      this.password = password;
      this.salt = salt.clone();
      this.iterations = iterations;
      byte[] salted = salted(password, salt, iterations);
      client = hmac(salted, "Client Key".getBytes(StandardCharsets.US_ASCII));
      stored = MessageDigest.getInstance("SHA-256").digest(client);
      server = hmac(salted, "Server Key".getBytes(StandardCharsets.US_ASCII));
    }

    private boolean isOf(String other, byte[] otherSalt, int otherIterations) {
      return iterations == otherIterations
          && Arrays.equals(salt, otherSalt)
          && password.equals(other);
    }
  }

  /**
   * The keys of a password, as the server has it. For any thread.
   *
   * @param salt the server's
   * @param iterations the server's
   * @throws GeneralSecurityException where the password is empty, or the runtime knows no SHA-256
   */
  Keys of(String password, byte[] salt, int iterations) throws GeneralSecurityException {
    Keys known = find(password, salt, iterations);
    if (known != null) {
      return known;
    }
    // Without the lock: a server may ask for a second's work, and others log in meanwhile.
    Keys keys = new Keys(password, salt, iterations);
    keep(keys);
    return keys;
  }

  /**
   * The HMAC of a message.
   *
   * @throws GeneralSecurityException where the key is empty, or the runtime knows no SHA-256
   */
  static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    return mac(key).doFinal(message);
  }

  private synchronized @Nullable Keys find(String password, byte[] salt, int iterations) {
    for (Keys candidate : kept) {
      if (candidate.isOf(password, salt, iterations)) {
        return candidate;
      }
    }
    return null;
  }

  private synchronized void keep(Keys found) {
    if (kept.size() == KEPT) {
      kept.removeLast();
    }
    kept.addFirst(found);
  }

  private static byte[] salted(String password, byte[] salt, int iterations)
      throws GeneralSecurityException {
    Mac mac = mac(prepared(password).getBytes(StandardCharsets.UTF_8));
    mac.update(salt);
    byte[] round = mac.doFinal(new byte[] {0, 0, 0, 1});
    byte[] sum = round.clone();
    for (int iteration = 1; iteration < iterations; iteration++) {
      mac.update(round);
      mac.doFinal(round, 0);
      for (int index = 0; index < sum.length; index++) {
        sum[index] ^= round[index];
      }
    }
    return sum;
  }

  /** What SASLprep makes of it, as far as passwords that the control plane makes need it. */
  private static String prepared(String password) {
    return password.chars().allMatch(character -> character < 128)
        ? password
        : Normalizer.normalize(password, Normalizer.Form.NFKC);
  }

  private static Mac mac(byte[] key) throws GeneralSecurityException {
    if (key.length == 0) {
      throw new InvalidKeyException("an empty password");
    }
    Mac mac = Mac.getInstance(ALGORITHM);
    mac.init(new SecretKeySpec(key, ALGORITHM));
    return mac;
  }
}
