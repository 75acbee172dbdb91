package dev.sluice.policy.statement;

import java.util.Optional;
import java.util.Set;

/** Finds code that can reach the server's files and programs once it is there. */
final class UntrustedCode {
  /**
   * The extensions of PostgreSQL itself that it marks as trusted ({@code trusted = true} in their
   * control files, version 18 and before): whoever may make objects may make them.
   */
  private static final Set<String> TRUSTED =
      Set.of(
          "bool_plperl",
          "btree_gin",
          "btree_gist",
          "citext",
          "cube",
          "dict_int",
          "fuzzystrmatch",
          "hstore",
          "intarray",
          "isn",
          "jsonb_plperl",
          "lo",
          "ltree",
          "pg_trgm",
          "pgcrypto",
          "plperl",
          "plpgsql",
          "pltcl",
          "seg",
          "tablefunc",
          "tcn",
          "tsm_system_rows",
          "tsm_system_time",
          "unaccent",
          "uuid-ossp");

  /** Languages whose functions run as the server does. */
  private static final Set<String> LANGUAGES =
      Set.of(
          "c",
          "internal",
          "plperlu",
          "pltclu",
          "plpythonu",
          "plpython2u",
          "plpython3u",
          "pljavau",
          "plr",
          "plsh");

  private UntrustedCode() {}

  /** What of it the statement brings; empty: nothing. */
  static Optional<String> in(StatementFacts facts) {
    Optional<String> extension =
        facts.effects().contains(StatementKind.CREATE)
            ? facts.extensions().stream()
                .filter(name -> !TRUSTED.contains(name))
                .sorted()
                .findFirst()
                .map("the extension %s is not one that PostgreSQL marks as trusted"::formatted)
            : Optional.empty();
    return extension.or(
        () ->
            facts.languages().stream()
                .filter(LANGUAGES::contains)
                .sorted()
                .findFirst()
                .map("code in the language %s reaches the server's files"::formatted));
  }
}
