package dev.sluice.operator.credential;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server keeps of a password to check a SCRAM-SHA-256 login (RFC 5802, RFC 7677), in the
 * text form that PostgreSQL stores and takes in place of a password: {@code
 * SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}. So no password ever stands in a statement.
 */
public final class ScramVerifier {
  /** Bytes of salt, as the server itself uses. */
  public static final int SALT_BYTES = 16;

  /** Iterations, as the server itself uses. */
  private static final int ITERATIONS = 4096;

  private static final int KEY_BITS = 256;

  private ScramVerifier() {}

  /**
   * Computes the verifier.
   *
   * @param password printable ASCII, which SASLprep leaves as it is
   * @param salt random bytes
   * @return the text to set as the password of a role
   */
  public static String of(String password, byte[] salt) {
    try {
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, KEY_BITS))
              .getEncoded();
      byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"));
      byte[] serverKey = hmac(salted, "Server Key");
      Base64.Encoder base64 = Base64.getEncoder();
      return "SCRAM-SHA-256$%d:%s$%s:%s"
          .formatted(
              ITERATIONS,
              base64.encodeToString(salt),
              base64.encodeToString(storedKey),
              base64.encodeToString(serverKey));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HMAC-SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
  }
}
