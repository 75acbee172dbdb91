package dev.sluice.sidecar.statement;

import dev.sluice.sql.postgres.Analysis;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about a text before it is decided about.
 *
 * @param text the text as the client wrote it
 * @param dialect how it was read
 * @param analysis what it is; null: it cannot be read, which is told when it is decided about
 */
public record Thought(TextKey text, Dialect dialect, @Nullable Analysis analysis) {
  /** Whether it is about a text, read in a dialect. */
  public boolean isOf(TextKey other, Dialect read) {
    return dialect.equals(read) && text.equals(other);
  }
}
