package dev.sluice.operator.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of a database's schema that did not come through a gate.
 *
 * @param id its number in the database, growing
 * @param at when it was made
 * @param role who had logged in
 * @param address from where; null: from the server itself
 * @param application the application_name of the session; asserted, not verified
 * @param tag what was done, as SQL writes it
 * @param objects what was changed
 * @param statement the text as it was sent, with its values; null: it was too long
 */
public record SchemaChange(
    long id,
    Instant at,
    String role,
    @Nullable String address,
    @Nullable String application,
    String tag,
    String objects,
    @Nullable String statement) {
  /** Without the text: values may be in it. */
  @Override
  public String toString() {
    return "SchemaChange[%d %s by %s]".formatted(id, tag, role);
  }
}
