package dev.sluice.policy.workload;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The port that stands beside a host in a variable of its own: PGPORT beside PGHOST. */
final class PortVariables {
  private static final Pattern HOST =
      Pattern.compile(
          "(?i)^(.*?)(host_?name|host_?addr|host|server|address|addr|endpoint)$", Pattern.DOTALL);

  /** With which letters such names end. */
  private static final String ENDINGS = "erstERST";

  private PortVariables() {}

  private static Matcher host(String name) {
    boolean may = !name.isEmpty() && ENDINGS.indexOf(name.charAt(name.length() - 1)) >= 0;
    return HOST.matcher(may ? name : "");
  }

  /**
   * The port beside a host.
   *
   * @param name the name of the variable or key that holds the host
   * @param values the values of the others
   */
  static Optional<Integer> beside(String name, Function<String, Optional<String>> values) {
    Matcher host = host(name);
    if (!host.matches()) {
      return Optional.empty();
    }
    return values
        .apply(host.group(1) + port(host.group(2)))
        .map(String::strip)
        .filter(value -> value.matches("\\d{1,5}"))
        .map(Integer::valueOf);
  }

  /**
   * The port beside a host, of the variables of a container: a bare PORT is where the application
   * itself listens, whatever HOST is.
   *
   * @param name the name of the variable that holds the host
   * @param values the values of the others
   */
  static Optional<Integer> besideVariable(String name, Function<String, Optional<String>> values) {
    Matcher host = host(name);
    return host.matches() && host.group(1).isEmpty() ? Optional.empty() : beside(name, values);
  }

  /** Whether a key holds the port of the host that another key holds: {@code db.host, db.port}. */
  static boolean isBeside(String hostKey, String portKey) {
    Matcher host = HOST.matcher(hostKey);
    return host.matches() && (host.group(1) + "port").equalsIgnoreCase(portKey);
  }

  private static String port(String host) {
    if (Character.isLowerCase(host.charAt(0))) {
      return "port";
    }
    return host.length() > 1 && Character.isLowerCase(host.charAt(1)) ? "Port" : "PORT";
  }
}
