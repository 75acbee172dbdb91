package dev.sluice.operator.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnclosedTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "region = 'EU'",
        "region = 'it''s (' OR (a = b)",
        "a = E'\\') (' AND b",
        "E = 'x\\' OR (b)",
        "\"odd ) name\" = 1",
        "\"a\"\"(\" = 1",
        "a = $$ ) $$ AND b = $t$ ( $$ $t$",
        "a$b$c = 1 OR d$b$c = (2)",
        "a = 1 -- a ) comment\n AND (b)",
        "a /* ) /* nested ( */ */ = 1",
        "a - -1 > b / 2",
        "x = U&'\\0441' AND n = N'('",
      })
  void staysWithin(String text) {
    assertThat(Enclosed.problem(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a) OR (b",
        "(a",
        "a; b",
        "'a",
        "a = E'\\'",
        "E'a'\n'\\') OR (b'",
        "\"a",
        "$$ a",
        "$t$ a $$",
        "a /* b",
        "a /* /* */ b",
        "1$a$ ' $a$) UNION (SELECT 1 -- '",
        "a = '\\') OR (b = '",
        "\0",
      })
  void leaves(String text) {
    assertThat(Enclosed.problem(text)).isNotNull();
  }
}
