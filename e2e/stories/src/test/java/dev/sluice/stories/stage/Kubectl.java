package dev.sluice.stories.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.fixtures.BuiltPrograms;
import dev.sluice.stories.stage.Command.Answer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** kubectl, on the cluster that KUBECONFIG names. */
public final class Kubectl {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROGRAM = program();

  private Kubectl() {}

  /** The program: KUBECTL, the one that the local cluster's build made, or the one on the PATH. */
  public static String program() {
    var named = System.getenv("KUBECTL");
    if (named != null && !named.isEmpty()) {
      return named;
    }
    var built = BuiltPrograms.path("kubectl");
    return Files.isExecutable(built) ? built.toString() : "kubectl";
  }

  /** Runs it. */
  public static Answer run(String... words) {
    return with("", words);
  }

  /** Runs it with a standard input. */
  public static Answer with(String input, String... words) {
    var line = Stream.concat(Stream.of(PROGRAM), Stream.of(words)).toList();
    return Command.run(input, Map.of(), line);
  }

  /** Applies a manifest that has to be accepted. */
  public static Answer apply(String manifest) {
    return with(manifest, "apply", "-f", "-").required();
  }

  /** Applies a file or directory of the project that has to be accepted. */
  public static Answer applyFile(String path) {
    return run("apply", "-f", path).required();
  }

  /**
   * An object.
   *
   * @param words what to get, such as {@code databaseaccess/orders -n shop}
   */
  public static JsonNode get(String... words) {
    var line = Stream.concat(Stream.of("get", "-o", "json"), Stream.of(words));
    try {
      return JSON.readTree(run(line.toArray(String[]::new)).required().output());
    } catch (JsonProcessingException e) {
      throw new AssertionError("kubectl answered with something that is not JSON", e);
    }
  }

  /** What one JSONPath of an object gives. */
  public static String path(String jsonPath, String... words) {
    var line = Stream.concat(Stream.of("get", "-o", "jsonpath=" + jsonPath), Stream.of(words));
    return run(line.toArray(String[]::new)).required().output();
  }

  /** Waits until a resource's condition is as wanted, for two minutes at most. */
  public static void await(String condition, String... words) {
    await(condition, Duration.ofMinutes(2), words);
  }

  /** Waits until a resource's condition is as wanted. */
  public static void await(String condition, Duration longest, String... words) {
    var line =
        Stream.concat(
            Stream.of("wait", "--for", condition, "--timeout", longest.toSeconds() + "s"),
            Stream.of(words));
    run(line.toArray(String[]::new)).required();
  }

  /** Whether somebody may do something, as {@code kubectl auth can-i} says. */
  public static boolean canI(String user, String... words) {
    var line =
        Stream.concat(Stream.of("auth", "can-i", "--as", user), Stream.of(words))
            .toArray(String[]::new);
    return Objects.requireNonNull(run(line)).output().strip().equals("yes");
  }

  /** The message of a condition; empty when the resource does not have it. */
  public static JsonNode condition(String type, String... words) {
    for (var condition : get(words).path("status").path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition;
      }
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  /** The words of a command line that has no quotes. */
  public static String[] words(String line) {
    return List.of(line.split(" ", -1)).toArray(String[]::new);
  }
}
