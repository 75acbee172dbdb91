package dev.sluice.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.grammar.PgQueryLibrary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlAnalyzerTest {

  private static SqlAnalyzer analyzer(Limits limits) {
    return new SqlAnalyzer(Grammars.LIBRARY, limits);
  }

  private static StatementFacts only(Analysis analysis) {
    assertThat(analysis.statements()).hasSize(1);
    return analysis.facts().getFirst();
  }

  @Test
  void theGrammarIsThatOfTheNewestServerThatItKnows() {
    assertThat(Grammars.LIBRARY.version()).startsWith("17.");
  }

  @Test
  void aBackslashEscapesWhereTheSessionSaysSo() {
    String text = "SELECT 'a\\'; DROP TABLE x; --'";
    try (SqlAnalyzer analyzer = analyzer(Limits.DEFAULT)) {
      assertThat(analyzer.analyze(text, true).facts())
          .extracting(StatementFacts::kind)
          .containsExactly(StatementKind.SELECT, StatementKind.DROP);
      assertThat(analyzer.analyze(text, false).facts())
          .extracting(StatementFacts::kind)
          .containsExactly(StatementKind.SELECT);
      assertThat(analyzer.analyze(text, true).facts())
          .extracting(StatementFacts::kind)
          .containsExactly(StatementKind.SELECT, StatementKind.DROP);
    }
  }

  @Test
  void namesAreLeftAloneWhereTheScannerCannotFindThem() {
    try (SqlAnalyzer analyzer = analyzer(Limits.DEFAULT)) {
      Analysis analysis = analyzer.analyze("SELECT 'a\\'b' FROM public.customers", false);

      assertThat(only(analysis).relations()).extracting("name").containsExactly("customers");
      assertThat(analysis.statements().getFirst().names()).isEmpty();
      assertThat(analysis.statements().getFirst().normalized()).isEmpty();
    }
  }

  @Test
  void textsThatNoServerWouldReadAreUnknown() {
    try (SqlAnalyzer analyzer = analyzer(Limits.DEFAULT)) {
      assertThat(only(analyzer.analyze("SELECT 1\0; DROP TABLE x")).error()).contains("NUL");
      assertThat(only(analyzer.analyze("SELECT '\ud83d'")).error()).contains("Unicode");
      assertThat(only(analyzer.analyze("SELECT '\ude00\ud83d'")).error()).contains("Unicode");
      assertThat(only(analyzer.analyze("SELECT '\ud83d\ude00'")).error()).isNull();
    }
  }

  @Test
  void fingerprintsTellShapesApart() {
    try (SqlAnalyzer analyzer = analyzer(Limits.DEFAULT)) {
      String first = fingerprint(analyzer, "SELECT * FROM t WHERE id = 1");
      assertThat(fingerprint(analyzer, "select *  from T where ID = 22")).isEqualTo(first);
      assertThat(fingerprint(analyzer, "SELECT * FROM t WHERE id > 1")).isNotEqualTo(first);
      assertThat(
              analyzer
                  .analyze("SELECT * FROM t WHERE id = 3; SELECT 1")
                  .statements()
                  .getFirst()
                  .fingerprint())
          .isEqualTo(first);
      assertThat(analyzer.analyze("SELEC").statements().getFirst().fingerprint()).isNull();
    }
  }

  private static String fingerprint(SqlAnalyzer analyzer, String text) {
    return String.valueOf(analyzer.analyze(text).statements().getFirst().fingerprint());
  }

  @Test
  void manyThreadsGetWhatOneGets() throws Exception {
    List<String> texts = new ArrayList<>();
    for (int number = 0; number < 60; number++) {
      texts.add("SELECT c%d FROM t%d WHERE id = %d".formatted(number, number % 7, number));
      texts.add(
          "UPDATE t%d SET a = '%s' %s"
              .formatted(number, "é".repeat(number), number % 2 == 0 ? "" : "WHERE b = 1"));
      texts.add("INSERT INTO t VALUES %s".formatted("(1, 'x'),".repeat(number * 20) + "(2)"));
      texts.add("SELECT 'broken %d".formatted(number));
    }
    List<Analysis> expected;
    try (SqlAnalyzer analyzer = analyzer(Limits.DEFAULT)) {
      expected = texts.stream().map(analyzer::analyze).toList();
    }
    CountDownLatch start = new CountDownLatch(1);
    try (SqlAnalyzer analyzer = analyzer(new Limits(256 << 10, 30_000, 3, 100, 1 << 20));
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<List<Analysis>>> results = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        Callable<List<Analysis>> work =
            () -> {
              start.await();
              return texts.stream().map(analyzer::analyze).toList();
            };
        results.add(threads.submit(work));
      }
      start.countDown();
      for (Future<List<Analysis>> result : results) {
        assertThat(result.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  void anInterruptedCallerGetsAnAnswerAndStaysInterrupted() throws Exception {
    try (SqlAnalyzer analyzer = analyzer(Limits.DEFAULT);
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      thread
          .submit(
              () -> {
                Thread.currentThread().interrupt();
                // The parser may have been quicker than the look at the interruption.
                assertThat(only(analyzer.analyze("SELECT 1")).kind())
                    .isIn(StatementKind.UNKNOWN, StatementKind.SELECT);
                assertThat(Thread.interrupted()).isTrue();
                assertThat(only(analyzer.analyze("SELECT 2")).kind())
                    .isEqualTo(StatementKind.SELECT);
              })
          .get();
    }
  }

  @Test
  void whatWasInterruptedIsNotRemembered() throws Exception {
    try (SqlAnalyzer analyzer = analyzer(Limits.DEFAULT)) {
      Thread.currentThread().interrupt();
      analyzer.analyze("SELECT 3");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(only(analyzer.analyze("SELECT 3")).kind()).isEqualTo(StatementKind.SELECT);
    }
  }

  @Test
  void afterCloseNothingIsParsed() {
    SqlAnalyzer analyzer = analyzer(Limits.DEFAULT);
    analyzer.analyze("SELECT 1");
    analyzer.close();
    analyzer.close();

    assertThatThrownBy(() -> analyzer.analyze("SELECT 2"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aMissingLibraryIsToldWithItsRemedy(@TempDir Path directory) {
    assertThatThrownBy(() -> PgQueryLibrary.load(directory.resolve("libnone.so")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("libnone.so");
  }

  @Test
  void limitsThatCannotHoldAreRefused() {
    assertThatThrownBy(() -> new Limits(5 << 20, 1000, 1, 1, 1)).hasMessageContaining("textBytes");
    assertThatThrownBy(() -> new Limits(1000, 1, 1, 1, 1)).hasMessageContaining("depth");
    assertThatThrownBy(() -> new Limits(1000, 1000, 0, 1, 1)).hasMessageContaining("threads");
  }
}
