package dev.sluice.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementKind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Texts up to the greatest length in every shape that nests: a stack that overflowed would end the
 * JVM, and the tests with it.
 */
class LongTextTest {

  private static final Limits LIMITS = Limits.DEFAULT;
  private static final SqlAnalyzer ANALYZER = new SqlAnalyzer(Grammars.LIBRARY, LIMITS);

  @AfterAll
  static void close() {
    ANALYZER.close();
  }

  /**
   * A text that grows.
   *
   * @param head what it begins with
   * @param opening what each level begins with
   * @param middle what stands inside
   * @param closing what each level ends with
   * @param tail what it ends with
   */
  record Shape(String head, String opening, String middle, String closing, String tail) {
    Shape(String head, String opening, String middle, String closing) {
      this(head, opening, middle, closing, "");
    }

    String text(int bytes) {
      int levels =
          (bytes - head.length() - middle.length() - tail.length())
              / (opening.length() + closing.length());
      return head + opening.repeat(levels) + middle + closing.repeat(levels) + tail;
    }

    @Override
    public String toString() {
      return head + opening + middle + closing + tail;
    }
  }

  static List<Shape> shapes() {
    return List.of(
        new Shape("SELECT ", "", "1", "+1"),
        new Shape("SELECT ", "", "1", "||1"),
        new Shape("SELECT ", "", "1", "::a"),
        new Shape("SELECT ", "", "a", " COLLATE b"),
        new Shape("SELECT ", "", "a", " AT LOCAL"),
        new Shape("SELECT ", "", "a", " IS NULL"),
        new Shape("SELECT ", "", "a", " AND b"),
        new Shape("SELECT ", "", "a", " OR b AND c"),
        new Shape("SELECT ", "(", "1", ")"),
        new Shape("SELECT ", "- ", "1", ""),
        new Shape("SELECT ", "NOT ", "a", ""),
        new Shape("SELECT ", "f(", "1", ")"),
        new Shape("SELECT ", "ARRAY[", "1", "]"),
        new Shape("SELECT ", "ROW(", "1", ")"),
        new Shape("SELECT ", "CASE WHEN ", "a", " THEN b END"),
        new Shape("SELECT ", "a IN (", "1", ")"),
        new Shape("SELECT ", "(a)", "", "[1]"),
        new Shape("SELECT a", "", "", ",a"),
        new Shape("SELECT a", "", "", ".b"),
        new Shape("SELECT a::int", "", "", "[]"),
        new Shape("", "(SELECT ", "1", ")"),
        new Shape("SELECT * FROM ", "(SELECT * FROM ", "t", ") x"),
        new Shape("SELECT * FROM ", "(", "a JOIN b ON c", " JOIN d ON e)"),
        new Shape("SELECT * FROM a", "", "", ",a"),
        new Shape("SELECT * FROM a", "", "", " CROSS JOIN b"),
        new Shape("SELECT 1", "", "", " UNION SELECT 1"),
        new Shape("TABLE a", "", "", " EXCEPT TABLE b"),
        new Shape("", "WITH a AS (", "SELECT 1", ") SELECT 1"),
        new Shape("WITH a AS (SELECT 1)", ", a AS (SELECT 1)", " SELECT 1", ""),
        new Shape("INSERT INTO t VALUES (1)", "", "", ",(1,'a',now())"),
        new Shape("SELECT 1", "", "", ";SELECT 1"),
        new Shape("", "EXPLAIN ", "SELECT 1", ""),
        new Shape("", "/*", "", "*/"),
        new Shape("SELECT ", "/* ", "1", " */"),
        new Shape("SELECT 1", "+-", "1", ""),
        new Shape("SELECT 1", "++", "1", ""),
        new Shape("SELECT 1", "@", "1", ""),
        new Shape("SELECT 1", "*/", "1", ""),
        new Shape("SELECT 1", "- -", "1", ""),
        new Shape("SELECT '", "", "", "x'", "'"),
        new Shape("SELECT $$", "", "", "é"),
        new Shape("SELECT \"", "", "", "x\""),
        new Shape("GRANT SELECT ON a", "", "", ",a", " TO b"),
        new Shape("CREATE TABLE t (a int", "", "", ",a int", ")"));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void noTextUpToTheGreatestLengthOverflowsAStack(Shape shape) {
    for (int bytes : new int[] {1_000, 16_384, LIMITS.textBytes()}) {
      Analysis analysis = ANALYZER.analyze(shape.text(bytes));
      for (StatementFacts facts : analysis.facts()) {
        assertThat(facts.error() == null).isEqualTo(facts.kind() != StatementKind.UNKNOWN);
      }
    }
  }

  @Test
  void aSumIsUnderstoodAsFarAsAServerWouldCompute() {
    assertThat(sum(10_000)).isNull();
    assertThat(sum(20_000)).contains("nested too deeply");
    assertThat(sum((LIMITS.textBytes() - 8) / 2)).contains("nested too deeply");
    assertThat(sum((LIMITS.textBytes() - 8) / 2 + 10)).contains("longer than the 262144 bytes");
    assertThat(sum(10)).isNull();
  }

  private static @Nullable String sum(int operators) {
    return error("SELECT 1" + "+1".repeat(operators));
  }

  @Test
  void runsOfOperatorsThatTheScannerReadsOverAndOverAreNotGivenToIt() {
    assertThat(error("SELECT 1 " + "+-".repeat(30_000) + "1")).contains("runs of operators");
    assertThat(error("/*".repeat(30_000))).contains("runs of operators");
    assertThat(error("SELECT 1 -- " + "-+".repeat(100) + "=".repeat(2_000) + "\n")).isNull();
    assertThat(error("/" + "*".repeat(50_000) + "/ SELECT '" + "-".repeat(50_000) + "'")).isNull();
  }

  private static @Nullable String error(String text) {
    return ANALYZER.analyze(text).facts().getFirst().error();
  }

  @Test
  void theLengthIsThatOfTheBytes() {
    String fits = "SELECT '%s'".formatted("é".repeat(LIMITS.textBytes() / 2 - 10));
    String exceeds = "SELECT '%s'".formatted("é".repeat(LIMITS.textBytes() / 2));
    assertThat(ANALYZER.analyze(fits).facts().getFirst().error()).isNull();
    assertThat(ANALYZER.analyze(exceeds).facts().getFirst().error()).contains("longer than");
  }

  @Test
  void theGreatestBoundHoldsToo() {
    try (SqlAnalyzer analyzer =
        new SqlAnalyzer(Grammars.LIBRARY, new Limits(1 << 20, 60_000, 1, 0, 0))) {
      String text = "SELECT 1" + "+1".repeat((1 << 19) - 10);
      assertThat(analyzer.analyze(text).facts().getFirst().error()).contains("nested too deeply");
      assertThat(analyzer.analyze("SELECT 1" + "+1".repeat(29_000)).facts().getFirst().error())
          .isNull();
    }
  }
}
