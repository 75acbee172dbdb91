package dev.sluice.resources.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.GuardrailPolicySpec;
import dev.sluice.crds.MaskingPolicySpec;
import dev.sluice.policy.plan.AccessIdentity;
import dev.sluice.policy.plan.CompiledGuardrails;
import dev.sluice.policy.plan.DatabaseIdentity;
import dev.sluice.policy.plan.Guardrails;
import dev.sluice.policy.plan.Named;
import dev.sluice.resources.condition.CelConditions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The resources of a directory that one access depends on.
 *
 * @param access the access
 * @param spec what it asks for
 * @param namespaceLabels the labels of its namespace
 * @param database its Database
 * @param databaseSpec what that says
 * @param maskingPolicies all of the directory
 * @param guardrailPolicies all of the directory
 * @param notes what a person should know of how they were read
 */
public record LocalResources(
    AccessIdentity access,
    DatabaseAccessSpec spec,
    Map<String, String> namespaceLabels,
    DatabaseIdentity database,
    DatabaseSpec databaseSpec,
    List<Named<MaskingPolicySpec>> maskingPolicies,
    List<CompiledGuardrails> guardrailPolicies,
    List<String> notes) {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final CelConditions CONDITIONS = new CelConditions();

  /** Everything that is wrong with the files. */
  public static final class InvalidResourcesException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<FileProblem> problems;

    InvalidResourcesException(List<FileProblem> problems) {
      super(problems.size() + " problems");
      this.problems = List.copyOf(problems);
    }

    public List<FileProblem> problems() {
      return problems;
    }
  }

  /**
   * Reads and checks a directory.
   *
   * @param directory the directory
   * @param schemas the CRDs
   * @param name the access, {@code namespace/name}
   * @param createdAt when the access is taken to have been created
   * @throws IOException where a file cannot be read
   * @throws InvalidResourcesException with every problem of every file
   */
  public static LocalResources read(
      Path directory, ResourceSchemas schemas, String name, Instant createdAt)
      throws IOException, InvalidResourcesException {
    ResourceFiles files = ResourceFiles.read(directory);
    List<FileProblem> problems = new ArrayList<>(files.problems());
    Map<String, ResourceDocument> documents = new HashMap<>();
    for (ResourceDocument document : files.documents()) {
      boolean namespace =
          document.text("apiVersion").equals("v1") && document.text("kind").equals("Namespace");
      if (ResourceSchemas.ours(document) || namespace) {
        ResourceDocument checked = namespace ? document : schemas.check(document, problems);
        ResourceDocument before = documents.put(checked.title(), checked);
        if (before != null) {
          problems.add(
              checked.problem(
                  "metadata.name",
                  "is in %s too: one of them would be lost"
                      .formatted(before.file().getFileName())));
        }
      }
    }
    ResourceDocument access = documents.get("DatabaseAccess " + name);
    if (access == null) {
      problems.add(
          new FileProblem(
              directory,
              0,
              "DatabaseAccess " + name,
              "",
              "is not in these files; there are: "
                  + String.join(", ", documents.keySet().stream().sorted().toList())));
    }
    if (access == null || !problems.isEmpty()) {
      throw new InvalidResourcesException(problems);
    }
    return of(access, documents, createdAt);
  }

  private static LocalResources of(
      ResourceDocument access, Map<String, ResourceDocument> documents, Instant createdAt)
      throws InvalidResourcesException {
    DatabaseAccessSpec spec = spec(access, DatabaseAccessSpec.class);
    String namespace = access.metadata("namespace");
    String databaseNamespace =
        Objects.requireNonNullElse(spec.databaseRef().namespace(), namespace);
    String databaseName = databaseNamespace + "/" + spec.databaseRef().name();
    ResourceDocument database = documents.get("Database " + databaseName);
    if (database == null) {
      throw new InvalidResourcesException(
          List.of(
              access.problem(
                  "spec.databaseRef",
                  "Database %s is not in these files".formatted(databaseName))));
    }
    DatabaseSpec databaseSpec = spec(database, DatabaseSpec.class);
    List<String> notes = new ArrayList<>();
    List<Named<MaskingPolicySpec>> masking = new ArrayList<>();
    List<CompiledGuardrails> guardrails = new ArrayList<>();
    for (ResourceDocument each : documents.values()) {
      if (each.text("kind").equals("MaskingPolicy")) {
        masking.add(new Named<>(each.metadata("name"), spec(each, MaskingPolicySpec.class)));
      } else if (each.text("kind").equals("GuardrailPolicy")) {
        guardrails.add(guardrails(each));
      }
    }
    return new LocalResources(
        new AccessIdentity(namespace, access.metadata("name"), uid(access), createdAt),
        spec,
        labels(namespace, documents.get("Namespace " + namespace), databaseSpec, notes),
        new DatabaseIdentity(
            databaseNamespace, spec.databaseRef().name(), uid(database), database.labels()),
        databaseSpec,
        masking,
        guardrails,
        notes);
  }

  /** A policy with a rule that cannot be read is not tried with what is left of it. */
  private static CompiledGuardrails guardrails(ResourceDocument document)
      throws InvalidResourcesException {
    CompiledGuardrails compiled =
        Guardrails.compile(
            new Named<>(document.metadata("name"), spec(document, GuardrailPolicySpec.class)),
            CONDITIONS);
    if (!compiled.problems().isEmpty()) {
      throw new InvalidResourcesException(
          compiled.problems().stream()
              .map(problem -> document.problem(problem.field(), problem.message()))
              .toList());
    }
    return compiled;
  }

  /** The same in every run, so that a run finds what the one before left. */
  private static String uid(ResourceDocument resource) {
    return UUID.nameUUIDFromBytes(("try " + resource.title()).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  private static Map<String, String> labels(
      String namespace,
      @Nullable ResourceDocument document,
      DatabaseSpec database,
      List<String> notes) {
    if (document != null) {
      Map<String, String> labels = new HashMap<>(document.labels());
      labels.put("kubernetes.io/metadata.name", namespace);
      return labels;
    }
    DatabaseSpec.AllowedNamespaces allowed = database.allowedNamespaces();
    if (allowed == null || allowed.selector() == null) {
      return Map.of();
    }
    notes.add(
        "Namespace %s is not in the files: it is taken to have the labels that the Database asks for"
            .formatted(namespace));
    Map<String, String> labels = allowed.selector().getMatchLabels();
    return labels == null ? Map.of() : labels;
  }

  private static <T> T spec(ResourceDocument document, Class<T> type)
      throws InvalidResourcesException {
    try {
      return JSON.treeToValue(JSON.valueToTree(document.content().get("spec")), type);
    } catch (JsonProcessingException e) {
      throw new InvalidResourcesException(
          List.of(document.problem("spec", "cannot be read: " + e.getOriginalMessage())));
    }
  }
}
