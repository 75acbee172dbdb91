package dev.sluice.sidecar.session;

import dev.sluice.sidecar.detect.Columns;
import org.jspecify.annotations.Nullable;

/** The columns that a prepared statement returns, once the server has described them. */
final class ResultShape {
  @Nullable Columns columns;
}
