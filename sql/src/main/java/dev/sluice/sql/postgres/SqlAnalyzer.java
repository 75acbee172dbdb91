package dev.sluice.sql.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.policy.statement.GrantCatalogue;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.sql.postgres.grammar.GrammarText;
import dev.sluice.sql.postgres.grammar.ParserThreads;
import dev.sluice.sql.postgres.grammar.PgQueryLibrary;
import dev.sluice.sql.postgres.grammar.Reading;
import dev.sluice.sql.postgres.grammar.Refusal;
import dev.sluice.sql.postgres.grammar.ScannerCost;
import dev.sluice.sql.postgres.grammar.TreeReader.TooDeepException;
import dev.sluice.sql.postgres.tree.TreeStatement;
import dev.sluice.sql.postgres.tree.Walk;
import io.avaje.json.JsonException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells what PostgreSQL texts are, by PostgreSQL's own grammar. May be called by any number of
 * threads: a text that was seen lately is answered from memory, another one is handed to a parser
 * thread and waited for.
 *
 * <p>Never fails for what stands in a text: one that cannot be parsed, or may not for its length or
 * depth, is a statement of the kind UNKNOWN that says why.
 */
public final class SqlAnalyzer implements AutoCloseable {

  /** Texts of so many bytes take well below a millisecond, and little stack. */
  public static final int SHORT_BYTES = 4 * 1024;

  private static final byte[] NO_SHAPE = {};

  private final Limits limits;
  private final ParserThreads threads;
  private final AnalysisCache cache;

  /**
   * Makes an analyzer; its threads start when they are needed.
   *
   * @param library the grammar
   * @param limits its bounds
   */
  public SqlAnalyzer(PgQueryLibrary library, Limits limits) {
    this.limits = limits;
    this.threads = new ParserThreads(library, limits.threads(), limits.textBytes());
    this.cache = new AnalysisCache(limits.cachedTexts(), limits.cachedBytes());
  }

  /**
   * Analyses the text of a message of a session whose strings are read by the standard, as all are
   * by default.
   *
   * @param text the text of a Query or Parse message
   * @return what it is
   * @throws IllegalStateException where this is closed
   */
  public Analysis analyze(String text) {
    return analyze(text, true);
  }

  /**
   * Analyses the text of a message.
   *
   * @param text the text of a Query or Parse message
   * @param standardStrings the session's {@code standard_conforming_strings}, which the server
   *     reports: under {@code off} a backslash in an ordinary string escapes, and the same text may
   *     be other statements
   * @return what it is
   * @throws IllegalStateException where this is closed
   */
  public Analysis analyze(String text, boolean standardStrings) {
    return analyze(text, standardStrings, GrantCatalogue.NONE);
  }

  /**
   * Analyses the text of a message by what is known of the relations in it.
   *
   * @param text the text of a Query or Parse message
   * @param standardStrings the session's {@code standard_conforming_strings}
   * @param catalogue what is known; analyses are kept for few catalogues at a time
   * @return what it is
   * @throws IllegalStateException where this is closed
   */
  public Analysis analyze(String text, boolean standardStrings, GrantCatalogue catalogue) {
    return analyze(text, standardStrings, catalogue, false);
  }

  /**
   * The same, for a thread that has a stack of a mebibyte or more: a text of up to {@value
   * #SHORT_BYTES} bytes is parsed on it, which saves the time that handing over takes.
   *
   * @param text the text of a Query or Parse message
   * @param standardStrings the session's {@code standard_conforming_strings}
   * @param catalogue what is known
   * @return what it is
   * @throws IllegalStateException where this is closed
   */
  public Analysis analyzeHere(String text, boolean standardStrings, GrantCatalogue catalogue) {
    return analyze(text, standardStrings, catalogue, true);
  }

  /**
   * What a short text has in common with those that differ from it in constants and comments alone:
   * the text with one byte in place of each, as the grammar's own scanner tells them. What is known
   * of one of them is true of the others where {@link Analysis#holdsForShape} says so. For a
   * session whose strings are read by the standard.
   *
   * @param text holds the text in UTF-8
   * @param from its first byte
   * @param length its bytes, at most {@value #SHORT_BYTES}
   * @return the shape; empty: it has none, or it is not worth looking for
   */
  public byte[] shapeHere(byte[] text, int from, int length) {
    boolean ascii = true;
    boolean constants = false;
    for (int index = from; index < from + length; index++) {
      byte character = text[index];
      if (character == '$' || character == '\\' || character == 0) {
        return NO_SHAPE;
      }
      ascii &= character >= 0;
      constants |= character == '\'' || (character >= '0' && character <= '9');
    }
    if (!constants || !ScannerCost.bearable(text, from, from + length)) {
      return NO_SHAPE;
    }
    if (!ascii && !isUtf8(text, from, length)) {
      return NO_SHAPE;
    }
    return threads.shapeHere(text, from, length);
  }

  private static boolean isUtf8(byte[] text, int from, int length) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(text, from, length));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  private Analysis analyze(
      String text, boolean standardStrings, GrantCatalogue catalogue, boolean here) {
    boolean standard = standardStrings || text.indexOf('\\') < 0;
    Analysis known = standard ? cache.get(text, catalogue) : null;
    if (known != null) {
      return known;
    }
    @Nullable String unfit = unfit(text);
    if (unfit != null) {
      return unknown(text, unfit);
    }
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length > limits.textBytes()) {
      return unknown(text, tooLong(limits.textBytes()));
    }
    if (!ScannerCost.bearable(bytes)) {
      return unknown(text, "the text has runs of operators that are too long to be analysed");
    }
    try {
      int options = standard ? 0 : GrammarText.BACKSLASH_ESCAPES;
      Function<GrammarText, Analysis> work =
          grammar ->
              grammar.read(
                  reading ->
                      understood(
                          new Assembly(text, bytes.length, grammar, reading), reading, catalogue));
      Analysis analysis =
          here && bytes.length <= SHORT_BYTES
              ? threads.readHere(bytes, options, work)
              : threads.read(bytes, options, work);
      if (standard) {
        cache.put(analysis, catalogue);
      }
      return analysis;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return unknown(text, "the session ended while the text was parsed");
    }
  }

  private Analysis understood(Assembly assembly, Reading reading, GrantCatalogue catalogue) {
    Refusal refusal = reading.refusal();
    if (refusal != null) {
      return assembly.unknown(refusal.message(), refusal.position());
    }
    try {
      List<TreeStatement> statements =
          reading.tree(Walk.NAMES, limits.depth(), tree -> Walk.statements(tree, catalogue));
      return assembly.understood(statements);
    } catch (TooDeepException | StackOverflowError tooDeep) {
      return assembly.unknown("the statement is nested too deeply to be analysed", 0);
    } catch (JsonException | IllegalStateException unreadable) {
      // Without the reader's words, which may quote the statement.
      return assembly.unknown("the statement's tree was not understood", 0);
    }
  }

  /** Why a text may not be handed to the grammar at all; null: it may. */
  private @Nullable String unfit(String text) {
    if (text.length() > limits.textBytes()) {
      return tooLong(limits.textBytes());
    }
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      if (character == 0) {
        return "the text contains a NUL";
      }
      if (Character.isSurrogate(character)) {
        if (Character.isLowSurrogate(character)
            || index + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(index + 1))) {
          return "the text is not valid Unicode";
        }
        index++;
      }
    }
    return null;
  }

  private static String tooLong(int limit) {
    return "the text is longer than the %d bytes that are analysed".formatted(limit);
  }

  private static Analysis unknown(String text, String why) {
    return new Analysis(
        text, List.of(Statement.unknown(StatementFacts.unknown(text.length(), why, 0), "")));
  }

  /** How many analyses are kept in memory. */
  int cached() {
    return cache.size();
  }

  /** How many bytes they take, about. */
  long cachedBytes() {
    return cache.bytes();
  }

  /** Ends the parser threads. */
  @Override
  public void close() {
    threads.close();
  }
}
