package dev.sluice.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredicateTextTest {
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
    assertThat(PredicateText.problem(text)).isNull();
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
    assertThat(PredicateText.problem(text)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tenant = session.namespace | tenant = 'shop'",
        "SESSION.Namespace=tenant | 'shop'=tenant",
        "(a = session.namespace OR b = session.purpose) | (a = 'shop' OR b = 'it''s')",
        "a = 'session.namespace' | a = 'session.namespace'",
        "\"session\".namespace = a | \"session\".namespace = a",
        "s.session.namespace = a | s.session.namespace = a",
        "a = $$session.namespace$$ | a = $$session.namespace$$",
        "a = 1 /* session.namespace */ | a = 1 /* session.namespace */",
        "session_user = a AND session = b | session_user = a AND session = b",
        "a = E'\\' session.namespace' OR b | a = E'\\' session.namespace' OR b",
      })
  void attributesBecomeConstants(String text, String resolved) {
    assertThat(PredicateText.resolved(text, Map.of("namespace", "shop", "purpose", "it's")))
        .isEqualTo(resolved);
  }

  @Test
  void anAttributeThatThereIsNotIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PredicateText.resolved(
                    "tenant = session.nmespace", Map.of("namespace", "shop", "access", "a")))
        .withMessage("there is no session.nmespace; there is session.access, session.namespace");
  }
}
