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

  private PortVariables() {}

  /**
   * The port beside a host.
   *
   * @param name the name of the variable or key that holds the host
   * @param values the values of the others
   */
  static Optional<Integer> beside(String name, Function<String, Optional<String>> values) {
    Matcher host = HOST.matcher(name);
    if (!host.matches()) {
      return Optional.empty();
    }
    String last = host.group(2);
    String port =
        Character.isLowerCase(last.charAt(0))
            ? "port"
            : last.length() > 1 && Character.isLowerCase(last.charAt(1)) ? "Port" : "PORT";
    return values
        .apply(host.group(1) + port)
        .map(String::strip)
        .filter(value -> value.matches("\\d{1,5}"))
        .map(Integer::valueOf);
  }
}
