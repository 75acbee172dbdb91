package dev.sluice.policy.workload;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the simplest programs make of words in a command: turned round, moved by thirteen letters,
 * one character for another, numbers of characters. What a command computes in any other way is not
 * followed.
 */
final class ComputedTexts {
  private static final Pattern REVERSING =
      Pattern.compile("\\brev\\b|\\[::-1\\]|revers", Pattern.CASE_INSENSITIVE);
  private static final Pattern BASE32 =
      Pattern.compile("(?<![A-Za-z0-9])[A-Z2-7]{13,}(?![A-Za-z0-9])");
  private static final Pattern TRANSLATION =
      Pattern.compile(
          "\\btr\\s+[\"']?([^\\s\"'\\\\-])[\"']?\\s+[\"']?([^\\s\"'\\\\])[\"']?(?![\\w-])");
  private static final Pattern SUBSTITUTION =
      Pattern.compile(
          "\\bsed\\s+(?:-e\\s+)?[\"']?s([/|#,])([^/|#,\\\\\\[*^$]{1,64})\\1([^/|#,\\\\&]{0,64})\\1");

  /** Numbers of characters, as in a list or with chr(...) around each. */
  private static final Pattern CODES =
      Pattern.compile(
          "(?<![0-9A-Za-z])(?:(?:0x|\\\\x)?[0-9A-Fa-f]{2,3}[^0-9A-Za-z]{1,4}(?:chr\\(|char\\()?){7,}(?:0x|\\\\x)?[0-9A-Fa-f]{2,3}(?![0-9A-Za-z])",
          Pattern.CASE_INSENSITIVE);

  /** Each number of them. */
  private static final Pattern CODE =
      Pattern.compile("(?:0x|\\\\x)?([0-9A-Fa-f]{2,3})(?![0-9A-Za-z])");

  private static final Pattern FUNCTION = Pattern.compile("(?i)cha?r");
  private static final Pattern LETTER = Pattern.compile("[A-Fa-f]|0x|\\\\x");
  private static final Pattern PAIR = Pattern.compile("(..)");

  /** Fewer make no address. */
  private static final int MANY = 16;

  /** Some numbers in a row, before the whole row is looked for. */
  private static final Pattern SEVERAL =
      Pattern.compile(
          "[0-9A-Fa-f]{2}[^0-9A-Za-z]{1,4}(?:[Cc]h(?:a)?r\\()?(?:0x|\\\\x)?[0-9A-Fa-f]{2,3}[^0-9A-Za-z]{1,4}");

  private static final Pattern HEXADECIMAL =
      Pattern.compile("(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}){6,9}(?![0-9A-Za-z])");

  private static final int LETTERS = 26;

  /** Longer commands are whole programs, which compute in other ways. */
  private static final int LONGEST = 1 << 14;

  private static final int MOST = 8;

  private ComputedTexts() {}

  /**
   * The texts that a command makes of its own words.
   *
   * @param command a command in which nothing was found as it stands
   */
  static List<String> in(String command) {
    List<String> texts = new ArrayList<>();
    if (command.length() > LONGEST) {
      return texts;
    }
    if ((command.contains("rev") || command.contains("[::-1]"))
        && REVERSING.matcher(command).find()) {
      texts.add(new StringBuilder(command).reverse().toString());
    }
    if (contains(command, "n-za-m") || contains(command, "rot13") || contains(command, "rot_13")) {
      texts.add(rotated(command));
    }
    if (contains(command, "b32") || contains(command, "base32")) {
      texts.add(
          BASE32
              .matcher(command)
              .replaceAll(each -> Matcher.quoteReplacement(base32(each.group()))));
    }
    if (contains(command, "xxd") || contains(command, "hex")) {
      texts.add(
          HEXADECIMAL
              .matcher(command)
              .replaceAll(each -> Matcher.quoteReplacement(codes(each.group(), PAIR, 16))));
    }
    if (hasManyDigits(command)) {
      Matcher codes = CODES.matcher(command);
      if (codes.find()) {
        texts.add(codes.replaceAll(each -> Matcher.quoteReplacement(codes(each.group()))));
      }
    }
    if (command.contains("tr ")) {
      for (Matcher each = TRANSLATION.matcher(command); texts.size() < MOST && each.find(); ) {
        texts.add(command.replace(each.group(1), each.group(2)));
      }
    }
    if (command.contains("sed ")) {
      for (Matcher each = SUBSTITUTION.matcher(command); texts.size() < MOST && each.find(); ) {
        texts.add(command.replace(each.group(2), each.group(3)));
      }
    }
    return texts;
  }

  private static boolean contains(String command, String word) {
    return command.contains(word) || command.contains(word.toUpperCase(Locale.ROOT));
  }

  private static boolean hasManyDigits(String command) {
    int digits = 0;
    for (int position = 0; position < command.length() && digits < MANY; position++) {
      digits += Character.digit(command.charAt(position), 16) >= 0 ? 1 : 0;
    }
    return digits >= MANY && SEVERAL.matcher(command).find();
  }

  private static String rotated(String text) {
    StringBuilder rotated = new StringBuilder(text.length());
    for (int position = 0; position < text.length(); position++) {
      char character = text.charAt(position);
      char first = Character.isUpperCase(character) ? 'A' : 'a';
      boolean letter = character >= first && character < first + LETTERS;
      rotated.append(
          letter ? (char) (first + (character - first + LETTERS / 2) % LETTERS) : character);
    }
    return rotated.toString();
  }

  private static String base32(String word) {
    StringBuilder text = new StringBuilder();
    int bits = 0;
    int held = 0;
    for (int position = 0; position < word.length(); position++) {
      char character = word.charAt(position);
      held = (held << 5 | (character >= 'A' ? character - 'A' : character - '2' + LETTERS)) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        text.append((char) (held >> bits & 0xff));
      }
    }
    return new String(
        text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Hexadecimal where it says so, or where a number can be nothing else. */
  private static String codes(String list) {
    String numbers = FUNCTION.matcher(list).replaceAll("");
    return codes(numbers, CODE, LETTER.matcher(numbers).find() ? 16 : 10);
  }

  private static String codes(String list, Pattern code, int radix) {
    StringBuilder text = new StringBuilder();
    for (Matcher each = code.matcher(list); each.find(); ) {
      text.append((char) Integer.parseInt(each.group(1), radix));
    }
    return text.toString();
  }
}
