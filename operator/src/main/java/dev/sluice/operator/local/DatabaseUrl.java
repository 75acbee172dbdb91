package dev.sluice.operator.local;

import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.policy.bundle.Bundle;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A connection URI as libpq has it: {@code
 * postgresql://user:password@host:port,host:port/database?sslmode=...&sslrootcert=...}.
 *
 * @param connection what it says
 */
record DatabaseUrl(AdminConnection connection) {
  private static final Pattern FORM =
      Pattern.compile("postgres(?:ql)?://([^:@/]*)(?::([^@/]*))?@([^/?]+)/([^?]+)(?:\\?(.*))?");
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+)(?::([0-9]{1,5}))?");
  private static final int PORT = 5432;

  /**
   * Reads a URI.
   *
   * @throws IllegalArgumentException with a sentence that does not repeat the password
   */
  static DatabaseUrl parse(String uri) {
    Matcher matcher = FORM.matcher(uri);
    if (!matcher.matches() || matcher.group(1).isEmpty()) {
      throw new IllegalArgumentException(
          "--database is not of the form postgresql://ADMIN:PASSWORD@HOST:PORT/DATABASE; signs such"
              + " as @ and / in a password are written %40 and %2F");
    }
    List<Bundle.Endpoint> endpoints = new ArrayList<>();
    for (String host : matcher.group(3).split(",", -1)) {
      Matcher each = HOST.matcher(host);
      if (!each.matches()) {
        throw new IllegalArgumentException("--database: \"%s\" is not HOST:PORT".formatted(host));
      }
      endpoints.add(
          new Bundle.Endpoint(
              each.group(1).replace("[", "").replace("]", ""),
              each.group(2) == null ? PORT : Integer.parseInt(each.group(2))));
    }
    String password = matcher.group(2);
    return new DatabaseUrl(
        new AdminConnection(
            endpoints,
            decoded(matcher.group(4)),
            tls(parameters(matcher.group(5)), endpoints),
            decoded(matcher.group(1)),
            password == null ? "" : decoded(password)));
  }

  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String each : query == null ? new String[0] : query.split("&", -1)) {
      int equals = each.indexOf('=');
      String name = equals < 0 ? each : each.substring(0, equals);
      if (!name.equals("sslmode") && !name.equals("sslrootcert")) {
        throw new IllegalArgumentException(
            "--database: parameter %s is not known; sslmode and sslrootcert are".formatted(name));
      }
      parameters.put(name, equals < 0 ? "" : decoded(each.substring(equals + 1)));
    }
    return parameters;
  }

  /** Without a word about TLS, a server on this machine is reached without, any other with it. */
  private static Bundle.Tls tls(Map<String, String> parameters, List<Bundle.Endpoint> endpoints) {
    boolean here =
        endpoints.stream()
            .allMatch(
                endpoint ->
                    endpoint.host().startsWith("127.")
                        || endpoint.host().equals("::1")
                        || endpoint.host().equals("localhost"));
    String mode = parameters.getOrDefault("sslmode", here ? "disable" : "require");
    String file = parameters.get("sslrootcert");
    try {
      return new Bundle.Tls(
          switch (mode) {
            case "disable" -> Bundle.TlsMode.DISABLE;
            case "require" -> Bundle.TlsMode.REQUIRE;
            case "verify-ca" -> Bundle.TlsMode.VERIFY_CA;
            case "verify-full" -> Bundle.TlsMode.VERIFY_FULL;
            default ->
                throw new IllegalArgumentException(
                    "--database: sslmode %s is not one of disable, require, verify-ca, verify-full"
                        .formatted(mode));
          },
          file == null ? null : Files.readString(Path.of(file)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--database: sslrootcert %s cannot be read".formatted(file), e);
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
