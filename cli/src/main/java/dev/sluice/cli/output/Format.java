package dev.sluice.cli.output;

/** How a result is written. */
public enum Format {
  /** For people. */
  TEXT,
  /** For programs. */
  JSON,
  /** For files. */
  YAML;

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
