package dev.sluice.policy.statement;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of a statement in a comment at its end, as sqlcommenter writes it: {@code
 * /*route='%2Forders',traceparent='00-...'*}{@code /}. Nobody vouches for it.
 *
 * @param values by key, decoded; at most {@value #MOST}, keys of at most {@value #LONGEST_KEY}
 *     characters, values cut after {@value #LONGEST_VALUE}
 * @param traceId the trace of a well-formed {@code traceparent}, 32 hexadecimal digits; null: none
 */
public record Tags(Map<String, String> values, @Nullable String traceId) {
  /** No tags. */
  public static final Tags NONE = new Tags(Map.of(), null);

  private static final int MOST = 16;
  private static final int LONGEST_KEY = 64;
  private static final int LONGEST_VALUE = 256;

  /** Bytes of a comment that is read; of a longer one nothing is. */
  private static final int LONGEST_COMMENT = 4096;

  private static final Pattern PAIR =
      Pattern.compile("\\s*([^\\s=,']+)='((?:[^'\\\\]|\\\\.)*+)'\\s*(,|$)");

  /** Version, trace, parent and flags (W3C Trace Context); later versions may add to them. */
  private static final Pattern TRACE_PARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  /** Immutable copies. */
  public Tags {
    values = Map.copyOf(values);
  }

  /**
   * The tags of a text that the grammar understood, so that what ends it like a comment is one.
   *
   * @param text in an encoding that has ASCII in it
   * @return none where the comment is not written as sqlcommenter writes it
   */
  public static Tags of(byte[] text) {
    int end = text.length;
    while (end > 0 && ((text[end - 1] <= ' ' && text[end - 1] >= 0) || text[end - 1] == ';')) {
      end--;
    }
    if (end < 4 || text[end - 1] != '/' || text[end - 2] != '*') {
      return NONE;
    }
    int last = end - 2;
    for (int start = last - 2; start >= 0 && last - start <= LONGEST_COMMENT; start--) {
      if (text[start] == '/' && text[start + 1] == '*') {
        return read(new String(text, start + 2, last - start - 2, StandardCharsets.ISO_8859_1));
      }
    }
    return NONE;
  }

  private static Tags read(String comment) {
    Map<String, String> values = new TreeMap<>();
    Matcher pair = PAIR.matcher(comment);
    int position = 0;
    try {
      while (position < comment.length() || ",".equals(position == 0 ? "" : pair.group(3))) {
        if (!pair.find(position) || pair.start() != position) {
          return NONE;
        }
        position = pair.end();
        String key = decoded(pair.group(1));
        if (values.size() < MOST && key.length() <= LONGEST_KEY) {
          values.putIfAbsent(key, cut(decoded(pair.group(2).replace("\\'", "'"))));
        }
      }
    } catch (IllegalArgumentException notEncoded) {
      return NONE;
    }
    Matcher parent = TRACE_PARENT.matcher(values.getOrDefault("traceparent", ""));
    return new Tags(values, parent.matches() ? parent.group(1) : null);
  }

  /** A plus sign stands for itself, other than in forms. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String cut(String value) {
    return value.codePointCount(0, value.length()) <= LONGEST_VALUE
        ? value
        : value.substring(0, value.offsetByCodePoints(0, LONGEST_VALUE));
  }
}
