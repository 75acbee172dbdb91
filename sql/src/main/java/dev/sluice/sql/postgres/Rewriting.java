package dev.sluice.sql.postgres;

import java.util.List;
import java.util.Set;

/**
 * A text as it is sent.
 *
 * @param text the text; the very same one as it came where there was nothing to rewrite
 * @param splices what was put in place of what, from the front to the back
 * @param byPath the names without a schema whose rewriting depends on what the session makes such
 *     names mean, whether they were rewritten or not
 */
public record Rewriting(String text, List<Splice> splices, Set<String> byPath) {

  /**
   * A part of a text that is replaced.
   *
   * @param start index of its first character
   * @param end index after its last character
   * @param text what stands there instead
   */
  public record Splice(int start, int end, String text) {}

  /** Immutable copies. */
  public Rewriting {
    splices = List.copyOf(splices);
    byPath = Set.copyOf(byPath);
  }

  /**
   * Where in the text as it came stands what stands somewhere in the text as it is sent.
   *
   * @param splices what was put in place of what
   * @param index index of a character of the text that is sent
   * @return the index of the same character; within a splice, of the first one that it replaced
   */
  public static int original(List<Splice> splices, int index) {
    int longer = 0;
    for (Splice splice : splices) {
      int from = splice.start + longer;
      if (index < from) {
        break;
      }
      if (index < from + splice.text.length()) {
        return splice.start;
      }
      longer += splice.text.length() - (splice.end - splice.start);
    }
    return index - longer;
  }
}
