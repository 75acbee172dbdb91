package dev.sluice.policy.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.policy.mask.JsonPath.Descendant;
import dev.sluice.policy.mask.JsonPath.Elements;
import dev.sluice.policy.mask.JsonPath.Member;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a path says, and where one that says nothing goes wrong. */
class JsonPathTest {
  @Test
  void steps() {
    assertThat(JsonPath.parse("$.contact.\"e \"\".[*]mail\"..ssn[*]").steps())
        .containsExactly(
            new Member("contact"),
            new Member("e \".[*]mail"),
            new Descendant("ssn"),
            new Elements());
  }

  @Test
  void isWrittenAsItIsRead() {
    JsonPath path = JsonPath.parse("$..\"a\"\"b\"[*].c");
    assertThat(JsonPath.parse(path.toString())).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "contact.email|path \"contact.email\" does not begin with $",
        "$|path \"$\" names the whole document",
        "$contact|path \"$contact\" cannot be read from character 2 on: \"contact\"",
        "$.a...b|path \"$.a...b\" cannot be read from character 4 on: \"...b\"",
        "$.items[0]|path \"$.items[0]\" cannot be read from character 8 on: \"[0]\"",
        "$.a.|path \"$.a.\" cannot be read from character 4 on: \".\"",
        "$.\"a|path \"$.\"a\" cannot be read from character 2 on: \".\"a\"",
        "$.a b|path \"$.a b\" cannot be read from character 4 on: \" b\"",
      })
  void nonsense(String text, String message) {
    assertThatThrownBy(() -> JsonPath.parse(text)).hasMessage(message);
  }
}
