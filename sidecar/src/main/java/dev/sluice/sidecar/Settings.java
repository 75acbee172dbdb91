package dev.sluice.sidecar;

import dev.sluice.sidecar.spool.Witness;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a gate is run, by flags or environment variables; a flag goes before its variable.
 *
 * @param control where bundles and credentials come from and events go
 * @param accesses the grants and where each listens; a grant may listen at several addresses
 * @param witness the pod
 * @param spool the directory of the spool
 * @param spoolLimit bytes that the spool may hold
 * @param health where the kubelet asks; null: nowhere
 * @param printEvents whether events are printed as they come
 * @param drainSeconds how long sessions may go on once the gate was told to end
 * @param graceSeconds how long the gate may take in all then, before it is killed
 * @param tls offered to clients that come through TCP; null: none
 */
record Settings(
    Control control,
    List<Access> accesses,
    Witness witness,
    Path spool,
    long spoolLimit,
    @Nullable InetSocketAddress health,
    boolean printEvents,
    int drainSeconds,
    int graceSeconds,
    @Nullable Tls tls) {

  static final String USAGE =
      """
      usage: gate --control URL|DIRECTORY --access NAMESPACE/NAME=ADDRESS [--access ...]

        --control URL|DIRECTORY   the operator's address, or a directory with bundle.json and
                                  credentials.json                       SLUICE_CONTROL
        --access NS/NAME=ADDRESS  a grant and where it listens, HOST:PORT or unix:PATH;
                                  repeatable, for further grants and for further addresses of
                                  one, or separated by commas            SLUICE_ACCESS
        --tls-certificate FILE    offered to clients with --tls-key FILE, in PEM, read again when
                                  they change     SLUICE_TLS_CERTIFICATE, SLUICE_TLS_KEY
        --token-file FILE         the pod's token, for a URL             SLUICE_TOKEN_FILE
        --ca-file FILE            the operator's authorities, for a URL  SLUICE_CA_FILE
        --spool DIRECTORY         where events wait (/var/spool/sluice)  SLUICE_SPOOL
        --spool-limit BYTES       how many bytes of them (67108864)      SLUICE_SPOOL_LIMIT
        --health HOST:PORT        answers GET /live and GET /ready       SLUICE_HEALTH
        --events -|none           prints events as JSON lines            SLUICE_EVENTS
        --drain SECONDS           for sessions, at the end (20)          SLUICE_DRAIN
        --grace SECONDS           for all, at the end (28); what drain leaves of it, but for four
                                  seconds, is for open transactions      SLUICE_GRACE
        --namespace, --pod, --pod-uid, --service-account
                                  who events are about                   SLUICE_NAMESPACE,
                                  SLUICE_POD, SLUICE_POD_UID, SLUICE_SERVICE_ACCOUNT
      """;

  private static final String UNIX = "unix:";

  private static final Set<String> FLAGS =
      Set.of(
          "control",
          "access",
          "tls-certificate",
          "tls-key",
          "token-file",
          "ca-file",
          "spool",
          "spool-limit",
          "health",
          "events",
          "drain",
          "grace",
          "namespace",
          "pod",
          "pod-uid",
          "service-account");

  /** Where bundles and credentials come from and events go. */
  sealed interface Control {}

  /**
   * The operator's API.
   *
   * @param address its address
   * @param tokenFile the pod's token
   * @param authorities its authorities; null: the well-known ones
   */
  record Api(URI address, Path tokenFile, @Nullable Path authorities) implements Control {}

  /**
   * A directory in its place.
   *
   * @param path the directory
   */
  record Directory(Path path) implements Control {}

  /**
   * An address of a grant.
   *
   * @param name the DatabaseAccess, {@code namespace/name}
   * @param address where it listens: a port, or a Unix socket
   */
  record Access(String name, SocketAddress address) {}

  /**
   * TLS towards clients.
   *
   * @param certificate a file in PEM, with the certificates up to the authority
   * @param key a file in PEM, with its key
   */
  record Tls(Path certificate, Path key) {}

  /**
   * Reads flags and environment.
   *
   * @param arguments of the command line
   * @param environment its variables
   * @throws IllegalArgumentException with a sentence for the person who wrote them
   */
  static Settings read(String[] arguments, Map<String, String> environment) {
    Map<String, String> values = new HashMap<>();
    for (String flag : FLAGS) {
      String value = environment.get("SLUICE_" + flag.toUpperCase(Locale.ROOT).replace('-', '_'));
      if (value != null && !value.isBlank()) {
        values.put(flag, value);
      }
    }
    Set<String> given = new HashSet<>();
    for (int index = 0; index < arguments.length; index += 2) {
      String flag = arguments[index].startsWith("--") ? arguments[index].substring(2) : "";
      if (!FLAGS.contains(flag)) {
        throw new IllegalArgumentException(
            "%s is not a flag of the gate".formatted(arguments[index]));
      }
      if (index + 1 == arguments.length) {
        throw new IllegalArgumentException("--%s needs a value".formatted(flag));
      }
      String value = arguments[index + 1];
      boolean repeated = !given.add(flag) && flag.equals("access");
      values.merge(flag, value, (before, after) -> repeated ? before + "," + after : after);
    }
    return read(values);
  }

  private static Settings read(Map<String, String> values) {
    List<Access> accesses = new ArrayList<>();
    for (String access : required(values, "access").split(",", -1)) {
      accesses.add(access(access.strip()));
    }
    String health = values.get("health");
    String events = values.getOrDefault("events", "none");
    if (!Set.of("-", "none").contains(events)) {
      throw new IllegalArgumentException("--events is - or none, not " + events);
    }
    return new Settings(
        control(required(values, "control"), values),
        List.copyOf(accesses),
        new Witness(
            values.getOrDefault("namespace", ""),
            values.getOrDefault("service-account", ""),
            values.getOrDefault("pod", ""),
            values.getOrDefault("pod-uid", "")),
        Path.of(values.getOrDefault("spool", "/var/spool/sluice")),
        number(values, "spool-limit", 64L * 1024 * 1024, 64L * 1024, Long.MAX_VALUE / 4),
        health == null ? null : address("--health", health),
        events.equals("-"),
        (int) number(values, "drain", 20, 0, 3600),
        // Of the 30 s that a pod has unless it says otherwise.
        (int) number(values, "grace", 28, 0, 3600),
        tls(values));
  }

  private static Control control(String control, Map<String, String> values) {
    if (!control.contains("://")) {
      return new Directory(Path.of(control));
    }
    URI address = URI.create(control);
    boolean here =
        "http".equals(address.getScheme())
            && Set.of("127.0.0.1", "localhost", "[::1]")
                .contains(String.valueOf(address.getHost()));
    if (!"https".equals(address.getScheme()) && !here) {
      throw new IllegalArgumentException(
          "--control %s: the address begins with https://, since a credential comes from it"
              .formatted(control));
    }
    String authorities = values.get("ca-file");
    return new Api(
        address,
        Path.of(required(values, "token-file")),
        authorities == null ? null : Path.of(authorities));
  }

  private static @Nullable Tls tls(Map<String, String> values) {
    String certificate = values.get("tls-certificate");
    String key = values.get("tls-key");
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("--tls-certificate and --tls-key go together");
    }
    return certificate == null || key == null ? null : new Tls(Path.of(certificate), Path.of(key));
  }

  private static Access access(String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    if (equals < 0 || !name.matches("[a-z0-9.-]+/[a-z0-9.-]+")) {
      throw new IllegalArgumentException(
          "--access %s: write NAMESPACE/NAME=HOST:PORT or NAMESPACE/NAME=unix:PATH"
              .formatted(text));
    }
    String address = text.substring(equals + 1);
    if (!address.startsWith(UNIX)) {
      return new Access(name, address("--access", address));
    }
    Path path = Path.of(address.substring(UNIX.length()));
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("--access %s: the path begins with /".formatted(text));
    }
    return new Access(name, UnixDomainSocketAddress.of(path));
  }

  private static InetSocketAddress address(String flag, String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon <= 0 || port < 0 || port > 65535) {
        throw new IllegalArgumentException("%s %s: write HOST:PORT".formatted(flag, text));
      }
      return new InetSocketAddress(InetAddress.getByName(text.substring(0, colon)), port);
    } catch (NumberFormatException | UnknownHostException failure) {
      throw new IllegalArgumentException("%s %s: write HOST:PORT".formatted(flag, text), failure);
    }
  }

  private static long number(
      Map<String, String> values, String flag, long usual, long least, long most) {
    String text = values.get(flag);
    if (text == null) {
      return usual;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "--%s %s: a whole number from %d is wanted".formatted(flag, text, least));
  }

  private static String required(Map<String, String> values, String flag) {
    String value = values.get(flag);
    if (value == null) {
      throw new IllegalArgumentException("--%s is missing".formatted(flag));
    }
    return value;
  }
}
