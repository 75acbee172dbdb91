package dev.sluice.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.fixtures.RealApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a real API server says of examples. Of those in {@code src/test/resources} a file {@code
 * valid-*.yaml} is accepted, as the demo's resources are; a file {@code invalid-*.yaml} is refused
 * with the text in {@code invalid-*.message.txt}; of a file {@code invalid-update-*.yaml} the first
 * document is accepted and its change to the second one refused. Run with {@code
 * -Dsluice.examples.update=true}, the test writes the texts instead, to be read by a person.
 */
class ResourceExampleTest {
  private static final Path EXAMPLES = Path.of("src/test/resources");
  private static final Path DEMO = Path.of("../e2e/demo");
  private static final Pattern POINT_IN_TIME = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T.*");
  private static final Pattern NEXT_DOCUMENT = Pattern.compile("(?m)^---\n");

  private final RealApiServer server = RealApiServer.shared();

  static List<Path> valid() throws IOException {
    var examples = new ArrayList<>(examples("valid-"));
    try (var files = Files.list(DEMO)) {
      files.filter(file -> file.toString().endsWith(".yaml")).sorted().forEach(examples::add);
    }
    return examples;
  }

  static List<Path> invalid() throws IOException {
    return examples("invalid-");
  }

  @ParameterizedTest
  @MethodSource
  void valid(Path example) throws IOException {
    var written = documents(example).getFirst();
    // A request that changes nothing needs the namespace nevertheless.
    written.getMetadata().setNamespace(null);

    var stored = strict(written).create();

    // What the records fill in is what the API server fills in.
    var type = type(written);
    var asWritten = read(written, type);
    var asStored = read(stored, type);
    assertThat(asStored.getSpec()).isEqualTo(asWritten.getSpec());
    // Nothing that the API server keeps is lost by the records.
    assertThat(inUtc(tree(asStored).get("spec")))
        .isEqualTo(inUtc(stored.getAdditionalProperties().get("spec")));
  }

  @ParameterizedTest
  @MethodSource
  void invalid(Path example) throws IOException {
    var documents = documents(example);
    var name = example.getFileName().toString();
    var expected = example.resolveSibling(name.replace(".yaml", ".message.txt"));

    var message =
        name.startsWith("invalid-update-")
            ? refusalOfUpdate(documents.getFirst(), documents.getLast())
            : refusal(strict(documents.getFirst())::create);

    if (Boolean.getBoolean("sluice.examples.update")) {
      Files.writeString(expected, message + "\n");
    }
    assertThat(expected).hasContent(message);
  }

  /** Points in time may be written with any offset, and whole numbers be read as any type. */
  private static @Nullable Object inUtc(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var copy = new HashMap<Object, @Nullable Object>();
        map.forEach((key, item) -> copy.put(key, inUtc(item)));
        yield copy;
      }
      case List<?> list -> list.stream().map(ResourceExampleTest::inUtc).toList();
      case String text when POINT_IN_TIME.matcher(text).matches() ->
          OffsetDateTime.parse(text).toInstant();
      case Integer number -> number.longValue();
      case null -> null;
      case Object other -> other;
    };
  }

  private String refusalOfUpdate(
      GenericKubernetesResource before, GenericKubernetesResource after) {
    var namespace = server.newNamespace("examples");
    before.getMetadata().setNamespace(namespace);
    after.getMetadata().setNamespace(namespace);
    var created = server.client().resource(before).create();
    after.getMetadata().setResourceVersion(created.getMetadata().getResourceVersion());
    return refusal(strict(after)::update);
  }

  private static String refusal(Runnable request) {
    var refusal = catchThrowableOfType(KubernetesClientException.class, request::run);
    assertThat(refusal).as("the API server accepts it").isNotNull();
    return Objects.requireNonNull(refusal).getStatus().getMessage();
  }

  /** A request that changes nothing and in which a field that the schema lacks is an error. */
  private NonDeletingOperation<GenericKubernetesResource> strict(
      GenericKubernetesResource resource) {
    return server.client().resource(resource).dryRun().fieldValidation(Validation.STRICT);
  }

  private <T extends CustomResource<?, ?>> T read(
      GenericKubernetesResource resource, Class<T> type) {
    return server.client().getKubernetesSerialization().convertValue(resource, type);
  }

  private Map<?, ?> tree(Object resource) {
    return server.client().getKubernetesSerialization().convertValue(resource, Map.class);
  }

  private List<GenericKubernetesResource> documents(Path example) throws IOException {
    var documents = new ArrayList<GenericKubernetesResource>();
    for (var text : NEXT_DOCUMENT.splitAsStream(Files.readString(example)).toList()) {
      var resource =
          server
              .client()
              .getKubernetesSerialization()
              .unmarshal(text, GenericKubernetesResource.class);
      documents.add(resource);
    }
    return documents;
  }

  private static Class<? extends CustomResource<?, ?>> type(GenericKubernetesResource resource) {
    return CustomResourceManifests.KINDS.stream()
        .filter(kind -> kind.getSimpleName().equals(resource.getKind()))
        .findFirst()
        .orElseThrow();
  }

  private static List<Path> examples(String prefix) throws IOException {
    try (var files = Files.walk(EXAMPLES)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .toList();
    }
  }
}
