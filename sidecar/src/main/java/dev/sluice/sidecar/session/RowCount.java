package dev.sluice.sidecar.session;

/** How many rows a statement, a portal or a cursor has returned, in all pieces together. */
final class RowCount {
  long rows;
}
