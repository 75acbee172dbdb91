package dev.sluice.policy.workload;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds ports of nodes that lead to a database. Which addresses the nodes have is not known here,
 * and such a port is one Service's alone, so that the port speaks for itself where a database is
 * meant.
 */
final class NodePorts {
  private static final Pattern URL =
      Pattern.compile("(?i)postgres[a-z0-9+]*:(?:[a-z]+:)?//[^\\s\"'/?]*?:(\\d{4,5})(?!\\d)");
  private static final Pattern OPTION =
      Pattern.compile("(?i)(?:\\s-p\\s*|port[\"']?\\s*[=:\\s]\\s*[\"']?)(\\d{4,5})(?!\\d)");
  private static final Pattern CLIENT =
      Pattern.compile("(?i)\\bpsql|\\bpg_|pgbench|postgres|dbname");
  private static final Pattern PORT_NAME =
      Pattern.compile("(?i).*(?:pg|db|database|postgres|postgresql|sql)[_.-]?port");

  private final Map<Integer, GovernedDatabase> databases = new HashMap<>();

  NodePorts(List<GovernedDatabase> databases) {
    databases.forEach(
        database ->
            database
                .services()
                .forEach(
                    service ->
                        service
                            .nodePorts()
                            .forEach(port -> this.databases.putIfAbsent(port, database))));
  }

  /**
   * The database to whose port a text leads.
   *
   * @param key the name of the variable or file; empty of a command
   * @param text the text
   */
  Optional<GovernedDatabase> in(String key, String text) {
    if (databases.isEmpty()) {
      return Optional.empty();
    }
    if (PORT_NAME.matcher(key).matches() && text.strip().matches("\\d{4,5}")) {
      return Optional.ofNullable(databases.get(Integer.valueOf(text.strip())));
    }
    Optional<GovernedDatabase> found = in(URL.matcher(text));
    return found.isEmpty() && CLIENT.matcher(text).find() ? in(OPTION.matcher(text)) : found;
  }

  private Optional<GovernedDatabase> in(Matcher ports) {
    while (ports.find()) {
      GovernedDatabase database = databases.get(Integer.valueOf(ports.group(1)));
      if (database != null) {
        return Optional.of(database);
      }
    }
    return Optional.empty();
  }
}
