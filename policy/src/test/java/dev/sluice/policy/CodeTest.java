package dev.sluice.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CodeTest {
  @Test
  void everyCodeStandsForOneThing() {
    assertThat(Arrays.stream(Code.values()).map(Code::code)).doesNotHaveDuplicates();
  }

  @Test
  void everyCodeCanBeRead() {
    assertThat(Code.values())
        .allSatisfy(
            code -> {
              assertThat(code.code()).matches("SLU-[A-Z][0-9]{2}");
              assertThat(code.title()).isNotBlank().doesNotEndWith(".");
              assertThat(code.explanation()).endsWith(".");
              assertThat(code.remedy()).endsWith(".");
            });
  }
}
