package dev.sluice.sql.postgres;

/** Which character of a text a byte of its UTF-8 belongs to. */
final class Offsets {

  private static final int[] SAME = {};

  private final int[] characters;

  private Offsets(int[] characters) {
    this.characters = characters;
  }

  static Offsets of(String text, int bytes) {
    if (bytes == text.length()) {
      return new Offsets(SAME);
    }
    int[] characters = new int[bytes + 1];
    int at = 0;
    int index = 0;
    while (index < text.length()) {
      int point = text.codePointAt(index);
      int length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      for (int part = 0; part < length; part++) {
        characters[at++] = index;
      }
      index += Character.charCount(point);
    }
    characters[at] = index;
    return new Offsets(characters);
  }

  int character(int position) {
    return characters.length == 0 ? position : characters[position];
  }
}
