package dev.sluice.cli.classify;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failure;
import dev.sluice.cli.Surroundings;
import dev.sluice.cli.cluster.Cluster;
import dev.sluice.cli.cluster.ClusterOptions;
import dev.sluice.cli.output.Format;
import dev.sluice.cli.output.Structured;
import dev.sluice.cli.output.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice suggestions}. */
@Command(
    name = "suggestions",
    description = {
      "Tells what the operator takes columns of a Database for, and accepts or dismisses it.",
      "",
      "Suggestions are in the Database's status where spec.discovery asks for them: a class, how"
          + " sure the operator is, into how many values it looked and in how many it found such"
          + " data. No value is ever told."
    },
    footer = {
      "",
      "Exit status: 0; 1 the cluster did not answer or permit it, 2 the command line is wrong."
    })
public final class SuggestionsCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final ClusterOptions options = new ClusterOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default), json or yaml.")
  private Format format = Format.TEXT;

  @Option(
      names = "--min-confidence",
      paramLabel = "PERCENT",
      description = "Only suggestions that are at least so sure.")
  private long least;

  @Parameters(
      arity = "0..2",
      paramLabel = "DATABASE",
      description = "The Database; list may stand before or behind it.")
  private List<String> words = List.of();

  SuggestionsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * The command with those below it.
   *
   * @param surroundings what they have around them
   */
  public static CommandLine commands(Surroundings surroundings) {
    return new CommandLine(new SuggestionsCommand(surroundings))
        .addSubcommand(new AcceptCommand(surroundings))
        .addSubcommand(new DismissCommand(surroundings));
  }

  @Override
  public Integer call() {
    List<String> databases = new ArrayList<>(words);
    if (databases.size() > 1) {
      databases.remove("list");
    }
    if (databases.size() != 1) {
      throw Failure.usage("say whose suggestions: kubectl sluice suggestions DATABASE");
    }
    String database = databases.getFirst();
    try (Cluster cluster = options.open(surroundings)) {
      DatabaseObject found = DatabaseObject.read(cluster, cluster.namespace(), database);
      List<Suggestion> suggestions =
          found.suggestions().stream().filter(each -> each.confidence() >= least).toList();
      if (suggestions.isEmpty() && found.discovery().equals("Off")) {
        surroundings.note(
            "nothing is looked for: set spec.discovery.mode of Database %s/%s to Suggest"
                .formatted(cluster.namespace(), database));
      }
      untold(found, surroundings);
      surroundings
          .out()
          .print(
              switch (format) {
                case TEXT -> text(suggestions);
                case JSON -> Structured.json(fields(suggestions));
                case YAML -> Structured.yaml(fields(suggestions));
              });
    }
    return Exit.DONE.code();
  }

  /** Tells of those that the status has no room for. */
  static void untold(DatabaseObject database, Surroundings surroundings) {
    if (database.untold() > 0) {
      surroundings.note(
          "the status has no room for %d more, which follow when some of these are decided"
              .formatted(database.untold()));
    }
  }

  private static String text(List<Suggestion> suggestions) {
    if (suggestions.isEmpty()) {
      return "There are no suggestions.\n";
    }
    Table table = new Table("COLUMN", "CLASS", "CONFIDENCE", "VALUES", "FOUND");
    suggestions.forEach(
        each ->
            table.row(
                each.column().toString(),
                each.classification(),
                each.confidence() + "%",
                String.valueOf(each.looked()),
                String.valueOf(each.found())));
    return table.text();
  }

  private static List<Map<String, Object>> fields(List<Suggestion> suggestions) {
    return suggestions.stream()
        .map(
            each -> {
              Map<String, Object> fields = new LinkedHashMap<>();
              fields.put("column", each.column().toString());
              fields.put("class", each.classification());
              fields.put("confidence", each.confidence());
              fields.put("looked", each.looked());
              fields.put("found", each.found());
              return fields;
            })
        .toList();
  }

  /** What is said of a column for which there has to be a suggestion. */
  static Failure notSuggested(ColumnClass.ColumnOfTable column, String database) {
    return Failure.usage(
        "there is no suggestion for %s; to say what it holds: kubectl sluice classify %s %s=CLASS"
            .formatted(column, database, column));
  }
}
