package dev.sluice.cli.classify;

import dev.sluice.cli.classify.ColumnClass.ColumnOfTable;

/**
 * What the operator takes a column for.
 *
 * @param column the column
 * @param classification the class that it proposes
 * @param confidence how sure it is, of a hundred
 * @param looked into how many values it looked; 0: the names alone tell
 * @param found in how many of them it found such data
 */
record Suggestion(
    ColumnOfTable column, String classification, long confidence, long looked, long found) {
  /** The class accepted. */
  ColumnClass accepted() {
    return new ColumnClass(column, classification);
  }

  /** The column taken for harmless. */
  ColumnClass dismissed() {
    return new ColumnClass(column, ColumnClass.NONE);
  }
}
