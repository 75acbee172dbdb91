package dev.sluice.cli.classify;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failure;
import dev.sluice.cli.Surroundings;
import dev.sluice.cli.cluster.Cluster;
import dev.sluice.cli.cluster.ClusterOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice classify}. */
@Command(
    name = "classify",
    description = {
      "Says what columns of a Database hold, in its spec.classifications.",
      "",
      "Masking policies mask by these classes. The class none says that a column holds nothing"
          + " sensitive. What is said of other columns stays as it is, also where somebody else"
          + " writes at the same time."
    },
    footer = {
      "",
      "Exit status: 0; 1 the cluster did not answer, or did not permit or take it, 2 the command"
          + " line is wrong."
    })
public final class ClassifyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final ClusterOptions options = new ClusterOptions();

  @Mixin private final Writing writing = new Writing();

  @Parameters(index = "0", paramLabel = "DATABASE", description = "The Database.")
  private String database = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COLUMN=CLASS",
      description = "Such as public.customers.email=pii.email.")
  private List<String> columns = List.of();

  /**
   * The command.
   *
   * @param surroundings what it has around it
   */
  public ClassifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    List<ColumnClass> said = columns.stream().map(ColumnClass::parse).toList();
    Set<ColumnClass.ColumnOfTable> seen = new HashSet<>();
    for (ColumnClass each : said) {
      if (!seen.add(each.column())) {
        throw Failure.usage("%s is there twice".formatted(each.column()));
      }
    }
    try (Cluster cluster = options.open(surroundings)) {
      writing.classify(cluster, database, _ -> said, surroundings);
    }
    return Exit.DONE.code();
  }
}
