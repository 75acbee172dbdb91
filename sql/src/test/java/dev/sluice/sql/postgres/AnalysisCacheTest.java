package dev.sluice.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnalysisCacheTest {

  private static SqlAnalyzer analyzer(int texts, int bytes) {
    return new SqlAnalyzer(Grammars.LIBRARY, new Limits(256 << 10, 30_000, 1, texts, bytes));
  }

  @Test
  void aTextThatWasSeenIsAnsweredFromMemory() {
    try (SqlAnalyzer analyzer = analyzer(10, 1 << 20)) {
      Analysis first = analyzer.analyze("SELECT 1");
      assertThat(analyzer.analyze("SELECT " + 1)).isSameAs(first);
    }
  }

  @Test
  void itHoldsNoMoreTextsThanItMay() {
    try (SqlAnalyzer analyzer = analyzer(10, 1 << 20)) {
      for (int number = 0; number < 100; number++) {
        analyzer.analyze("SELECT a" + number);
        assertThat(analyzer.cached()).isLessThanOrEqualTo(10);
      }
      assertThat(analyzer.cached()).isEqualTo(10);
    }
  }

  @Test
  void itHoldsNoMoreBytesThanItMay() {
    try (SqlAnalyzer analyzer = analyzer(100_000, 200_000)) {
      for (int number = 0; number < 300; number++) {
        analyzer.analyze("SELECT '%s' FROM t%d".formatted("x".repeat(2_000), number));
        assertThat(analyzer.cachedBytes()).isLessThanOrEqualTo(200_000);
      }
      assertThat(analyzer.cached()).isBetween(10, 100);
    }
  }

  @Test
  void oneGreatTextDoesNotDriveOutTheOthers() {
    try (SqlAnalyzer analyzer = analyzer(100, 200_000)) {
      Analysis small = analyzer.analyze("SELECT 1");
      analyzer.analyze("SELECT '%s'".formatted("x".repeat(100_000)));
      assertThat(analyzer.analyze("SELECT 1")).isSameAs(small);
      assertThat(analyzer.cached()).isEqualTo(1);
    }
  }

  @Test
  void whatIsUsedStays() {
    try (SqlAnalyzer analyzer = analyzer(10, 1 << 20)) {
      Analysis used = analyzer.analyze("SELECT 1");
      for (int number = 0; number < 100; number++) {
        analyzer.analyze("SELECT a" + number);
        assertThat(analyzer.analyze("SELECT 1")).isSameAs(used);
      }
    }
  }

  @Test
  void nothingIsKeptWhereNothingMayBe() {
    try (SqlAnalyzer analyzer = analyzer(0, 0)) {
      assertThat(analyzer.analyze("SELECT 1")).isEqualTo(analyzer.analyze("SELECT 1"));
      assertThat(analyzer.cached()).isZero();
    }
  }
}
