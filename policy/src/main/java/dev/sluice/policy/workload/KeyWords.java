package dev.sluice.policy.workload;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What the name of a variable, an option or a key says of its value. */
final class KeyWords {
  private static final Pattern BOUNDARY =
      Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

  private static final Set<String> HOST =
      Set.of(
          "h",
          "host",
          "hosts",
          "hostname",
          "hostaddr",
          "server",
          "servers",
          "servername",
          "address",
          "addresses",
          "addr",
          "endpoint",
          "endpoints",
          "url",
          "uri",
          "urls",
          "dsn",
          "jdbc",
          "node",
          "nodes",
          "upstream",
          "upstreams",
          "backend",
          "target",
          "primary",
          "replica",
          "replicas",
          "master",
          "nc",
          "ncat",
          "telnet",
          "connect",
          "connection");

  /** Words that speak of a host at the end of a name: what CONNECT_TOPIC begins with does not. */
  private static final Set<String> HOST_AT_THE_END = Set.of("connect");

  private static final Set<String> ENGINES = Set.of("pg", "pgsql", "postgres", "postgresql");

  private static final Set<String> SERVICE = Set.of("service", "svc");

  private static final List<String> HOST_ENDINGS =
      List.of("host", "hosts", "url", "uri", "dsn", "addr");

  private static final Set<String> OTHER =
      Set.of(
          "name",
          "topic",
          "topics",
          "queue",
          "stream",
          "subject",
          "table",
          "channel",
          "exchange",
          "routing",
          "index",
          "bucket",
          "label",
          "labels",
          "app",
          "application",
          "component",
          "title",
          "description",
          "schema",
          "user",
          "username",
          "key",
          "tag",
          "tags",
          "team",
          "owner",
          "version",
          "image",
          "event",
          "message",
          "package",
          "class",
          "role",
          "scope");

  private static final Set<String> CONFIGURATION =
      Set.of(
          "arg",
          "args",
          "bootstrap",
          "command",
          "conf",
          "config",
          "configuration",
          "env",
          "environment",
          "inject",
          "parameters",
          "proxy",
          "secret",
          "secrets",
          "settings",
          "sidecar",
          "template",
          "values");

  private static final Set<String> NO_PROXY = Set.of("noproxy", "nonproxyhosts");

  private KeyWords() {}

  /** Whether the value is a host or holds one. */
  static boolean isHost(String key) {
    List<String> words = words(key);
    return words.stream()
            .anyMatch(
                word ->
                    (HOST.contains(word)
                            && (!HOST_AT_THE_END.contains(word) || word.equals(words.getLast())))
                        || HOST_ENDINGS.stream().anyMatch(word::endsWith))
        || String.join("", words).endsWith("datasource")
        || (words.size() == 1 && ENGINES.contains(words.getFirst()))
        || (words.stream().anyMatch(SERVICE::contains)
            && words.stream().anyMatch(word -> ENGINES.contains(word) || isDatabase(word)));
  }

  private static boolean isDatabase(String word) {
    return word.equals("db") || word.equals("database");
  }

  /** Whether the value is something that merely looks like a host. */
  static boolean isSomethingElse(String key) {
    return !isHost(key) && words(key).stream().anyMatch(OTHER::contains);
  }

  /** Whether hosts in the value are those that are not reached through a proxy. */
  static boolean isProxyException(String key) {
    String joined = String.join("", words(key));
    return NO_PROXY.stream().anyMatch(joined::endsWith);
  }

  /** Whether the value is a part of a host name that follows the Service's name. */
  static boolean isDomain(String key) {
    return words(key).stream()
        .anyMatch(
            word ->
                List.of("namespace", "domain", "suffix", "ns", "zone", "search").contains(word)
                    || word.endsWith("namespace")
                    || word.endsWith("domain"));
  }

  /** Whether an annotation is read by something that makes configuration of it. */
  static boolean isConfiguration(String key) {
    return words(key).stream().anyMatch(CONFIGURATION::contains)
        || isHost(key)
        || isDatabaseCredential(key);
  }

  /** Whether a name says that a database credential is behind it. */
  static boolean isDatabaseCredential(String key) {
    List<String> words = words(key);
    String joined = String.join("_", words);
    return words.stream()
            .anyMatch(
                word ->
                    Set.of("dsn", "jdbc", "postgres", "postgresql", "psql", "datasource", "pgpass")
                            .contains(word)
                        || word.matches("pg(host|hostaddr|port|user|password|database|service)"))
        || joined.matches(
            "(.*_)?(database|db)_(url|uri|host|hostname|server|user|username|password|pass|pwd|dsn"
                + "|connection|endpoint|address|addr)(_.*)?")
        || joined.matches("(.*_)?connection_(string|url|uri)(_.*)?");
  }

  private static List<String> words(String key) {
    return Arrays.stream(BOUNDARY.split(key))
        .filter(word -> !word.isEmpty())
        .map(word -> word.toLowerCase(Locale.ROOT))
        .toList();
  }
}
