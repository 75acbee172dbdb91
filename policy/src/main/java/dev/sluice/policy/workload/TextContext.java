package dev.sluice.policy.workload;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands around a host name in a text: the key that it is the value of, the scheme of its URL,
 * its port.
 */
final class TextContext {
  /** So much of a text before and after is looked at. */
  private static final int REACH = 200;

  private static final Pattern KEY =
      Pattern.compile(
          "((?:(?i:data)"
              + " )?[A-Za-z0-9_.-]+)[\"']?\\]?(?:\\s*(?:=>|[:?]=|->|::?|[=>(])\\s*|\\s+)(?:<!\\[CDATA\\[|[\"'\\[({])*\\s*$");

  /** An anchor or a tag of YAML, and how it begins a text of several lines. */
  private static final Pattern YAML_NODE =
      Pattern.compile("([:-])\\s+(?:[&!][\\w!./-]+|[|>][0-9+-]*)\\s+[\"']?$");

  /** A value that stands beside the name of what it is the value of. */
  private static final Pattern NAMED_VALUE =
      Pattern.compile(
          "(?i)\\b(?:name|key)[\"']?\\s*[=:]\\s*[\"']?([A-Za-z0-9_.-]+)[\"']?[\\s,]+[\"']?value$");

  private static final Pattern NAME_BEHIND =
      Pattern.compile(
          "(?i)^[\"']?\\s*,?\\s*[\"']?(?:name|key)[\"']?\\s*[=:]\\s*[\"']?([A-Za-z0-9_.-]+)");

  /** A pair of Erlang, Python or Lisp. */
  private static final Pattern PAIR =
      Pattern.compile("[({]\\s*[\"':]?([A-Za-z0-9_]+)[\"']?\\s*(?:,|\\.)\\s*[\"']?$");

  private static final Pattern LIST =
      Pattern.compile("[\"']?[A-Za-z0-9._:*-]+[\"']?\\s*[,;|]\\s*[\"']?$");

  /** The beginning of an element of a list in YAML, and whole elements before it. */
  private static final Pattern ITEMS =
      Pattern.compile(
          "(?:\\n[ \\t]*-[ \\t]+[\"']?[A-Za-z0-9._:*-]+[\"']?)*+\\n[ \\t]*-[ \\t]+[\"']?$");

  /** A shell's way to write a text. */
  private static final Pattern ECHO =
      Pattern.compile("[\"']?(?:\\$\\(|`)\\s*(?:echo|printf)\\s+(?:-n\\s+)?[\"']?$");

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://[^\\s/]*$");
  private static final Pattern FOLLOWING_PORT =
      Pattern.compile("^[\"'\\])]*(?::|[\\s,]+[\"']?(?:-p\\s*|--port[= ])?)(\\d{1,5})(?![\\d.])");
  private static final Pattern PORT = Pattern.compile("^\\.?\\]?:(\\d{1,5})(?!\\d)");
  private static final Pattern QUERY_PORT =
      Pattern.compile("^[^\\s\"'?]*\\?(?:[^\\s\"']*&)?port=(\\d{1,5})(?!\\d)");
  private static final Pattern JDBC = Pattern.compile("(?i)\\bjdbc:[^\\s/]*//[^\\s/]*$");

  /** As the list of services has the port of PostgreSQL. */
  private static final Pattern NAMED_PORT =
      Pattern.compile("(?i)^[\"'\\])]*(?::|/|[\\s,]+[\"']?)postgres(?:ql)?(?![\\w.-])");

  private static final Pattern KEYED_PORT =
      Pattern.compile(
          "^[\"']?[ \\t,;&]+[\"']?([A-Za-z0-9_.-]+)[\"']?[ \\t]*[=:][ \\t]*[\"']?"
              + "(\\d{1,5})(?![\\d.,])");
  private static final int POSTGRES = 5432;

  /** As a password file has it: {@code host:*:database:user:password}. */
  private static final Pattern ANY_PORT = Pattern.compile("^:\\*:[^:\\s]+:[^:\\s]+:");

  private static final Pattern ADDRESSED =
      Pattern.compile(
          "(?i)(?:\\b(?:tcp|tcp4|tcp6|ssl|openssl|connect):|\\b(?:nc|ncat|netcat|telnet)\\b[^;&|\\n"
              + "]*\\s)$");

  private static final Pattern PATH =
      Pattern.compile(
          "(?:(?i:[a-z][a-z0-9+.-]*)://[^\\s/?#\"']+/(?:[^\\s/?#\"']+/)*"
              + "|(?:^|[\\s\"'=,>])/(?:[\\w.~-]+/)+)$");

  private static final Pattern PORT_IN_PATH = Pattern.compile("^(?:/tcp)?[/:]\\d");
  private static final Pattern WEB_QUERY =
      Pattern.compile("(?i)https?://[^\\s\"'?]*\\?[^\\s\"']*$");
  private static final Pattern NUMERIC = Pattern.compile("^[0-9.]+$|:");
  private static final Pattern NETWORK = Pattern.compile("^/\\d{1,3}(?![\\w.])");

  /** Ports of URLs that name none, for schemes under which no SQL is spoken. */
  private static final Map<String, Integer> SCHEME_PORTS =
      Map.ofEntries(
          Map.entry("http", 80),
          Map.entry("ws", 80),
          Map.entry("https", 443),
          Map.entry("wss", 443),
          Map.entry("redis", 6379),
          Map.entry("rediss", 6379),
          Map.entry("amqp", 5672),
          Map.entry("amqps", 5671),
          Map.entry("mongodb", 27017),
          Map.entry("mysql", 3306),
          Map.entry("nats", 4222),
          Map.entry("ldap", 389),
          Map.entry("ldaps", 636),
          Map.entry("ssh", 22),
          Map.entry("sftp", 22),
          // These name what is no host at all.
          Map.entry("s3", 443),
          Map.entry("s3a", 443),
          Map.entry("gs", 443),
          Map.entry("oci", 443),
          Map.entry("docker", 443),
          Map.entry("git", 9418),
          Map.entry("kafka", 9092),
          Map.entry("memcached", 11211),
          Map.entry("mqtt", 1883),
          Map.entry("smtp", 25));

  private final String text;
  private final String spelled;
  private final String before;
  private final String after;
  private final String outerKey;

  TextContext(String text, int start, int end, String outerKey) {
    this.text = text;
    this.spelled = text.substring(start, end);
    this.before = text.substring(Math.max(0, start - REACH), start);
    this.after = text.substring(end, Math.min(text.length(), end + REACH));
    this.outerKey = outerKey;
  }

  /** The key whose value the host is; empty where it is in the middle of something else. */
  String key() {
    String prefix = ITEMS.matcher(before).replaceAll("");
    prefix = ECHO.matcher(prefix).replaceAll("");
    Matcher pair = PAIR.matcher(prefix);
    if (pair.find() && KeyWords.isHost(pair.group(1))) {
      return pair.group(1);
    }
    prefix = YAML_NODE.matcher(prefix).replaceAll("$1 ");
    for (Matcher list = LIST.matcher(prefix); list.find(); list = LIST.matcher(prefix)) {
      prefix = prefix.substring(0, list.start());
    }
    if (prefix.isBlank() || prefix.strip().matches("[\"'\\[({]+")) {
      return outerKey;
    }
    Matcher key = KEY.matcher(prefix);
    if (!key.find()) {
      return "";
    }
    return key.group(1).equalsIgnoreCase("value")
        ? named(prefix.substring(0, key.end(1))).orElse(key.group(1))
        : key.group(1);
  }

  /** What a value is the value of, where its name stands beside it: {@code name: x, value: y}. */
  private Optional<String> named(String prefix) {
    Matcher name = NAMED_VALUE.matcher(prefix);
    if (name.find()) {
      return Optional.of(name.group(1));
    }
    Matcher behind = NAME_BEHIND.matcher(after);
    return behind.find() ? Optional.of(behind.group(1)) : Optional.empty();
  }

  /** Whether it stands where a URL has its host. */
  boolean isAuthority() {
    return before.endsWith("//")
        || before.endsWith("/dev/tcp/")
        || before.endsWith("@")
        || SCHEME.matcher(before).find();
  }

  /** Whether it stands in the path of an address or of a file, where it is a name and no host. */
  boolean isInPath() {
    return before.endsWith("/")
        && !isAuthority()
        && PATH.matcher(before).find()
        && !PORT_IN_PATH.matcher(after).find();
  }

  /** Whether it is told to a web server. */
  boolean isInWebQuery() {
    return WEB_QUERY.matcher(before).find();
  }

  /** Whether it is a network, such as {@code 10.0.0.0/8}, and no host. */
  boolean isNetwork() {
    return NUMERIC.matcher(spelled).find() && !isAuthority() && NETWORK.matcher(after).find();
  }

  /** The port that is a part of it, by its notation or by the scheme of its URL. */
  Optional<Integer> port() {
    Matcher query = QUERY_PORT.matcher(after);
    // JDBC knows no such parameter and goes to the port in front of it.
    if (isAuthority() && query.find() && !JDBC.matcher(before).find()) {
      return Optional.of(Integer.valueOf(query.group(1)));
    }
    Matcher written = PORT.matcher(after);
    if (written.find()) {
      return Optional.of(Integer.valueOf(written.group(1)));
    }
    Matcher scheme = SCHEME.matcher(before);
    return scheme.find()
        ? Optional.ofNullable(SCHEME_PORTS.get(scheme.group(1).toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  /**
   * The port that a key right behind it gives to it, as {@code db.port} does after {@code db.host}.
   * Other ports of the text, such as the one at which the application itself listens, say nothing
   * of it; nor does a port beside a list of hosts.
   */
  Optional<Integer> keyedPort() {
    Matcher keyed = KEYED_PORT.matcher(after);
    return !LIST.matcher(before).find()
            && keyed.find()
            && PortVariables.isBeside(key(), keyed.group(1))
        ? Optional.of(Integer.valueOf(keyed.group(2)))
        : Optional.empty();
  }

  /** Whether one of these ports stands anywhere in the text. */
  boolean mentions(Set<Integer> ports) {
    return ports.stream()
        .anyMatch(
            port ->
                Pattern.compile("(?<![\\d.])%d(?![\\d.])".formatted(port)).matcher(text).find());
  }

  /** A port that follows in any notation, as in {@code nc host 5432}. */
  Optional<Integer> followingPort() {
    Matcher following = FOLLOWING_PORT.matcher(after);
    if (following.find()) {
      return Optional.of(Integer.valueOf(following.group(1)));
    }
    return ANY_PORT.matcher(after).find() || (NAMED_PORT.matcher(after).find() && isAddressed())
        ? Optional.of(POSTGRES)
        : Optional.empty();
  }

  /** Whether it stands where programs have an address, as in {@code TCP:host:port}. */
  private boolean isAddressed() {
    return ADDRESSED.matcher(before).find();
  }

  /** Whether a database's name stands beside it, as in a connection string. */
  boolean names(String database) {
    String quoted = Pattern.quote(database);
    return Pattern.compile(
            "/%s(?![\\w.-])|(dbname|database)\\s*=\\s*[\"']?%s(?![\\w.-])"
                .formatted(quoted, quoted),
            Pattern.CASE_INSENSITIVE)
        .matcher(text)
        .find();
  }
}
