package dev.sluice.cli.check;

import dev.sluice.cli.Failure;
import dev.sluice.cli.Surroundings;
import dev.sluice.cli.Texts;
import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.resources.file.FileProblem;
import dev.sluice.resources.file.ResourceDocument;
import dev.sluice.resources.file.ResourceFiles;
import dev.sluice.resources.file.ResourceSchemas;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Objects in files, as kubectl takes them with {@code -f}. */
final class Manifests {
  private final Surroundings surroundings;
  private final String namespace;
  private final boolean recursive;
  private final KubernetesSerialization serialization = new KubernetesSerialization();
  private final ResourceSchemas schemas = new ResourceSchemas();
  private final List<FileProblem> problems = new ArrayList<>();
  private final List<Written> objects = new ArrayList<>();

  /** Whether the file that is read was named, and not found in a directory. */
  private boolean named = true;

  private Manifests(Surroundings surroundings, String namespace, boolean recursive) {
    this.surroundings = surroundings;
    this.namespace = namespace;
    this.recursive = recursive;
    serialization.registerKubernetesResource(Database.class);
    serialization.registerKubernetesResource(DatabaseAccess.class);
    serialization.registerKubernetesResource(EnforcementPolicy.class);
  }

  /**
   * An object and where it is written.
   *
   * @param object the object, with its namespace where its kind has one
   * @param file the file as it was named
   * @param line the line at which it begins
   */
  record Written(HasMetadata object, Path file, int line) {}

  /**
   * Reads files.
   *
   * @param given files, directories, and {@code -} for standard input
   * @param namespace where objects are that do not say it
   * @param recursive whether directories in directories are read too
   * @param surroundings where they lie
   * @throws Failure where one cannot be read, with its line
   */
  static List<Written> read(
      List<String> given, String namespace, boolean recursive, Surroundings surroundings) {
    Manifests manifests = new Manifests(surroundings, namespace, recursive);
    given.forEach(manifests::read);
    if (!manifests.problems.isEmpty()) {
      throw Failure.usage(
          "these files are not valid:\n"
              + manifests.problems.stream()
                  .map(problem -> "  " + problem.sentenceWithPath())
                  .collect(Collectors.joining("\n")));
    }
    return List.copyOf(manifests.objects);
  }

  private void read(String given) {
    Path actual = surroundings.path(given);
    named = true;
    if (given.equals(Texts.INPUT)) {
      documents(Path.of("(standard input)"), Texts.read(given, surroundings));
    } else if (!Files.isDirectory(actual)) {
      documents(Path.of(given), Texts.read(given, surroundings));
    } else {
      named = false;
      for (Path file : files(given, actual)) {
        String name = Path.of(given).resolve(actual.relativize(file)).toString();
        documents(Path.of(name), Texts.read(name, surroundings));
      }
    }
  }

  private List<Path> files(String given, Path directory) {
    try (Stream<Path> all = Files.walk(directory, recursive ? Integer.MAX_VALUE : 1)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.toString().matches(".*\\.(ya?ml|json)"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw Texts.unreadable(given, e);
    }
  }

  private void documents(Path name, String text) {
    ResourceFiles files = ResourceFiles.of(name, text);
    problems.addAll(files.problems());
    files.documents().forEach(this::document);
  }

  private void document(ResourceDocument document) {
    if (document.text("kind").endsWith("List")
        && document.content().get("items") instanceof List<?> items) {
      for (int index = 0; index < items.size(); index++) {
        if (items.get(index) instanceof Map<?, ?> item) {
          document(part(document, item, "items[%d]".formatted(index)));
        }
      }
      return;
    }
    if (document.text("kind").isEmpty()
        || document.text("apiVersion").isEmpty()
        || !(document.content().get("metadata") instanceof Map)) {
      other(document);
      return;
    }
    int before = problems.size();
    ResourceDocument checked =
        ResourceSchemas.ours(document) ? schemas.check(document, problems) : document;
    if (problems.size() > before) {
      return;
    }
    HasMetadata object;
    try {
      object = serialization.unmarshal(serialization.asJson(checked.content()));
    } catch (RuntimeException e) {
      problems.add(document.problem("", "is not an object of its kind: " + reason(e)));
      return;
    }
    if (isNamespaced(object) && isEmpty(checked.metadata("namespace"), document)) {
      object.getMetadata().setNamespace(namespace);
    }
    objects.add(new Written(object, document.file(), document.line("")));
  }

  /** Directories hold values of charts and kustomizations too; who names a file means it. */
  private void other(ResourceDocument document) {
    String what = "an object has apiVersion, kind and metadata";
    if (named) {
      problems.add(document.problem("", what));
    } else {
      surroundings.note(
          "%s:%d is passed over: %s".formatted(document.file(), document.line(""), what));
    }
  }

  /** What the file itself says counts: where nothing is said the schemas say {@code default}. */
  private static boolean isEmpty(String checked, ResourceDocument document) {
    return checked.isEmpty() || document.metadata("namespace").isEmpty();
  }

  private static boolean isNamespaced(HasMetadata object) {
    return object instanceof io.fabric8.kubernetes.api.model.Namespaced;
  }

  private static ResourceDocument part(ResourceDocument whole, Map<?, ?> item, String path) {
    Map<String, @Nullable Object> content = new LinkedHashMap<>();
    item.forEach((key, value) -> content.put(String.valueOf(key), value));
    Map<String, Integer> lines = new LinkedHashMap<>();
    lines.put("", whole.line(path));
    whole
        .lines()
        .forEach(
            (field, line) -> {
              if (field.startsWith(path + ".")) {
                lines.put(field.substring(path.length() + 1), line);
              }
            });
    return new ResourceDocument(whole.file(), whole.number(), content, lines);
  }

  private static String reason(RuntimeException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }
}
