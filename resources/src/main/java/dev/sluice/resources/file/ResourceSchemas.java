package dev.sluice.resources.file;

import dev.sluice.crds.ApiGroup;
import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.crds.GuardrailPolicy;
import dev.sluice.crds.MaskingPolicy;
import io.fabric8.kubernetes.model.annotation.Plural;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The CRDs as they are installed in a cluster, and what they say of a document. */
public final class ResourceSchemas {
  private static final List<Class<?>> KINDS =
      List.of(
          Database.class,
          DatabaseAccess.class,
          MaskingPolicy.class,
          GuardrailPolicy.class,
          EnforcementPolicy.class);

  private final Map<String, Definition> definitions = new TreeMap<>();
  private final CelRules rules = new CelRules();

  /** What one CRD says. */
  private record Definition(boolean namespaced, Map<?, ?> schema) {}

  public ResourceSchemas() {
    for (Class<?> kind : KINDS) {
      String plural = Objects.requireNonNull(kind.getAnnotation(Plural.class)).value();
      Map<?, ?> crd = load("/dev/sluice/crds/%s.yaml".formatted(plural));
      Map<?, ?> spec = map(crd, "spec");
      Map<?, ?> version =
          ((List<?>) Objects.requireNonNull(spec.get("versions")))
              .stream()
                  .map(each -> (Map<?, ?>) each)
                  .filter(each -> ApiGroup.VERSION.equals(each.get("name")))
                  .findFirst()
                  .orElseThrow();
      definitions.put(
          String.valueOf(map(spec, "names").get("kind")),
          new Definition(
              "Namespaced".equals(spec.get("scope")),
              map(map(version, "schema"), "openAPIV3Schema")));
    }
  }

  /** Whether a document is a resource of Sluice, or claims to be. */
  public static boolean ours(ResourceDocument document) {
    return document.text("apiVersion").startsWith(ApiGroup.NAME + "/");
  }

  /**
   * Checks a document of Sluice's.
   *
   * @param document the document
   * @param problems receives what is wrong
   * @return the document with defaults
   */
  public ResourceDocument check(ResourceDocument document, List<FileProblem> problems) {
    String kind = document.text("kind");
    Definition definition = definitions.get(kind);
    if (definition == null
        || !document.text("apiVersion").equals(ApiGroup.NAME + "/" + ApiGroup.VERSION)) {
      problems.add(
          document.problem(
              definition == null ? "kind" : "apiVersion",
              "there is no %s %s; there are: %s of %s/%s"
                  .formatted(
                      document.text("apiVersion"),
                      kind,
                      String.join(", ", definitions.keySet()),
                      ApiGroup.NAME,
                      ApiGroup.VERSION)));
      return document;
    }
    metadata(document, definition, problems);
    // As kubectl does where no context names another one.
    boolean unplaced = definition.namespaced() && document.metadata("namespace").isEmpty();
    SchemaCheck check =
        new SchemaCheck(rules, (path, message) -> problems.add(document.problem(path, message)));
    Map<String, @Nullable Object> content = new LinkedHashMap<>(document.content());
    for (String common : List.of("apiVersion", "kind", "metadata")) {
      content.remove(common);
    }
    // Rules of the resource as a whole see its metadata too, so they come at the end.
    Map<Object, @Nullable Object> parts = new HashMap<>(definition.schema());
    parts.remove("x-kubernetes-validations");
    Map<String, @Nullable Object> whole = new LinkedHashMap<>(document.content());
    if (check.check(content, parts, "") instanceof Map<?, ?> checked) {
      checked.forEach((key, value) -> whole.put(String.valueOf(key), value));
    }
    check.ruled(whole, definition.schema(), "");
    if (unplaced && document.content().get("metadata") instanceof Map<?, ?> given) {
      Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
      given.forEach((key, value) -> metadata.put(String.valueOf(key), value));
      metadata.put("namespace", "default");
      whole.put("metadata", metadata);
    }
    if (!whole.containsKey("spec")) {
      problems.add(document.problem("spec", "is required"));
    }
    return new ResourceDocument(document.file(), document.number(), whole, document.lines());
  }

  private static void metadata(
      ResourceDocument document, Definition definition, List<FileProblem> problems) {
    String name = document.metadata("name");
    if (name.isEmpty()) {
      problems.add(document.problem("metadata.name", "is required"));
    } else if (!name.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
      problems.add(
          document.problem(
              "metadata.name",
              "\"%s\" is not a name: write lower case letters, digits, hyphens and dots"
                  .formatted(name)));
    }
    String namespace = document.metadata("namespace");
    if (!definition.namespaced() && !namespace.isEmpty()) {
      problems.add(
          document.problem("metadata.namespace", "a cluster-wide resource has no namespace"));
    }
  }

  /** Every rule of every schema, for a test that all of them can be read. */
  List<String> allRules() {
    List<String> all = new ArrayList<>();
    definitions.values().forEach(definition -> collect(definition.schema(), all));
    return all;
  }

  CelRules rules() {
    return rules;
  }

  private static void collect(@Nullable Object node, List<String> rules) {
    if (node instanceof Map<?, ?> map) {
      if (map.get("rule") instanceof String rule && map.containsKey("message")) {
        rules.add(rule);
      }
      map.values().forEach(each -> collect(each, rules));
    } else if (node instanceof List<?> list) {
      list.forEach(each -> collect(each, rules));
    }
  }

  private static Map<?, ?> map(Map<?, ?> from, String field) {
    return (Map<?, ?>) Objects.requireNonNull(from.get(field), field);
  }

  private static Map<?, ?> load(String resource) {
    try (InputStream file =
        Objects.requireNonNull(ResourceSchemas.class.getResourceAsStream(resource), resource)) {
      Object loaded = new Load(LoadSettings.builder().build()).loadFromInputStream(file);
      return numbers((Map<?, ?>) loaded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whole numbers as the values of documents have them. */
  private static Map<String, @Nullable Object> numbers(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new HashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), number(value)));
    return copy;
  }

  private static @Nullable Object number(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Integer number -> (Object) number.longValue();
      case Map<?, ?> map -> numbers(map);
      case List<?> list -> list.stream().map(ResourceSchemas::number).toList();
      default -> value;
    };
  }
}
