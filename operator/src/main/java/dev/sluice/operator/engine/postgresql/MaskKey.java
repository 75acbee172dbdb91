package dev.sluice.operator.engine.postgresql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The key of the masks. It comes from the server's own strong random source and never leaves the
 * server.
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
}
