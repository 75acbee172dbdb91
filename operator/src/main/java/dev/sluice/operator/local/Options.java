package dev.sluice.operator.local;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What was asked for on the command line.
 *
 * @param resources the directory with resource files
 * @param database the server and its admin
 * @param access the DatabaseAccess, {@code namespace/name}
 * @param listen where the gate listens, {@code host:port}
 * @param gate the program that runs a gate
 * @param keep whether roles and views stay at the end
 * @param json whether events are printed as they come, one JSON object a line
 */
record Options(
    Path resources,
    DatabaseUrl database,
    String access,
    String listen,
    Path gate,
    boolean keep,
    boolean json) {

  static final String USAGE =
      """
      usage: try --resources DIR --database postgresql://ADMIN:PASSWORD@HOST:PORT/DATABASE
                 --access NAMESPACE/NAME --gate PATH [--listen HOST:PORT] [--keep]

      Validates the resource files in DIR as a cluster would, applies them to the database with the
      operator's own code, and runs a gate for the access. Edited files are obeyed at once. Ctrl-C ends it
      and takes roles and views back, unless --keep is given.

        --resources DIR     files with Database, DatabaseAccess, policies; others are passed over
        --database URL      in place of endpoints, TLS and Secret of the Database; with ?sslmode=verify-full and
                            sslrootcert=FILE as psql has them
        --access NS/NAME    the DatabaseAccess to try
        --listen HOST:PORT  where the gate listens (127.0.0.1:6432)
        --gate PATH         the program of the gate
        --keep              leaves roles and views in the database

      EVENTS=json prints events as JSON lines.
      """;

  private static final Set<String> VALUES =
      Set.of("--resources", "--database", "--access", "--listen", "--gate");

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with a sentence for the person who wrote it
   */
  static Options read(String[] arguments, Map<String, String> environment) {
    Map<String, String> values = new HashMap<>();
    boolean keep = false;
    for (int index = 0; index < arguments.length; index++) {
      String argument = arguments[index];
      if (argument.equals("--keep")) {
        keep = true;
      } else if (!VALUES.contains(argument)) {
        throw new IllegalArgumentException("%s is not known".formatted(argument));
      } else if (++index == arguments.length || arguments[index].isBlank()) {
        throw new IllegalArgumentException("%s needs a value".formatted(argument));
      } else {
        values.put(argument, arguments[index]);
      }
    }
    String access = required(values, "--access");
    if (!access.matches("[a-z0-9-]+/[a-z0-9.-]+")) {
      throw new IllegalArgumentException(
          "--access %s: write NAMESPACE/NAME, such as shop/orders".formatted(access));
    }
    String listen = values.getOrDefault("--listen", "127.0.0.1:6432");
    if (!listen.matches("\\S+:[0-9]{1,5}")) {
      throw new IllegalArgumentException("--listen %s: write HOST:PORT".formatted(listen));
    }
    return new Options(
        Path.of(required(values, "--resources")),
        DatabaseUrl.parse(required(values, "--database")),
        access,
        listen,
        Path.of(required(values, "--gate")),
        keep,
        "json".equals(environment.get("EVENTS")));
  }

  private static String required(Map<String, String> values, String flag) {
    String value = values.get(flag);
    if (value == null) {
      throw new IllegalArgumentException(flag + " is missing");
    }
    return value;
  }
}
