package dev.sluice.sidecar.statement;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a client writes its texts, by what the server reports of the session.
 *
 * @param charset how bytes are characters
 * @param standardStrings whether a backslash in an ordinary string is a backslash
 * @param certain whether the server reads the text so; else a backslash may be either, and no
 *     character beyond ASCII is known
 */
public record Dialect(Charset charset, boolean standardStrings, boolean certain) {
  /** What all but a few sessions have. */
  public static final Dialect USUAL = new Dialect(StandardCharsets.UTF_8, true, true);

  /**
   * Client encodings in which a byte below 0x80 is always that character of ASCII. In the others
   * (BIG5, GBK, SJIS and the like) it may be the second byte of another one.
   */
  private static final Map<String, String> CHARSETS =
      Map.ofEntries(
          Map.entry("UTF8", "UTF-8"),
          Map.entry("UNICODE", "UTF-8"),
          Map.entry("LATIN1", "ISO-8859-1"),
          Map.entry("ISO88591", "ISO-8859-1"),
          Map.entry("LATIN9", "ISO-8859-15"),
          Map.entry("ISO885915", "ISO-8859-15"),
          Map.entry("WIN1252", "windows-1252"),
          Map.entry("SQLASCII", "US-ASCII"),
          Map.entry("LATIN2", "US-ASCII"),
          Map.entry("WIN1250", "US-ASCII"),
          Map.entry("WIN1251", "US-ASCII"),
          Map.entry("KOI8R", "US-ASCII"));

  /**
   * How bytes are characters in a client encoding.
   *
   * @param clientEncoding as PostgreSQL names it
   * @return the charset, or one in which only ASCII is readable; empty: texts cannot be read safely
   */
  public static Optional<Charset> charset(String clientEncoding) {
    String name = CHARSETS.get(clientEncoding.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", ""));
    return Optional.ofNullable(name)
        .map(
            known ->
                Charset.isSupported(known) ? Charset.forName(known) : StandardCharsets.US_ASCII);
  }

  /**
   * The dialect after the server reported a parameter.
   *
   * @param name the parameter
   * @param value its value
   */
  public Dialect with(String name, String value) {
    Dialect changed =
        switch (name) {
          case "client_encoding" ->
              new Dialect(
                  charset(value).orElse(StandardCharsets.US_ASCII), standardStrings, certain);
          case "standard_conforming_strings" -> new Dialect(charset, value.equals("on"), certain);
          default -> this;
        };
    return changed.equals(USUAL) ? USUAL : changed;
  }

  /** The dialect while something is under way that may change it. */
  public Dialect uncertain() {
    return new Dialect(StandardCharsets.US_ASCII, standardStrings, false);
  }

  /** Why a text is not one in this dialect. */
  String unreadable() {
    if (!certain) {
      return "characters beyond ASCII while client_encoding may be changing";
    }
    return charset.equals(StandardCharsets.US_ASCII)
        ? "characters beyond ASCII in this client_encoding"
        : "not a text in " + charset.name();
  }
}
