package dev.sluice.sql.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.statement.GrantCatalogue;
import dev.sluice.sql.postgres.grammar.ParserThreads;
import dev.sluice.sql.postgres.grammar.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of a text is true of those of the same shape, where it says so. */
class ShapeTest {
  private static final Path GOLDEN = Path.of("src/test/resources/statements");

  /** Constants of a kind of token that say as different things as may be. */
  private static final Map<Integer, List<String>> OTHERS =
      Map.of(
          260, List.of("0.0", "1e9", "3.14159"),
          261, List.of("''", "'%'", "'role'", "'a b'"),
          263, List.of("b''", "B'1'"),
          264, List.of("x''", "X'ff'"),
          266, List.of("0", "1", "2147483647"));

  private static final GrantCatalogue CATALOGUE =
      GrantCatalogue.of(
          List.of(
              new Bundle.Relation(
                  "public",
                  "orders",
                  null,
                  false,
                  List.of("SELECT"),
                  List.of(new Bundle.Column("id", "integer", null, null, true)))),
          List.of("public"),
          "17.2",
          "");

  private static final Set<String> PLACES = Set.of("start", "end", "columnsEnd");

  private static final SqlAnalyzer ANALYZER = new SqlAnalyzer(Grammars.LIBRARY, Limits.DEFAULT);
  private static final ParserThreads THREADS =
      new ParserThreads(Grammars.LIBRARY, 1, SqlAnalyzer.SHORT_BYTES);

  @AfterAll
  static void close() {
    ANALYZER.close();
    THREADS.close();
  }

  static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(GOLDEN)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".sql")).toList()) {
        String text = Files.readString(file);
        if (shape(text).length > 0) {
          texts.add(text);
        }
      }
    }
    return texts;
  }

  @ParameterizedTest
  @MethodSource("texts")
  void textsOfOneShapeAreTheSameWhereOneOfThemSaysSo(String text) {
    Analysis analysis = ANALYZER.analyze(text, true, CATALOGUE);
    for (int choice = 0; choice < 12; choice++) {
      String other = withOtherConstants(text, choice);
      assertThat(shape(other)).as(other).isEqualTo(shape(text));
      Analysis same = ANALYZER.analyze(other, true, CATALOGUE);
      assertThat(same.holdsForShape()).as(other).isEqualTo(analysis.holdsForShape());
      if (analysis.holdsForShape()) {
        assertThat(withoutPlaces(same)).as(other).isEqualTo(withoutPlaces(analysis));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void itIsMadeOfTheTokensThatTheGrammarTells(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    Tokens tokens = tokens(bytes);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    int done = 0;
    for (int token = 0; token < tokens.count(); token++) {
      int sign = sign(tokens, token);
      if (sign > 0) {
        expected.write(bytes, done, tokens.start(token) - done);
        expected.write(sign);
        done = tokens.end(token);
      }
    }
    expected.write(bytes, done, bytes.length - done);
    assertThat(shape(text)).isEqualTo(expected.toByteArray());
  }

  /** What stands in place of a token; 0: itself. */
  private static int sign(Tokens tokens, int token) {
    return tokens.comment(token)
        ? 8
        : OTHERS.keySet().stream()
            .filter(kind -> tokens.is(token, kind))
            .mapToInt(kind -> kind - 259)
            .findAny()
            .orElse(0);
  }

  @Test
  void manyTextsSayOfThemselvesThatTheyDo() throws IOException {
    assertThat(texts())
        .filteredOn(text -> ANALYZER.analyze(text, true, CATALOGUE).holdsForShape())
        .hasSizeGreaterThan(50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id FROM orders LIMIT 5",
        "SELECT id FROM (SELECT id FROM orders LIMIT 5) o",
        "DELETE FROM orders WHERE note LIKE '%'",
        "SELECT set_config('work_mem', '4MB', false)",
        "SET work_mem = '4MB'",
        "SELECT query_to_xml('DROP TABLE orders', true, true, '')",
        "SELECT of_somebody(5)",
        "EXECUTE p(5)",
        "PREPARE p AS SELECT 5",
        "COPY orders TO '/tmp/x'",
        "SELECT 5; SET ROLE 'x'",
        "SELECT 5 INTO made",
        "EXPLAIN (ANALYZE 'on') DELETE FROM orders WHERE id = 5",
        "ALTER ROLE r PASSWORD 'x'",
        "SELEC 5"
      })
  void whereConstantsSaySomethingTheyDoNot(String text) {
    assertThat(ANALYZER.analyze(text, true, CATALOGUE).holdsForShape()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT $1",
        "SELECT 5 + $1",
        "SELECT $$x$$",
        "SELECT E'\\\\'",
        "SELECT U&'x'",
        "SELECT U&\"x\" UESCAPE '!', 5",
        "SELECT 'open",
        "SELECT id FROM orders"
      })
  void someTextsHaveNone(String text) {
    assertThat(shape(text)).isEmpty();
  }

  @Test
  void whatDiffersInMoreThanConstantsAndCommentsHasAnotherShape() {
    List<String> texts =
        List.of(
            "SELECT 5",
            "SELECT 5.0",
            "SELECT '5'",
            "SELECT -5",
            "SELECT b'1'",
            "SELECT x'1'",
            "SELECT  5",
            "SELECT 5 -- five",
            "SELECT 5, 5",
            "SELECT null, 5",
            "SELECT true, 5",
            "SELECT \"a\", 5",
            "SELECT a, 5");
    assertThat(texts.stream().map(text -> new String(shape(text), UTF_8))).doesNotHaveDuplicates();
    assertThat(shape("SELECT 7 /* a */")).isEqualTo(shape("SELECT 5 /* other */"));
  }

  @Test
  void whatIsNoTextHasNone() {
    byte[] bytes = {'S', 'E', 'L', 'E', 'C', 'T', ' ', '\'', (byte) 0xc3, '\''};
    assertThat(ANALYZER.shapeHere(bytes, 0, bytes.length)).isEmpty();
  }

  private static byte[] shape(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return bytes.length > SqlAnalyzer.SHORT_BYTES
        ? new byte[0]
        : ANALYZER.shapeHere(bytes, 0, bytes.length);
  }

  private static Tokens tokens(byte[] text) {
    return THREADS
        .readHere(
            text, 0, grammar -> grammar.read(reading -> Optional.ofNullable(reading.tokens())))
        .orElseThrow();
  }

  private static String withOtherConstants(String text, int choice) {
    byte[] bytes = text.getBytes(UTF_8);
    Tokens tokens = tokens(bytes);
    StringBuilder other = new StringBuilder();
    int done = 0;
    for (int token = 0; token < tokens.count(); token++) {
      for (Map.Entry<Integer, List<String>> kind : OTHERS.entrySet()) {
        if (tokens.is(token, kind.getKey())) {
          other.append(new String(bytes, done, tokens.start(token) - done, UTF_8));
          other.append(kind.getValue().get((choice + token) % kind.getValue().size()));
          done = tokens.end(token);
        }
      }
    }
    return other.append(new String(bytes, done, bytes.length - done, UTF_8)).toString();
  }

  /** All but what the lengths of constants move. */
  private static Object withoutPlaces(Analysis analysis) {
    return analysis.statements().stream().map(ShapeTest::components).toList();
  }

  private static Object components(Object value) {
    return switch (value) {
      case Record compound -> {
        Map<String, Object> components = new HashMap<>();
        for (RecordComponent component : compound.getClass().getRecordComponents()) {
          if (!PLACES.contains(component.getName())) {
            components.put(component.getName(), components(read(component, compound)));
          }
        }
        yield components;
      }
      case List<?> list -> list.stream().map(ShapeTest::components).toList();
      default -> value;
    };
  }

  private static Object read(RecordComponent component, Record compound) {
    try {
      Object value = component.getAccessor().invoke(compound);
      return value == null ? "none" : value;
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError(component.getName(), impossible);
    }
  }
}
