package dev.sluice.policy.statement;

import dev.sluice.policy.Code;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.statement.Decision.Finding;
import dev.sluice.policy.statement.StatementFacts.RelationUse;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The rules that every grant has. They only deny. */
enum BuiltInRule {
  SESSION_IDENTITY("session-identity", Code.SESSION_IDENTITY) {
    @Override
    Optional<String> violation(StatementFacts facts, Bundle bundle) {
      StatementKind kind = facts.kind();
      String parameter = facts.parameter();
      boolean sets = kind == StatementKind.SET || kind == StatementKind.RESET;
      if (sets
          && parameter != null
          && IDENTITY_PARAMETERS.contains(parameter)
          && facts.settings().contains(parameter)) {
        return Optional.of("%s of %s changes who the session is".formatted(kind, parameter));
      }
      if (ROLE_CHANGES.contains(kind) && facts.objectKinds().contains("role")) {
        return Optional.of("%s ROLE changes who sessions are".formatted(kind));
      }
      if (calls(facts, "set_config")) {
        for (String identity : IDENTITY_PARAMETERS) {
          if (facts.settings().contains(identity)) {
            return Optional.of("set_config of %s changes who the session is".formatted(identity));
          }
        }
        if (facts.settings().isEmpty() || facts.settings().contains("*")) {
          return Optional.of(
              "a call of set_config does not tell in its text which setting it sets");
        }
      }
      return Optional.empty();
    }
  },

  SERVER_ACCESS("server-access", Code.SERVER_ACCESS) {
    @Override
    Optional<String> violation(StatementFacts facts, Bundle bundle) {
      return serverAccess(facts);
    }
  },

  REPLICATION("replication", Code.REPLICATION) {
    @Override
    Optional<String> violation(StatementFacts facts, Bundle bundle) {
      if (DEFINITIONS.contains(facts.kind())
          && facts.objectKinds().stream()
              .anyMatch(kind -> kind.equals("publication") || kind.equals("subscription"))) {
        return Optional.of("%s makes or changes replication".formatted(named(facts)));
      }
      return facts.functions().stream()
          .map(BuiltInRule::unqualified)
          .filter(BuiltInRule::replicates)
          .findFirst()
          .map("the function %s is one of replication"::formatted);
    }
  },

  SCHEMA_CHANGES("schema-changes", Code.SCHEMA_CHANGES) {
    @Override
    Optional<String> violation(StatementFacts facts, Bundle bundle) {
      if (bundle.schemaChanges()) {
        return Optional.empty();
      }
      return changesSchema(facts)
          ? Optional.of(
              "%s is a schema change, and %s has schemaChanges: None"
                  .formatted(named(facts), bundle.access()))
          : Optional.empty();
    }
  };

  private static final List<String> IDENTITY_PARAMETERS = List.of("role", "session_authorization");

  private static final Set<StatementKind> ROLE_CHANGES =
      EnumSet.of(StatementKind.CREATE, StatementKind.ALTER, StatementKind.DROP);

  private static final Set<StatementKind> DEFINITIONS =
      EnumSet.of(
          StatementKind.CREATE,
          StatementKind.ALTER,
          StatementKind.DROP,
          StatementKind.COMMENT,
          StatementKind.GRANT,
          StatementKind.REVOKE,
          StatementKind.REINDEX,
          StatementKind.CLUSTER,
          StatementKind.SECURITY_LABEL,
          StatementKind.IMPORT);

  private static final String TEMPORARY_SCHEMA = "pg_temp";

  /** Kinds of object that are relations, or parts of one, and live and die with it. */
  private static final Set<String> TEMPORARY_KINDS =
      Set.of("table", "view", "sequence", "index", "column", "constraint");

  private static final Set<String> SERVER_FUNCTIONS =
      Set.of(
          "pg_read_file",
          "pg_read_binary_file",
          "pg_stat_file",
          "pg_file_write",
          "pg_file_read",
          "pg_file_rename",
          "pg_file_unlink",
          "pg_file_sync",
          "pg_logdir_ls",
          "pg_rotate_logfile",
          "lo_import",
          "lo_export");

  private final String ruleName;
  private final Code code;

  BuiltInRule(String ruleName, Code code) {
    this.ruleName = ruleName;
    this.code = code;
  }

  /** What is wrong with the statement, for a person; empty: nothing. */
  abstract Optional<String> violation(StatementFacts facts, Bundle bundle);

  /** The first built-in rule that refuses one of the statements. */
  static Optional<Finding> denial(List<StatementFacts> statements, Bundle bundle) {
    for (BuiltInRule rule : values()) {
      for (StatementFacts facts : statements) {
        Optional<String> violation = rule.violation(facts, bundle);
        if (violation.isPresent()) {
          return violation.map(
              reason -> new Finding(rule.code.code(), rule.ruleName, reason, rule.code.remedy()));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether it makes, changes or removes a definition that outlives the session. */
  static boolean changesSchema(StatementFacts facts) {
    return facts.effects().stream().anyMatch(DEFINITIONS::contains) && !onlyTemporary(facts);
  }

  /** How the statement reaches the server's files or programs; empty: not at all. */
  static Optional<String> serverAccess(StatementFacts facts) {
    if (facts.serverAccess()) {
      return Optional.of(
          "%s reads or writes the server's files or runs its programs".formatted(facts.kind()));
    }
    if (facts.effects().contains(StatementKind.LOAD)) {
      return Optional.of("LOAD loads a library into the server");
    }
    return facts.functions().stream()
        .map(BuiltInRule::unqualified)
        .filter(function -> SERVER_FUNCTIONS.contains(function) || function.startsWith("pg_ls_"))
        .findFirst()
        .map("the function %s reaches the server's files"::formatted);
  }

  /** The statement as a person names it: {@code DROP TABLE}. */
  static String named(StatementFacts facts) {
    String kinds =
        facts.objectKinds().isEmpty()
            ? ""
            : " " + facts.objectKinds().getFirst().toUpperCase(Locale.ROOT);
    return facts.kind().name().replace('_', ' ') + kinds;
  }

  /** Whether all that it defines lives in the session only. */
  static boolean onlyTemporary(StatementFacts facts) {
    return !facts.objectKinds().isEmpty()
        && (facts.objectKinds().stream().allMatch(kind -> kind.startsWith("temporary "))
            || (TEMPORARY_KINDS.containsAll(facts.objectKinds()) && definesTemporary(facts)));
  }

  /** Whether the relations that it defines are all named as temporary ones. */
  private static boolean definesTemporary(StatementFacts facts) {
    List<RelationUse> defined =
        facts.relations().stream()
            .filter(relation -> relation.use() == StatementFacts.Use.DEFINE)
            .toList();
    return !defined.isEmpty()
        && defined.stream().allMatch(relation -> TEMPORARY_SCHEMA.equals(relation.schema()));
  }

  private static boolean replicates(String function) {
    return function.startsWith("pg_logical_")
        || function.startsWith("pg_replication_")
        || function.startsWith("pg_sync_replication_slots")
        || (function.startsWith("pg_") && function.endsWith("_replication_slot"))
        || (function.startsWith("pg_copy_") && function.endsWith("_slot"));
  }

  private static boolean calls(StatementFacts facts, String function) {
    return facts.functions().stream().map(BuiltInRule::unqualified).anyMatch(function::equals);
  }

  /** A function's name without its schema. */
  static String unqualified(String function) {
    return function.substring(function.lastIndexOf('.') + 1);
  }
}
