package dev.sluice.operator.engine.postgresql;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of the masks. It comes from the server's own strong random source and never leaves the
 * server, or from a secret that several databases share.
 */
final class MaskKey {
  private static final String RANDOM =
      """
      uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
        || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())\
      """;

  /** Where it is kept, with the words for which it was made anew; only the owner reads them. */
  static final String TABLES =
      """
      CREATE TABLE IF NOT EXISTS sluice.keys (
        id smallint PRIMARY KEY CHECK (id = 1),
        key bytea NOT NULL CHECK (length(key) = 64),
        created_at timestamptz NOT NULL DEFAULT now()
      );
      INSERT INTO sluice.keys (id, key)
      SELECT 1, %s
      WHERE NOT EXISTS (SELECT FROM sluice.keys);
      CREATE TABLE IF NOT EXISTS sluice.key_rotations (
        word text PRIMARY KEY,
        rotated_at timestamptz NOT NULL DEFAULT now()
      )\
      """
          .formatted(RANDOM);

  private final Session session;

  MaskKey(Session session) {
    this.session = session;
  }

  /**
   * Makes it anew, within a transaction: every statement that begins after it has the new one, and
   * none has both.
   *
   * @param word for which it is made anew, once
   * @return whether it was not made anew for this word before
   */
  boolean rotate(String word) throws SQLException {
    List<String> noted = new ArrayList<>();
    session.asOwner(
        () -> {
          noted.addAll(
              session.query(
                  """
                  INSERT INTO sluice.key_rotations (word) VALUES (?)
                  ON CONFLICT DO NOTHING RETURNING word
                  """,
                  row -> row.getString(1),
                  word));
          if (!noted.isEmpty()) {
            session.run("UPDATE sluice.keys SET key = %s, created_at = now()".formatted(RANDOM));
          }
        });
    return !noted.isEmpty();
  }

  /**
   * Makes it from a secret, within a transaction.
   *
   * @param secret what it is made from
   * @param word for which; another word makes another key
   * @return whether it was another one before
   */
  boolean use(byte[] secret, String word) throws SQLException {
    byte[] key = derive(secret, word);
    List<Boolean> same = new ArrayList<>();
    session.asOwner(
        () ->
            same.addAll(
                session.query(
                    "SELECT encode(sha256(key), 'hex') = ? FROM sluice.keys",
                    row -> row.getBoolean(1),
                    HexFormat.of().formatHex(digest(key)))));
    if (same.equals(List.of(true))) {
      return false;
    }
    session.asOwner(
        () -> {
          session.run("DELETE FROM sluice.keys");
          // Statements and their parameters can stand in the server's log, what is copied cannot.
          session.copy(
              "COPY sluice.keys (id, key) FROM STDIN", "1\t\\\\x" + HexFormat.of().formatHex(key));
        });
    return true;
  }

  private static byte[] derive(byte[] secret, String word) {
    try {
      Mac mac = Mac.getInstance("HmacSHA512");
      mac.init(new SecretKeySpec(secret, "HmacSHA512"));
      return mac.doFinal(("Sluice: key of the masks " + word).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA512", e);
    }
  }

  private static byte[] digest(byte[] key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
