package dev.sluice.shop.data;

import org.jspecify.annotations.Nullable;

/**
 * Rows in the text format of PostgreSQL's {@code COPY}: columns separated by tabs, a backslash
 * before what would be mistaken.
 */
final class CopyText {
  private final StringBuilder text = new StringBuilder();

  void append(@Nullable Object[] row) {
    for (var i = 0; i < row.length; i++) {
      if (i > 0) {
        text.append('\t');
      }
      appendValue(row[i]);
    }
    text.append('\n');
  }

  private void appendValue(@Nullable Object value) {
    if (value == null) {
      text.append("\\N");
      return;
    }
    var characters = value.toString();
    for (var i = 0; i < characters.length(); i++) {
      var character = characters.charAt(i);
      switch (character) {
        case '\\' -> text.append("\\\\");
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        default -> text.append(character);
      }
    }
  }

  int length() {
    return text.length();
  }

  /** What was appended since the last time. */
  String take() {
    var taken = text.toString();
    text.setLength(0);
    return taken;
  }
}
