package dev.sluice.policy.discovery;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The words of a name: in lower case, without accents, umlauts as two letters. */
final class Words {
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");

  /** Where a word ends: at anything else than letters and digits, between kinds of those. */
  private static final Pattern ENDS =
      Pattern.compile(
          "[^\\p{L}\\p{M}\\p{N}]+|(?<=\\p{Ll})(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})"
              + "|(?<=\\p{L})(?=\\p{N})|(?<=\\p{N})(?=\\p{L})");

  private Words() {}

  static List<String> of(String name) {
    List<String> words = new ArrayList<>();
    for (String word : ENDS.split(Normalizer.normalize(name, Normalizer.Form.NFC), -1)) {
      String folded = folded(word);
      if (!folded.isEmpty()) {
        words.add(folded);
      }
    }
    return words;
  }

  private static String folded(String word) {
    String spelled =
        word.toLowerCase(Locale.ROOT)
            .replace("ä", "ae")
            .replace("ö", "oe")
            .replace("ü", "ue")
            .replace("ß", "ss");
    return MARKS.matcher(Normalizer.normalize(spelled, Normalizer.Form.NFD)).replaceAll("");
  }
}
