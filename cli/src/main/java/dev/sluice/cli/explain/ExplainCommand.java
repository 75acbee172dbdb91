package dev.sluice.cli.explain;

import dev.sluice.cli.Failure;
import dev.sluice.cli.Surroundings;
import dev.sluice.cli.Texts;
import dev.sluice.cli.cluster.Cluster;
import dev.sluice.cli.cluster.ClusterOptions;
import dev.sluice.cli.output.Format;
import dev.sluice.cli.output.Structured;
import dev.sluice.policy.statement.SessionFacts;
import dev.sluice.policy.workload.ObjectName;
import dev.sluice.sql.postgres.Limits;
import dev.sluice.sql.postgres.SqlAnalyzer;
import dev.sluice.sql.postgres.grammar.PgQueryLibrary;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice explain}. */
@Command(
    name = "explain",
    description = {
      "Tells what SQL does, and what a gate would decide about it.",
      "",
      "It is read by PostgreSQL's own grammar and decided by the function that gates call. The"
          + " grant comes from the cluster, from a directory of resources (--resources), or from a"
          + " gate's own bundle (--bundle); without any of them only what the SQL does is told."
    },
    footer = {
      "",
      "Exit status: 0 allowed, 3 refused, 4 needs an approval, 5 depends on how many rows the"
          + " server expects (say --rows); 1 the cluster did not answer or permit it, 2 the command"
          + " line or a file is wrong."
    })
public final class ExplainCommand implements Callable<Integer> {
  /** What is no SQL, though it may begin like a comment of SQL. */
  private static final Pattern OPTION = Pattern.compile("--?[a-z][a-z-]*(=.*)?");

  private final Surroundings surroundings;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--access",
      paramLabel = "NAME",
      description = "The DatabaseAccess, NAME in the namespace or NAMESPACE/NAME.")
  private @Nullable String access;

  @Option(
      names = "--resources",
      paramLabel = "DIR",
      description = "Takes the access, its Database and policies from the files of a directory.")
  private @Nullable String resources;

  @Option(
      names = "--bundle",
      paramLabel = "FILE",
      description = "Takes what a gate was given, as bundle.json has it.")
  private @Nullable String bundle;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Reads the SQL from a file; -: from standard input.")
  private @Nullable String file;

  @Option(
      names = "--rows",
      paramLabel = "COUNT",
      description = "How many rows each statement would change, where a rule asks for it.")
  private @Nullable Long rows;

  @Option(
      names = "--service-account",
      paramLabel = "NAME",
      description = "The service account of the pod, for rules that ask for it.")
  private String serviceAccount = "";

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "The database user that the client names, for rules that ask for it.")
  private String user = "";

  @Option(
      names = "--application",
      paramLabel = "NAME",
      description = "The client's application_name, for rules that ask for it.")
  private String application = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default), json or yaml.")
  private Format format = Format.TEXT;

  @Parameters(arity = "0..1", paramLabel = "SQL", description = "The SQL; -: standard input.")
  private @Nullable String sql;

  /**
   * The command.
   *
   * @param surroundings what it has around it
   */
  public ExplainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    String text = text();
    GrantInQuestion grant = grant();
    grant.notes().forEach(surroundings::note);
    try (SqlAnalyzer analyzer = new SqlAnalyzer(library(), Limits.DEFAULT)) {
      Explanation explanation =
          Explanation.of(
              text,
              analyzer,
              grant,
              new SessionFacts(serviceAccount, "", user, application, ""),
              surroundings.clock().instant(),
              rows);
      surroundings
          .out()
          .print(
              switch (format) {
                case TEXT -> ExplanationText.of(explanation);
                case JSON -> Structured.json(ExplanationFields.of(explanation));
                case YAML -> Structured.yaml(ExplanationFields.of(explanation));
              });
      return explanation.exit().code();
    }
  }

  private static PgQueryLibrary library() {
    try {
      return PgQueryLibrary.load();
    } catch (IllegalStateException e) {
      throw Failure.failed("PostgreSQL's grammar is not there: %s".formatted(e.getMessage()));
    }
  }

  private String text() {
    if ((sql == null) == (file == null)) {
      throw Failure.usage(
          sql == null
              ? "say which SQL: as the last word, with --file, or - for standard input"
              : "there is SQL on the command line and in --file: say one of them");
    }
    if (sql != null && OPTION.matcher(sql).matches()) {
      throw Failure.usage("there is no option " + sql);
    }
    if (sql != null && !sql.equals(Texts.INPUT)) {
      return sql;
    }
    return Texts.read(file == null ? Texts.INPUT : file, surroundings);
  }

  private GrantInQuestion grant() {
    if (bundle != null) {
      if (resources != null) {
        throw Failure.usage("a bundle has the whole grant: leave out --resources");
      }
      GrantInQuestion found = GrantInQuestion.ofBundle(Texts.read(bundle, surroundings), bundle);
      if (access != null
          && !found.bundle().access().equals(qualified(access, "").toString())
          && !found.bundle().access().endsWith("/" + access)) {
        throw Failure.usage(
            "%s is the bundle of %s, not of %s".formatted(bundle, found.bundle().access(), access));
      }
      return found;
    }
    if (access == null) {
      if (resources != null || cluster.namespace() != null) {
        throw Failure.usage("say which access: --access NAME");
      }
      return GrantInQuestion.NONE;
    }
    if (resources != null) {
      String namespace = cluster.namespace() == null ? "default" : cluster.namespace();
      return WrittenGrant.read(
          surroundings.path(resources),
          qualified(access, namespace),
          surroundings.clock().instant());
    }
    try (Cluster opened = cluster.open(surroundings)) {
      return ClusterGrant.read(
          opened, qualified(access, opened.namespace()), surroundings.clock().instant());
    }
  }

  private static ObjectName qualified(String access, String namespace) {
    int slash = access.indexOf('/');
    return slash < 0
        ? new ObjectName(namespace, access)
        : new ObjectName(access.substring(0, slash), access.substring(slash + 1));
  }
}
