package dev.sluice.cli.classify;

import dev.sluice.cli.Surroundings;
import dev.sluice.cli.cluster.Cluster;
import dev.sluice.cli.output.Format;
import dev.sluice.cli.output.Structured;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Whether a change is written, or printed for a repository. */
final class Writing {
  @Option(
      names = "--dry-run",
      description = "Changes nothing, and writes what the Database would say, for a repository.")
  private boolean dryRun;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "yaml or json: changes nothing, and writes what the Database would say.")
  private Format format = Format.TEXT;

  /**
   * Says what columns hold, or prints how that is said in a file.
   *
   * @param cluster the cluster
   * @param name the Database
   * @param said what is said, of the Database as it is then
   * @param surroundings where it is told
   */
  void classify(
      Cluster cluster,
      String name,
      Function<DatabaseObject, List<ColumnClass>> said,
      Surroundings surroundings) {
    if (dryRun || format != Format.TEXT) {
      DatabaseObject database = DatabaseObject.read(cluster, cluster.namespace(), name);
      List<ColumnClass> classes = said.apply(database);
      var fragment = database.fragment(database.classifications().with(classes));
      surroundings
          .out()
          .print(format == Format.JSON ? Structured.json(fragment) : Structured.yaml(fragment));
      return;
    }
    DatabaseObject.Change change = DatabaseObject.classify(cluster, name, said);
    for (ColumnClass each : change.said()) {
      String earlier = change.before().classifications().of(each.column());
      surroundings
          .out()
          .println(
              "%s holds %s%s"
                  .formatted(
                      each.column(),
                      each.classification().equals(ColumnClass.NONE)
                          ? "nothing sensitive (none)"
                          : each.classification(),
                      earlier == null || earlier.equals(each.classification())
                          ? ""
                          : ", and no longer " + earlier));
    }
    change
        .before()
        .keeper()
        .ifPresent(
            keeper ->
                surroundings.note(
                    "%s keeps this Database as a repository has it, and may take the change back: commit what -o yaml writes"
                        .formatted(keeper)));
  }
}
