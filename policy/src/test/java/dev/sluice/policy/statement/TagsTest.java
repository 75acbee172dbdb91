package dev.sluice.policy.statement;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagsTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @Test
  void pairsAreDecodedAndTheTraceIsTold() {
    Tags tags =
        of(
            "SELECT 1 /*action='%2Fparam*d',name='DROP%20TABLE%20FOO',quoted='it\\'s a+b',"
                + "traceparent='00-"
                + TRACE
                + "-00f067aa0ba902b7-01'*/ ; ");
    assertThat(tags.values())
        .isEqualTo(
            Map.of(
                "action",
                "/param*d",
                "name",
                "DROP TABLE FOO",
                "quoted",
                "it's a+b",
                "traceparent",
                "00-" + TRACE + "-00f067aa0ba902b7-01"));
    assertThat(tags.traceId()).isEqualTo(TRACE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*/",
        "/*/",
        "SELECT 1",
        "SELECT 1 /**/",
        "SELECT 1 /* a remark */",
        "SELECT 1 /*a='1'*/ -- no more at the end",
        "SELECT 1 /*a='1',*/",
        "SELECT 1 /*a='1' b='2'*/",
        "SELECT 1 /*a='1',b=2*/",
        "SELECT 1 /*a='%zz'*/",
        "SELECT 1 /* /*a='1'*/ */"
      })
  void whatIsWrittenOtherwiseHasNoTags(String text) {
    assertThat(of(text)).isEqualTo(Tags.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "4bf92f3577b34da6a3ce929d0e0e4736"
      })
  void aMalformedParentIsOfNoTrace(String parent) {
    Tags tags = of("SELECT 1 /*traceparent='" + parent + "'*/");
    assertThat(tags.values()).containsEntry("traceparent", parent);
    assertThat(tags.traceId()).isNull();
  }

  @Test
  void numberAndLengthAreBounded() {
    StringBuilder many = new StringBuilder("SELECT 1 /*long='" + "x".repeat(300) + "'");
    for (int index = 0; index < 30; index++) {
      many.append(",k").append(index).append("='v'");
    }
    assertThat(of(many + "*/").values())
        .hasSize(16)
        .containsEntry("long", "x".repeat(256))
        .containsEntry("k14", "v")
        .doesNotContainKey("k15");
    assertThat(of("SELECT 1 /*" + "k".repeat(65) + "='v'*/").values()).isEmpty();
    assertThat(of("SELECT 1 /*a='" + "x".repeat(5000) + "'*/")).isEqualTo(Tags.NONE);
  }

  private static Tags of(String text) {
    return Tags.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
