package dev.sluice.policy.event;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * What an event has of one value that was bound to a statement.
 *
 * @param form what is told of it
 * @param length bytes of the whole value where {@code value} is only its beginning; of {@link
 *     Form#MORE} how many values there are; null: nothing of the kind
 * @param value the text, or hexadecimal digits; null: none
 */
@Json
public record Parameter(Form form, @Nullable Integer length, @Nullable String value) {
  /** What is told of a value. */
  public enum Form {
    /** It is NULL. */
    NULL,
    /** The text that the client sent. */
    TEXT,
    /** The bytes that the client sent in the type's binary form, as hexadecimal digits. */
    BINARY,
    /**
     * The first half of HMAC-SHA-256 over the bytes that the client sent, as 32 hexadecimal digits:
     * equal for equal values in the same format.
     */
    HASH,
    /**
     * Nothing: it meets a masked or classified column, or that is not known, or it is too long to
     * be hashed.
     */
    WITHHELD,
    /** In place of all that come after those of which an event tells. */
    MORE
  }
}
