package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CompletionsTest {
  @Test
  void commandsAreToldByTheirBeginning() {
    assertThat(completed("su")).isEqualTo("suggestions\n:4\n");
  }

  @Test
  void commandsBelowACommandAreTold() {
    assertThat(completed("suggestions", "acc")).isEqualTo("accept\n:4\n");
  }

  @Test
  void optionsAreTold() {
    assertThat(completed("check", "--res")).isEqualTo("--resources\n:4\n");
  }

  @Test
  void wordsThatOnlyTheShellKnowsAreLeftToIt() {
    assertThat(completed("check", "--resources", "e2e")).isEqualTo(":0\n");
  }

  @Test
  void theScriptForBashNamesTheProgram() {
    Ran ran = Ran.command(Path.of(""), "", "completion", "bash");

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).contains("complete -F _complete_kubectl-sluice", "kubectl-sluice");
  }

  private static String completed(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "__complete";
    System.arraycopy(words, 0, all, 1, words.length);
    return Ran.command(Path.of(""), "", all).out();
  }
}
