package dev.sluice.cli.mask;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failure;
import dev.sluice.cli.Surroundings;
import dev.sluice.cli.cluster.Cluster;
import dev.sluice.cli.cluster.ClusterOptions;
import dev.sluice.cli.output.Format;
import dev.sluice.cli.output.Structured;
import dev.sluice.cli.output.Table;
import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseAccessStatus;
import dev.sluice.crds.DatabaseAccessStatus.MaskedColumn;
import dev.sluice.policy.RelationName;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice masks}. */
@Command(
    name = "masks",
    description = {
      "Tells which columns of an access are masked, how, and why.",
      "",
      "It is what the operator wrote into the status of the DatabaseAccess. The class is what the"
          + " Database says that the column holds; a column without one is masked for its name."
    },
    footer = {
      "",
      "Exit status: 0; 1 the cluster did not answer or permit it, 2 the command line is wrong."
    })
public final class MasksCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final ClusterOptions options = new ClusterOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default), json or yaml.")
  private Format format = Format.TEXT;

  @Parameters(paramLabel = "NAME", description = "The DatabaseAccess.")
  private String name = "";

  /**
   * The command.
   *
   * @param surroundings what it has around it
   */
  public MasksCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** One masked column, with its class; empty: none is known. */
  private record Masked(MaskedColumn column, String classification) {}

  @Override
  public Integer call() {
    try (Cluster cluster = options.open(surroundings)) {
      DatabaseAccess access = cluster.get(DatabaseAccess.class, cluster.namespace(), name);
      DatabaseAccessStatus status = access.getStatus();
      if (status == null) {
        throw Failure.failed(
            "the operator has not looked at DatabaseAccess %s/%s yet: does it run? kubectl get pods -n sluice-system"
                .formatted(cluster.namespace(), name));
      }
      tellDoubts(access, status);
      Map<String, String> classes = classes(cluster, access);
      List<Masked> masked =
          Objects.requireNonNull(status.masks()).stream()
              .map(each -> new Masked(each, classes.getOrDefault(each.column(), "")))
              .toList();
      surroundings.out().print(written(cluster.namespace(), status, masked));
      return Exit.DONE.code();
    }
  }

  private void tellDoubts(DatabaseAccess access, DatabaseAccessStatus status) {
    Optional<Condition> ready =
        Objects.requireNonNull(status.conditions()).stream()
            .filter(each -> each.getType().equals("Ready") && !each.getStatus().equals("True"))
            .findFirst();
    ready.ifPresent(
        condition ->
            surroundings.note(
                "the access is not ready (%s): %s"
                    .formatted(condition.getReason(), condition.getMessage())));
    if (!Objects.equals(status.observedGeneration(), access.getMetadata().getGeneration())) {
      surroundings.note("the operator has not taken in the last change of the access yet");
    }
    int all = Objects.requireNonNullElse(status.maskedColumns(), 0);
    int told = Objects.requireNonNull(status.masks()).size();
    if (all > told) {
      surroundings.note("the status tells %d of %d masked columns".formatted(told, all));
    }
  }

  /** By column, as the status writes them; none where the Database may not be read. */
  private Map<String, String> classes(Cluster cluster, DatabaseAccess access) {
    Map<String, String> classes = new HashMap<>();
    var reference = access.getSpec().databaseRef();
    String namespace = Objects.requireNonNullElse(reference.namespace(), cluster.namespace());
    try {
      cluster
          .find(Database.class, namespace, reference.name())
          .map(database -> database.getSpec().classifications())
          .ifPresent(
              all ->
                  all.forEach(
                      each -> {
                        RelationName table = RelationName.parse(each.table());
                        each.ofColumns()
                            .forEach((column, own) -> classes.put(table + "." + column, own));
                      }));
    } catch (Failure e) {
      surroundings.note("the classes of columns are not told: " + e.sentence());
    }
    return classes;
  }

  private String written(String namespace, DatabaseAccessStatus status, List<Masked> masked) {
    return switch (format) {
      case TEXT -> text(masked);
      case JSON -> Structured.json(fields(namespace, status, masked));
      case YAML -> Structured.yaml(fields(namespace, status, masked));
    };
  }

  private String text(List<Masked> masked) {
    if (masked.isEmpty()) {
      return "No column of this access is masked.\n";
    }
    Table table = new Table("COLUMN", "MASK", "CLASS", "POLICY");
    masked.forEach(
        each ->
            table.row(
                each.column().column(),
                each.column().mask(),
                each.classification().isEmpty() ? "-" : each.classification(),
                each.column().policy()));
    return table.text();
  }

  private Map<String, Object> fields(
      String namespace, DatabaseAccessStatus status, List<Masked> masked) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("access", namespace + "/" + name);
    fields.put("maskedColumns", Objects.requireNonNullElse(status.maskedColumns(), 0));
    fields.put(
        "masks",
        masked.stream()
            .map(
                each -> {
                  Map<String, String> column = new LinkedHashMap<>();
                  column.put("column", each.column().column());
                  column.put("mask", each.column().mask());
                  if (!each.classification().isEmpty()) {
                    column.put("class", each.classification());
                  }
                  column.put("policy", each.column().policy());
                  return column;
                })
            .toList());
    return fields;
  }
}
