package dev.sluice.sql.postgres.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a text at once is what libpg_query's own functions say of it one by one. */
class ReadingTest {
  private static final Path GOLDEN = Path.of("src/test/resources/statements");
  private static final ParserThreads THREADS =
      new ParserThreads(PgQueryLibrary.load(), 1, 1024 * 1024);

  @AfterAll
  static void close() {
    THREADS.close();
  }

  static Stream<String> texts() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      return files
          .filter(name -> name.toString().endsWith(".sql"))
          .map(ReadingTest::textOf)
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void goldenStatements(String text) throws Exception {
    assertReadAlike(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ";",
        "-- nothing",
        "/* open",
        "SELECT 'open",
        "SELECT $x$ open",
        "SELECT \"open",
        "SELECT 1 +",
        "SELECT U&'d\\0061t' UESCAPE '\\', U&\"x\", 'two'\n 'parts', E'\\x41', b'01', x'ff'",
        "SELECT 1.5e3, 12abc, 0x1F, 1_000, $1, a.b.c::numeric(3, 2), 5 <=> 6",
        "SELECT 'à', \"ß\", 'a' /* b /* c */ d */ -- e",
        "SELECT a -- b\n; SELECT c",
        "\u00a0SELECT 1",
        "SELECT 1 \\ 2"
      })
  void oddTexts(String text) throws Exception {
    assertReadAlike(text);
  }

  @Test
  void whereABackslashMayEscapeNoTokensAreTold() throws Exception {
    String text = "SELECT 'a\\'";
    assertThat(tokens(text, 0)).isNotEmpty();
    assertThat(tokens(text, GrammarText.BACKSLASH_ESCAPES)).isEmpty();
    assertThat(tokens("SELECT 'a'", GrammarText.BACKSLASH_ESCAPES)).isNotEmpty();
  }

  private static void assertReadAlike(String text) throws Exception {
    byte[] bytes = text.getBytes(UTF_8);
    assertThat(tokens(text, 0)).isEqualTo(Optional.ofNullable(ScanResult.of(bytes)));
    Optional<String> together =
        THREADS.read(
            bytes,
            0,
            grammar -> grammar.read(reading -> Optional.ofNullable(reading.fingerprint())));
    Optional<String> alone =
        THREADS.read(
            bytes, 0, grammar -> Optional.ofNullable(grammar.fingerprint(0, bytes.length)));
    assertThat(together).isEqualTo(alone);
  }

  private static Optional<List<ScanResult.Token>> tokens(String text, int options)
      throws InterruptedException {
    return THREADS.read(
        text.getBytes(UTF_8),
        options,
        grammar ->
            grammar.read(reading -> Optional.ofNullable(reading.tokens()).map(ReadingTest::all)));
  }

  private static List<ScanResult.Token> all(Tokens tokens) {
    return IntStream.range(0, tokens.count())
        .mapToObj(
            token ->
                new ScanResult.Token(tokens.start(token), tokens.end(token), tokens.kind(token)))
        .toList();
  }

  private static String textOf(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
