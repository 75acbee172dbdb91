package dev.sluice.stories.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Keeps what the cluster says when a story fails: resources, Kubernetes events, logs of the control
 * plane and of gates, the newest evidence. It stands below {@code target/stories}.
 */
public final class KeptOnFailure implements TestWatcher {
  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    var directory =
        Path.of(
            "target/stories",
            "%s.%s"
                .formatted(
                    context.getRequiredTestClass().getSimpleName(),
                    context.getRequiredTestMethod().getName()));
    keep(directory, "failure.txt", String.valueOf(cause));
    keep(directory, "resources.txt", "get sluice,pods,deployments,jobs -A -o wide");
    keep(directory, "resources.yaml", "get sluice -A -o yaml");
    keep(directory, "kubernetes-events.txt", "get events -A --sort-by=.lastTimestamp");
    keep(directory, "operator.log", "-n sluice-system logs deployment/sluice-operator --tail=2000");
    keep(directory, "webhook.log", "-n sluice-system logs deployment/sluice-webhook --tail=2000");
    for (var pod :
        Kubectl.run(
                Kubectl.words(
                    "get pods -A -l sluice.dev/access -o"
                        + " jsonpath={range.items[*]}{.metadata.namespace}/{.metadata.name};{end}"))
            .output()
            .split(";", -1)) {
      var parts = pod.split("/", -1);
      if (parts.length == 2) {
        keep(
            directory,
            "gate-%s-%s.log".formatted(parts[0], parts[1]),
            "-n %s logs %s -c sluice-gate --tail=1000".formatted(parts[0], parts[1]));
        keep(
            directory,
            "pod-%s-%s.txt".formatted(parts[0], parts[1]),
            "-n %s describe pod %s".formatted(parts[0], parts[1]));
      }
    }
    System.err.printf("What the cluster said: %s%n", directory.toAbsolutePath());
  }

  private static void keep(Path directory, String file, String textOrCommand) {
    var text =
        file.equals("failure.txt")
            ? textOrCommand
            : Kubectl.run(Kubectl.words(textOrCommand + " --request-timeout=20s")).text();
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve(file), text, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
