package dev.sluice.sidecar.session;

import dev.sluice.policy.Code;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Relation;
import dev.sluice.sidecar.postgres.GateException;
import dev.sluice.sidecar.statement.Dialect;
import dev.sluice.sql.postgres.NameScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** What of a client's start-up parameters goes on to the server. */
final class StartupParameters {
  private static final Set<String> IDENTITY = Set.of("role", "session_authorization");
  private static final Set<String> OFF = Set.of("", "0", "f", "false", "n", "no", "of", "off");

  private StartupParameters() {}

  /**
   * Vets them.
   *
   * @param asked what the client asked for
   * @param bundle the grant
   * @return parameters for the server, without user and database
   * @throws GateException where one of them is refused
   */
  static Map<String, String> vetted(Map<String, String> asked, Bundle bundle) throws GateException {
    if (bundle.plain()) {
      return unvetted(asked);
    }
    String database = asked.get("database");
    String granted = bundle.target().database();
    if (database != null && !database.isEmpty() && !database.equals(granted)) {
      throw new GateException(
          Code.OTHER_DATABASE,
          "3D000",
          "this gate does not lead to the database \"%s\"".formatted(database),
          "%s is for the database \"%s\". (A client that is told no database asks for one of the"
                  .formatted(bundle.access(), granted)
              + " user's name.)");
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    String options = asked.get("options");
    if (options != null) {
      Options.read(options).forEach((name, value) -> put(parameters, name, value));
    }
    asked.forEach(
        (name, value) -> {
          if (!Set.of("user", "database", "options").contains(name) && !name.startsWith("_pq_.")) {
            put(parameters, name, value);
          }
        });
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      vet(parameter.getKey(), parameter.getValue());
    }
    parameters.remove("replication");
    parameters.computeIfPresent("search_path", (_, path) -> masked(path, bundle));
    return parameters;
  }

  /**
   * The database of a session: the grant's, or the client's own under a plain bundle. As the server
   * would, it takes the user's name for one that is not told.
   */
  static String database(Map<String, String> asked, Bundle bundle) {
    if (!bundle.plain()) {
      return bundle.target().database();
    }
    String database = asked.getOrDefault("database", "");
    return database.isEmpty() ? asked.getOrDefault("user", "") : database;
  }

  private static Map<String, String> unvetted(Map<String, String> asked) {
    Map<String, String> parameters = new LinkedHashMap<>(asked);
    parameters
        .keySet()
        .removeIf(
            name -> name.equals("user") || name.equals("database") || name.startsWith("_pq_."));
    return parameters;
  }

  private static void put(Map<String, String> parameters, String name, String value) {
    parameters.put(name.toLowerCase(Locale.ROOT), value);
  }

  private static void vet(String name, String value) throws GateException {
    if (IDENTITY.contains(name)) {
      throw refused(name, "Each session runs as the role of the grant.");
    }
    if (name.equals("replication") && !OFF.contains(value.toLowerCase(Locale.ROOT))) {
      throw refused(name, "Replication delivers whole tables past every mask and row filter.");
    }
    if (name.equals("client_encoding")
        && !value.equalsIgnoreCase("auto")
        && Dialect.charset(value.replace("'", "")).isEmpty()) {
      throw new GateException(
          Code.CLIENT_ENCODING,
          "22023",
          "the client_encoding \"%s\" is not supported".formatted(value),
          Code.CLIENT_ENCODING.explanation());
    }
  }

  private static GateException refused(String name, String why) {
    return new GateException(
        Code.STARTUP_PARAMETER,
        "42501",
        "the start-up parameter \"%s\" is refused".formatted(name),
        why);
  }

  /**
   * The client's search path behind the schemas of masked views, which must be found first. That of
   * the grant stands there before it exists, so that an open session finds the first view.
   */
  private static String masked(String path, Bundle bundle) {
    List<String> schemas =
        Stream.concat(
                bundle.searchPath().stream().filter(bundle.role()::equals),
                bundle.relations().stream().map(Relation::viewSchema).filter(Objects::nonNull))
            .distinct()
            .map(schema -> '"' + schema.replace("\"", "\"\"") + '"')
            .toList();
    return schemas.isEmpty() || path.contains(schemas.getFirst())
        ? path
        : String.join(", ", schemas) + (path.isBlank() ? "" : ", " + path);
  }

  /**
   * What names without a schema mean in a session that starts with parameters.
   *
   * @param parameters as they go on to the server
   * @param bundle the grant
   */
  static NameScope scope(Map<String, String> parameters, Bundle bundle) {
    String path = parameters.get("search_path");
    return path == null || schemas(path).equals(bundle.searchPath())
        ? NameScope.GRANTED
        : new NameScope(true, false, Set.of());
  }

  /** The schemas of a search path; one that is not told apart safely is none of the grant's. */
  private static List<String> schemas(String path) {
    List<String> schemas = new ArrayList<>();
    for (String part : path.split(",", -1)) {
      String schema = part.strip();
      boolean quoted = schema.length() > 1 && schema.startsWith("\"") && schema.endsWith("\"");
      String name =
          quoted
              ? schema.substring(1, schema.length() - 1).replace("\"\"", "\"")
              : schema.toLowerCase(Locale.ROOT);
      // By the name of the role, which is that of the schema of its masked views.
      if (!name.equals("$user") && !schemas.contains(name)) {
        schemas.add(name);
      }
    }
    return schemas;
  }

  /** The parameter {@code options}, which is a command line of the server's. */
  private static final class Options {
    private Options() {}

    static Map<String, String> read(String options) throws GateException {
      Map<String, String> settings = new LinkedHashMap<>();
      List<String> words = words(options);
      for (int index = 0; index < words.size(); index++) {
        String word = words.get(index);
        String setting;
        if (word.equals("-c") && index + 1 < words.size()) {
          index++;
          setting = words.get(index);
        } else if (word.startsWith("--") || word.startsWith("-c")) {
          setting = word.substring(2);
        } else {
          throw refused(
              "options", "\"%s\" is neither -c name=value nor --name=value.".formatted(word));
        }
        int equals = setting.indexOf('=');
        if (equals <= 0) {
          throw refused("options", "\"%s\" is not name=value.".formatted(setting));
        }
        // As the server has it: a dash in a name is an underscore.
        settings.put(
            setting.substring(0, equals).replace('-', '_').toLowerCase(Locale.ROOT),
            setting.substring(equals + 1));
      }
      return settings;
    }

    /** Words apart by spaces; a backslash takes the next character as it is. */
    private static List<String> words(String options) {
      List<String> words = new ArrayList<>();
      StringBuilder word = null;
      for (int index = 0; index < options.length(); index++) {
        char character = options.charAt(index);
        if (Character.isWhitespace(character)) {
          if (word != null) {
            words.add(word.toString());
            word = null;
          }
          continue;
        }
        if (word == null) {
          word = new StringBuilder();
        }
        if (character == '\\' && index + 1 < options.length()) {
          index++;
          character = options.charAt(index);
        }
        word.append(character);
      }
      if (word != null) {
        words.add(word.toString());
      }
      return words;
    }
  }
}
