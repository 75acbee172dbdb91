package dev.sluice.cli.classify;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failure;
import dev.sluice.cli.Surroundings;
import dev.sluice.cli.classify.ColumnClass.ColumnOfTable;
import dev.sluice.cli.cluster.Cluster;
import dev.sluice.cli.cluster.ClusterOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code kubectl sluice suggestions accept} and {@code dismiss} have in common. */
abstract class VerdictCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Function<Suggestion, ColumnClass> verdict;

  @Mixin private final ClusterOptions options = new ClusterOptions();

  @Mixin private final Writing writing = new Writing();

  @Option(names = "--all", description = "All suggestions that the status tells.")
  private boolean all;

  @Option(
      names = "--min-confidence",
      paramLabel = "PERCENT",
      description = "With --all, only those that are at least so sure.")
  private long least;

  @Parameters(index = "0", paramLabel = "DATABASE", description = "The Database.")
  private String database = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COLUMN",
      description = "Columns for which there are suggestions, such as public.customers.email.")
  private List<String> columns = List.of();

  VerdictCommand(Surroundings surroundings, Function<Suggestion, ColumnClass> verdict) {
    this.surroundings = surroundings;
    this.verdict = verdict;
  }

  @Override
  public Integer call() {
    if (all == !columns.isEmpty()) {
      throw Failure.usage(
          all ? "say either columns or --all" : "say which columns, or --all for all suggestions");
    }
    if (least != 0 && !all) {
      throw Failure.usage("--min-confidence goes with --all");
    }
    List<ColumnOfTable> wanted = columns.stream().map(ColumnOfTable::parse).distinct().toList();
    try (Cluster cluster = options.open(surroundings)) {
      DatabaseObject found = DatabaseObject.read(cluster, cluster.namespace(), database);
      if (all && chosen(found, wanted).isEmpty()) {
        surroundings.out().println("There are no such suggestions.");
        return Exit.DONE.code();
      }
      writing.classify(cluster, database, each -> chosen(each, wanted), surroundings);
      if (all) {
        SuggestionsCommand.untold(found, surroundings);
      }
    }
    return Exit.DONE.code();
  }

  private List<ColumnClass> chosen(DatabaseObject found, List<ColumnOfTable> wanted) {
    List<Suggestion> suggestions = found.suggestions();
    if (all) {
      return suggestions.stream().filter(each -> each.confidence() >= least).map(verdict).toList();
    }
    List<ColumnClass> chosen = new ArrayList<>();
    for (ColumnOfTable column : wanted) {
      chosen.add(
          suggestions.stream()
              .filter(each -> each.column().equals(column))
              .findFirst()
              .map(verdict)
              .orElseThrow(() -> SuggestionsCommand.notSuggested(column, database)));
    }
    return chosen;
  }
}
