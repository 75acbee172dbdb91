package dev.sluice.policy.detect;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Finds keys, tokens and passwords by the form that those who issue them gave them. */
final class Secrets {
  /** A token: what it begins with, and what follows. */
  private static final class Token {
    final byte[] prefix;

    /** How many characters follow at least. */
    final int least;

    /** Whether these may be hyphens and underscores, too. */
    final boolean signs;

    private Token(byte[] prefix, int least, boolean signs) {
      this.prefix = prefix;
      this.least = least;
      this.signs = signs;
    }

    static Token of(String prefix, int least, boolean signs) {
      return new Token(bytes(prefix), least, signs);
    }
  }

  private static final List<Token> TOKENS =
      List.of(
          Token.of("ghp_", 30, false),
          Token.of("gho_", 30, false),
          Token.of("ghu_", 30, false),
          Token.of("ghs_", 30, false),
          Token.of("ghr_", 30, false),
          Token.of("github_pat_", 22, true),
          Token.of("glpat-", 20, true),
          Token.of("xoxb-", 10, true),
          Token.of("xoxp-", 10, true),
          Token.of("xoxa-", 10, true),
          Token.of("xoxr-", 10, true),
          Token.of("xoxs-", 10, true),
          Token.of("xoxe-", 10, true),
          Token.of("xapp-", 10, true),
          Token.of("sk_live_", 16, false),
          Token.of("sk_test_", 16, false),
          Token.of("rk_live_", 16, false),
          Token.of("rk_test_", 16, false),
          Token.of("whsec_", 24, false),
          Token.of("npm_", 36, false),
          Token.of("sk-ant-", 20, true),
          Token.of("sk-proj-", 20, true));

  private static final byte[] BEGIN = bytes("-----BEGIN ");
  private static final byte[] PRIVATE_KEY = bytes("PRIVATE KEY");
  private static final byte[] DASHES = bytes("-----");
  private static final byte[] END = bytes("-----END ");
  private static final int LONGEST_LABEL = 40;

  private static final Set<String> PASSWORDS =
      Set.of("password", "passwd", "pwd", "pgpassword", "sslpassword", "mysqlpwd");

  private Secrets() {}

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Looks at a hyphen or an underscore, with which a prefix may end; where to go on. */
  static int token(byte[] bytes, int from, int at, int to, Found found) {
    if (bytes[at] == '-' && Bytes.has(bytes, at, to, BEGIN)) {
      return privateKey(bytes, at, to, found);
    }
    for (Token token : TOKENS) {
      byte[] prefix = token.prefix;
      int start = at + 1 - prefix.length;
      if (start < from
          || prefix[prefix.length - 1] != bytes[at]
          || !Bytes.has(bytes, start, to, prefix)
          || !Bytes.begins(bytes, from, start)) {
        continue;
      }
      int end = at + 1;
      while (end < to
          && (Bytes.isAlphanumeric(bytes[end])
              || (token.signs && (bytes[end] == '-' || bytes[end] == '_')))) {
        end++;
      }
      if (end - at - 1 >= token.least) {
        found.add(Kind.Secret, start, end);
        return end;
      }
    }
    return at + 1;
  }

  /** A block from its first line to its last one, or as far as it goes where it is cut. */
  private static int privateKey(byte[] bytes, int at, int to, Found found) {
    int position = at + BEGIN.length;
    boolean isPrivate = false;
    int most = Math.min(to, position + LONGEST_LABEL);
    while (position < most && (Bytes.isUpper(bytes[position]) || bytes[position] == ' ')) {
      isPrivate |= Bytes.has(bytes, position, to, PRIVATE_KEY);
      position++;
    }
    if (!isPrivate || !Bytes.has(bytes, position, to, DASHES)) {
      return at + 1;
    }
    position += DASHES.length;
    while (position < to && isOfBlock(bytes[position]) && !Bytes.has(bytes, position, to, DASHES)) {
      position++;
    }
    if (Bytes.has(bytes, position, to, END)) {
      position += END.length;
      while (position < to && (Bytes.isUpper(bytes[position]) || bytes[position] == ' ')) {
        position++;
      }
      while (position < to && bytes[position] == '-') {
        position++;
      }
    } else {
      while (bytes[position - 1] == ' '
          || bytes[position - 1] == '\n'
          || bytes[position - 1] == '\\') {
        position--;
      }
    }
    found.add(Kind.Secret, at, position);
    return position;
  }

  private static boolean isOfBlock(byte value) {
    return Bytes.isAlphanumeric(value)
        || switch (value) {
          case '+', '/', '=', '-', ':', ',', ' ', '\n', '\r', '\t', '\\' -> true;
          default -> false;
        };
  }

  /** Looks at an A, with which an access key of AWS begins, or a key of Google; where to go on. */
  static int key(byte[] bytes, int from, int at, int to, Found found) {
    if (at + 20 > to || !Bytes.begins(bytes, from, at)) {
      return at + 1;
    }
    boolean google = bytes[at + 1] == 'I' && bytes[at + 2] == 'z' && bytes[at + 3] == 'a';
    boolean amazon =
        (bytes[at + 1] == 'K' || bytes[at + 1] == 'S')
            && bytes[at + 2] == 'I'
            && bytes[at + 3] == 'A';
    if (!google && !amazon) {
      return at + 1;
    }
    int end = at + 4;
    while (end < to && (google ? isOfJwt(bytes[end]) : isOfAccessKey(bytes[end]))) {
      end++;
    }
    if ((google ? end - at >= 39 : end - at == 20) && Bytes.ends(bytes, end, to)) {
      found.add(Kind.Secret, at, end);
    }
    return end;
  }

  private static boolean isOfAccessKey(byte value) {
    return Bytes.isUpper(value) || Bytes.isDigit(value);
  }

  /** Looks at a J, which is the third letter of a JWT; where to go on. */
  static int jwt(byte[] bytes, int from, int at, int to, Found found) {
    int start = at - 2;
    if (start < from
        || bytes[start] != 'e'
        || bytes[start + 1] != 'y'
        || (start > from && isOfJwt(bytes[start - 1]))) {
      return at + 1;
    }
    int end = partEnd(bytes, at, to);
    int claims = end + 1;
    if (end >= to || bytes[end] != '.' || !Bytes.has(bytes, claims, to, new byte[] {'e', 'y'})) {
      return end;
    }
    end = partEnd(bytes, claims, to);
    if (end >= to || bytes[end] != '.') {
      return end;
    }
    end = partEnd(bytes, end + 1, to);
    found.add(Kind.Secret, start, end);
    return end;
  }

  private static int partEnd(byte[] bytes, int at, int to) {
    int end = at;
    while (end < to && isOfJwt(bytes[end])) {
      end++;
    }
    return end;
  }

  private static boolean isOfJwt(byte value) {
    return Bytes.isAlphanumeric(value) || value == '-' || value == '_';
  }

  /** Looks at a colon before two slashes: the password of whom a URL names; where to go on. */
  static int url(byte[] bytes, int at, int to, Found found) {
    int user = at + 3;
    int password = -1;
    int host = -1;
    int position = user;
    while (position < to && isOfAuthority(bytes[position])) {
      if (bytes[position] == ':' && password < 0) {
        password = position + 1;
      } else if (bytes[position] == '@' && password >= 0) {
        host = position;
      }
      position++;
    }
    if (host > password && password > 0 && isPassword(bytes, password, host)) {
      found.add(Kind.Secret, password, host);
    }
    return user;
  }

  private static boolean isOfAuthority(byte value) {
    return switch (value) {
      case '/', '?', '#', '"', '\'', '<', '>', '\\', '`', ',', ';' -> false;
      default -> value > ' ' || value < 0;
    };
  }

  /** Looks at an equals sign: a password among the parameters of a connection; where to go on. */
  static int parameter(byte[] bytes, int from, int at, int to, Found found) {
    int position = at + 1;
    while (position < to && isOfParameter(bytes[position])) {
      position++;
    }
    if (position - at > 3
        && isPassword(bytes, at + 1, position)
        && Words.precedes(bytes, from, at, PASSWORDS)) {
      found.add(Kind.Secret, at + 1, position);
    }
    return at + 1;
  }

  private static boolean isOfParameter(byte value) {
    return switch (value) {
      case '&', ';', '"', '\'', '<', '>', '\\', '`', ',', ')', '}', '=' -> false;
      default -> value > ' ' || value < 0;
    };
  }

  /** Whether it is not only asterisks, nor what another text is to be put in place of. */
  private static boolean isPassword(byte[] bytes, int from, int to) {
    byte first = bytes[from];
    boolean placeholder = first == '$' || first == '{' || first == '%' || first == '?';
    boolean shown = false;
    for (int index = from; index < to; index++) {
      shown |= bytes[index] != '*';
    }
    return shown && !placeholder;
  }
}
