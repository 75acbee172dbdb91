package dev.sluice.policy.workload;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** Texts that stand in a text in a form that programs read as another one. */
final class EncodedTexts {
  /** Percent-encoding, escapes of JSON, properties, YAML and programs, entities of XML. */
  private static final Pattern ESCAPES =
      Pattern.compile(
          "((?:%[0-9A-Fa-f]{2})+)"
              + "|\\\\u([0-9A-Fa-f]{4}|\\{[0-9A-Fa-f]{1,6}\\})"
              + "|\\\\x([0-9A-Fa-f]{2}|\\{[0-9A-Fa-f]{1,6}\\})"
              + "|\\\\U00([0-9A-Fa-f]{6})"
              + "|&#[xX]([0-9A-Fa-f]{1,6});"
              + "|&#([0-9]{1,7});"
              + "|\\\\0?([0-3][0-7]{2})"
              + "|\\\\([nrtfv])"
              + "|\\\\([/.:=@'\"-])");

  /** As the expression above has it. */
  private static final int SHORTEST_HEXADECIMAL = 20;

  /** Shorter ones hold no address. */
  private static final int SHORTEST_BASE64 = 12;

  /** Where the encoder began a new line; looked for by the line's end, of which there are few. */
  private static final Pattern WRAPPED =
      Pattern.compile("\\r?\\n(?<=[A-Za-z0-9+/_-]{16}\\r?\\n)[ \\t]*(?=[A-Za-z0-9+/_-])");

  private static final Pattern HEXADECIMAL =
      Pattern.compile("(?<![0-9A-Za-z])(?:0x|\\\\x)?((?:[0-9A-Fa-f]{2}){10,})(?![0-9A-Za-z])");

  /** So much of a compressed text is read. */
  private static final int MOST = 1 << 20;

  private EncodedTexts() {}

  /** The texts in a text. */
  static List<String> in(String text) {
    List<String> texts = new ArrayList<>();
    if (text.indexOf('%') >= 0 || text.indexOf('\\') >= 0 || text.indexOf('&') >= 0) {
      Matcher escapes = ESCAPES.matcher(text);
      if (escapes.find()) {
        texts.add(escapes.replaceAll(each -> Matcher.quoteReplacement(unescaped(each))));
      }
    }
    base64(text, texts);
    if (text.indexOf('\n') >= 0) {
      String joined = WRAPPED.matcher(text).replaceAll("");
      if (joined.length() < text.length()) {
        base64(joined, texts);
      }
    }
    if (hasHexadecimalRun(text)) {
      for (Matcher run = HEXADECIMAL.matcher(text); run.find(); ) {
        readable(HexFormat.of().parseHex(run.group(1))).ifPresent(texts::add);
      }
    }
    return texts;
  }

  private static boolean hasHexadecimalRun(String text) {
    int run = 0;
    for (int position = 0; position < text.length() && run < SHORTEST_HEXADECIMAL; position++) {
      run = HexFormat.isHexDigit(text.charAt(position)) ? run + 1 : 0;
    }
    return run >= SHORTEST_HEXADECIMAL;
  }

  private static String unescaped(MatchResult escape) {
    if (escape.group(1) != null) {
      byte[] bytes = HexFormat.of().parseHex(escape.group(1).replace("%", ""));
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (escape.group(8) != null) {
      return "\n";
    }
    if (escape.group(9) != null) {
      return escape.group(9);
    }
    int character = 0;
    for (int group = 2; group <= 7; group++) {
      if (escape.group(group) != null) {
        int radix = group == 6 ? 10 : group == 7 ? 8 : 16;
        String digits = escape.group(group).replaceAll("[{}]", "");
        character = Integer.parseInt(digits, radix);
      }
    }
    return Character.isValidCodePoint(character) ? Character.toString(character) : escape.group();
  }

  private static void base64(String text, List<String> texts) {
    int position = 0;
    while (position < text.length()) {
      int start = position;
      while (position < text.length() && isBase64(text.charAt(position))) {
        position++;
      }
      int length = position - start;
      // No encoder leaves a single character over.
      if (length >= SHORTEST_BASE64 && length % 4 != 1) {
        int end = position;
        while (end < text.length() && end < position + 2 && text.charAt(end) == '=') {
          end++;
        }
        base64(text.substring(start, end)).ifPresent(texts::add);
      }
      position++;
    }
  }

  private static boolean isBase64(char character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || character == '+'
        || character == '/'
        || character == '_'
        || character == '-';
  }

  /** Empty for a word that merely looks like it. */
  private static Optional<String> base64(String word) {
    try {
      byte[] bytes = Base64.getDecoder().decode(word.replace('-', '+').replace('_', '/'));
      return isCompressed(bytes) || isDeflated(bytes)
          ? decompressed(bytes)
          : readable(
              isOfTwoBytes(bytes)
                  ? new String(bytes, StandardCharsets.UTF_16LE).getBytes(StandardCharsets.UTF_8)
                  : bytes);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isCompressed(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
  }

  /** As zlib begins. */
  private static boolean isDeflated(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == 0x78 && (0x7800 + (bytes[1] & 0xff)) % 31 == 0;
  }

  /** As PowerShell encodes its commands: UTF-16, of which every second byte is zero. */
  private static boolean isOfTwoBytes(byte[] bytes) {
    return bytes.length > 3
        && bytes.length % 2 == 0
        && bytes[0] != 0
        && bytes[1] == 0
        && bytes[3] == 0;
  }

  private static Optional<String> decompressed(byte[] bytes) {
    try (InputStream stream =
        isDeflated(bytes)
            ? new InflaterInputStream(new ByteArrayInputStream(bytes))
            : new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return readable(stream.readNBytes(MOST));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The text of a file that is none as it stands; other bytes are taken for UTF-8. */
  static String text(byte[] bytes) {
    if (isCompressed(bytes)) {
      Optional<String> text = decompressed(bytes);
      if (text.isPresent()) {
        return text.get();
      }
    }
    boolean marked = bytes.length > 3 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe;
    return new String(
        bytes, marked || isOfTwoBytes(bytes) ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8);
  }

  /** Empty for bytes that are no text; most words that look encoded are none, and soon told. */
  private static Optional<String> readable(byte[] bytes) {
    for (byte each : bytes) {
      if (each == 0x7f || (each >= 0 && each < ' ' && !Character.isWhitespace(each))) {
        return Optional.empty();
      }
    }
    CharBuffer text = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(bytes), text, true);
    return result.isError()
        ? Optional.empty()
        : Optional.of(text.flip().toString())
            .filter(
                decoded ->
                    decoded
                        .chars()
                        .noneMatch(
                            each -> Character.isISOControl(each) && !Character.isWhitespace(each)));
  }
}
