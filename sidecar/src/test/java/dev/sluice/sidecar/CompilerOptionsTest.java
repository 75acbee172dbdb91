package dev.sluice.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The runtime says nothing of a method that it is told about and that is not there. */
class CompilerOptionsTest {
  private static final String DONT_INLINE = "-XX:CompileCommand=dontinline,";

  @Test
  void whatIsCompiledByItselfExists() throws IOException, ClassNotFoundException {
    List<String> methods =
        Files.readAllLines(Path.of("../images/gate/gate.options")).stream()
            .filter(line -> line.startsWith(DONT_INLINE))
            .map(line -> line.substring(DONT_INLINE.length()))
            .toList();
    assertThat(methods).isNotEmpty();
    for (String method : methods) {
      String[] parts = method.split("::", 2);
      Class<?> owner = Class.forName(parts[0], false, CompilerOptionsTest.class.getClassLoader());
      assertThat(Arrays.stream(owner.getDeclaredMethods()).map(each -> each.getName()))
          .as(method)
          .contains(parts[1]);
    }
  }
}
