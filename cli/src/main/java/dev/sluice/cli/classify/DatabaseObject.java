package dev.sluice.cli.classify;

import dev.sluice.cli.Failure;
import dev.sluice.cli.classify.ColumnClass.ColumnOfTable;
import dev.sluice.cli.cluster.Cluster;
import dev.sluice.crds.ApiGroup;
import dev.sluice.crds.Database;
import dev.sluice.policy.RelationName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Database as the cluster has it. It is read as it stands, so that fields that this program does
 * not know are left alone.
 */
public final class DatabaseObject {
  private static final ResourceDefinitionContext DATABASES =
      new ResourceDefinitionContext.Builder()
          .withGroup(ApiGroup.NAME)
          .withVersion(ApiGroup.VERSION)
          .withKind("Database")
          .withPlural("databases")
          .withNamespaced(true)
          .build();

  private static final String PLURAL = "databases." + ApiGroup.NAME;
  private static final String MANAGER = "kubectl-sluice";
  private static final int CONFLICT = 409;
  private static final int INVALID = 422;

  /** Somebody else may write at the same time, and a few of them one after the other. */
  private static final int MOST_TRIES = 5;

  private final GenericKubernetesResource resource;

  /**
   * What was changed.
   *
   * @param before the Database before
   * @param said what was said of its columns
   */
  record Change(DatabaseObject before, List<ColumnClass> said) {
    /** An immutable copy. */
    Change {
      said = List.copyOf(said);
    }
  }

  private DatabaseObject(GenericKubernetesResource resource) {
    this.resource = resource;
  }

  /**
   * Reads it.
   *
   * @param cluster the cluster
   * @param namespace its namespace
   * @param name its name
   * @throws Failure where there is none of the name, or it may not be read
   */
  public static DatabaseObject read(Cluster cluster, String namespace, String name) {
    GenericKubernetesResource found =
        cluster.asked(
            "get",
            PLURAL,
            namespace,
            () ->
                cluster
                    .client()
                    .genericKubernetesResources(DATABASES)
                    .inNamespace(namespace)
                    .withName(name)
                    .get());
    if (found == null) {
      throw Cluster.missing(
          "Database",
          namespace,
          name,
          () ->
              cluster
                  .client()
                  .genericKubernetesResources(DATABASES)
                  .inNamespace(namespace)
                  .list()
                  .getItems());
    }
    return new DatabaseObject(found);
  }

  /** What the columns hold. */
  Classifications classifications() {
    return Classifications.of(field("spec", "classifications"));
  }

  /** What the operator takes columns for, of which nothing is said yet. */
  List<Suggestion> suggestions() {
    List<Suggestion> all = new ArrayList<>();
    if (field("status", "suggestions") instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof Map<?, ?> map
            && map.get("table") instanceof String table
            && map.get("column") instanceof String column
            && map.get("class") instanceof String classification) {
          all.add(
              new Suggestion(
                  new ColumnOfTable(RelationName.parse(table), column),
                  classification,
                  number(map.get("confidence")),
                  number(map.get("looked")),
                  number(map.get("found"))));
        }
      }
    }
    Classifications said = classifications();
    return all.stream().filter(each -> said.of(each.column()) == null).toList();
  }

  /** How many there are beyond those that the status has room for. */
  long untold() {
    Object told = field("status", "suggestions");
    long all = number(field("status", "suggestionsTotal"));
    return Math.max(0, all - (told instanceof List<?> list ? list.size() : 0));
  }

  /**
   * The resource as gates are told of it: where suggestions count before anybody has decided on
   * them, they are among its classes.
   *
   * @param serialization reads it
   */
  public Database inForce(KubernetesSerialization serialization) {
    Map<String, Object> fields = new LinkedHashMap<>(resource.getAdditionalProperties());
    fields.put("metadata", resource.getMetadata());
    if (discovery().equals("Enforce") && fields.get("spec") instanceof Map<?, ?> given) {
      Map<Object, Object> spec = new LinkedHashMap<>(given);
      spec.put(
          "classifications",
          classifications()
              .with(suggestions().stream().map(Suggestion::accepted).toList())
              .written());
      fields.put("spec", spec);
    }
    // What a status holds is of no concern here, and may be more than this program knows.
    fields.remove("status");
    return serialization.convertValue(fields, Database.class);
  }

  /** How many classes {@link #inForce} lacks, since the status has no room for them. */
  public long untoldClasses() {
    return discovery().equals("Enforce") ? untold() : 0;
  }

  /** How columns are looked at, {@code Off} where they are not. */
  String discovery() {
    return field("spec", "discovery") instanceof Map<?, ?> discovery
            && discovery.get("mode") instanceof String mode
        ? mode
        : "Off";
  }

  /** What keeps the resource as it stands in a repository; empty: nothing that is known here. */
  Optional<String> keeper() {
    ObjectMeta metadata = resource.getMetadata();
    Map<String, String> annotations =
        metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
    Map<String, String> labels = metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    if (annotations.containsKey("argocd.argoproj.io/tracking-id")) {
      return Optional.of("Argo CD");
    }
    return labels.containsKey("kustomize.toolkit.fluxcd.io/name")
        ? Optional.of("Flux")
        : Optional.empty();
  }

  /** The part of the resource that says what columns hold, for a file. */
  Map<String, Object> fragment(Classifications classifications) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("apiVersion", ApiGroup.NAME + "/" + ApiGroup.VERSION);
    fields.put("kind", "Database");
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", resource.getMetadata().getName());
    metadata.put("namespace", resource.getMetadata().getNamespace());
    fields.put("metadata", metadata);
    fields.put("spec", Map.of("classifications", classifications.written()));
    return fields;
  }

  /**
   * Says what columns hold. Where somebody else writes at the same time it is read and said anew,
   * so that nothing is lost.
   *
   * @param cluster the cluster
   * @param name the Database
   * @param said what is said, of the Database as it is then
   * @return what was changed
   * @throws Failure where it may not be written, or is not valid
   */
  static Change classify(
      Cluster cluster, String name, Function<DatabaseObject, List<ColumnClass>> said) {
    for (int attempt = 1; ; attempt++) {
      DatabaseObject current = read(cluster, cluster.namespace(), name);
      try {
        List<ColumnClass> classes = said.apply(current);
        current.patch(cluster, current.classifications().with(classes));
        return new Change(current, classes);
      } catch (KubernetesClientException e) {
        if (e.getCode() == INVALID) {
          throw Failure.failed("the cluster does not take the change: " + Cluster.serverMessage(e));
        }
        if (e.getCode() != CONFLICT || attempt == MOST_TRIES) {
          throw cluster.failure(e, "patch", PLURAL, cluster.namespace());
        }
      }
    }
  }

  private void patch(Cluster cluster, Classifications changed) {
    Map<String, Object> patch = new LinkedHashMap<>();
    // With it the cluster refuses a change of anything but what was read.
    patch.put("metadata", Map.of("resourceVersion", resource.getMetadata().getResourceVersion()));
    patch.put("spec", Map.of("classifications", changed.written()));
    cluster
        .client()
        .genericKubernetesResources(DATABASES)
        .inNamespace(cluster.namespace())
        .withName(resource.getMetadata().getName())
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(MANAGER)
                .build(),
            cluster.client().getKubernetesSerialization().asJson(patch));
  }

  private @Nullable Object field(String part, String name) {
    return resource.getAdditionalProperties().get(part) instanceof Map<?, ?> fields
        ? fields.get(name)
        : null;
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }
}
