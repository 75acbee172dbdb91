package dev.sluice.stories.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The local cluster, whose control plane a story may end and whose files it may read. */
public final class LocalNode {
  private static final String KUBECONFIG =
      Objects.requireNonNullElse(System.getenv("KUBECONFIG"), "");

  private LocalNode() {}

  /** Whether the stories are played on it, and not on somebody else's cluster. */
  public static boolean isUsed() {
    var own =
        Command.run("", Map.of(), List.of("e2e/localnode/up", "--print-kubeconfig"))
            .required()
            .output();
    return own.strip().equals(KUBECONFIG);
  }

  /** Ends a part of its control plane and starts it again. */
  public static void restart(String part) {
    Command.run("", Map.of(), List.of("e2e/localnode/restart", part)).required();
  }

  /** The address, outside of the cluster, at which a server of the cluster answers from now on. */
  public static String outside(String address, int port) {
    return Command.run("", Map.of(), List.of("e2e/localnode/outside", address + ":" + port))
        .required()
        .output()
        .strip();
  }

  /** Ends that. */
  public static void nothingOutside() {
    Command.run("", Map.of(), List.of("e2e/localnode/outside", "--remove")).required();
  }

  /** What its API server has written about people who enter pods. */
  public static String auditLog() {
    try {
      return Files.readString(Path.of(KUBECONFIG).resolveSibling("logs/audit.log"), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
