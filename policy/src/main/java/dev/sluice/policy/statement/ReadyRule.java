package dev.sluice.policy.statement;

import dev.sluice.policy.Code;
import dev.sluice.policy.statement.StatementFacts.Use;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The ready-made rules that policies name with {@code use}. */
enum ReadyRule {
  NO_DROP("no-drop", Code.NO_DROP) {
    @Override
    Optional<String> violation(StatementFacts facts) {
      return effect(facts, StatementKind.DROP, BuiltInRule.named(facts) + " removes objects");
    }
  },
  NO_DDL("no-ddl", Code.NO_DDL) {
    @Override
    Optional<String> violation(StatementFacts facts) {
      return BuiltInRule.changesSchema(facts)
          ? Optional.of(BuiltInRule.named(facts) + " is a schema change")
          : Optional.empty();
    }
  },
  NO_TRUNCATE("no-truncate", Code.NO_TRUNCATE) {
    @Override
    Optional<String> violation(StatementFacts facts) {
      return effect(facts, StatementKind.TRUNCATE, "TRUNCATE removes every row");
    }
  },
  NO_MASS_DELETE("no-mass-delete", Code.NO_MASS_DELETE) {
    @Override
    Optional<String> violation(StatementFacts facts) {
      return facts.bounded()
          ? Optional.empty()
          : effect(facts, StatementKind.DELETE, "DELETE without a WHERE removes every row");
    }
  },
  NO_MASS_UPDATE("no-mass-update", Code.NO_MASS_UPDATE) {
    @Override
    Optional<String> violation(StatementFacts facts) {
      return facts.bounded()
          ? Optional.empty()
          : effect(facts, StatementKind.UPDATE, "UPDATE without a WHERE changes every row");
    }
  },
  NO_SERVER_ACCESS("no-server-access", Code.SERVER_ACCESS) {
    @Override
    Optional<String> violation(StatementFacts facts) {
      return BuiltInRule.serverAccess(facts)
          .or(() -> otherServer(facts))
          .or(() -> UntrustedCode.in(facts));
    }
  },
  NO_LOCKS("no-locks", Code.NO_LOCKS) {
    @Override
    Optional<String> violation(StatementFacts facts) {
      return TableLocks.in(facts);
    }
  },
  NO_OPAQUE("no-opaque", Code.NO_OPAQUE) {
    @Override
    Optional<String> violation(StatementFacts facts) {
      return facts.opaque() && facts.kind() != StatementKind.UNKNOWN
          ? Optional.of(
              "the text of %s does not tell what it does%s"
                  .formatted(facts.kind(), calls(facts.unknownFunctions())))
          : Optional.empty();
    }
  },
  ROW_CAP("row-cap", Code.ROW_LIMIT) {
    @Override
    Optional<String> violation(StatementFacts facts) {
      return mayReturnRows(facts)
          ? Optional.of(BuiltInRule.named(facts) + " may return rows")
          : Optional.empty();
    }
  },
  /** Of what it concerns; whether it matches depends on the server's estimate. */
  BLAST_RADIUS("blast-radius", Code.BLAST_RADIUS) {
    @Override
    Optional<String> violation(StatementFacts facts) {
      Set<StatementKind> effects = facts.effects();
      boolean changes =
          effects.stream().anyMatch(CHANGING_ROWS::contains)
              || (effects.contains(StatementKind.INSERT) && effects.contains(StatementKind.SELECT));
      return changes && facts.kind() != StatementKind.PREPARE
          ? Optional.of(BuiltInRule.named(facts) + " changes rows")
          : Optional.empty();
    }
  },
  NO_UNKNOWN("no-unknown", Code.NO_UNKNOWN) {
    @Override
    Optional<String> violation(StatementFacts facts) {
      if (!facts.effects().contains(StatementKind.UNKNOWN)) {
        return Optional.empty();
      }
      return Optional.of(
          "the statement was not understood"
              + (facts.error() == null ? "" : ": " + facts.error())
              + (facts.errorPosition() > 0
                  ? " at character %d".formatted(facts.errorPosition())
                  : ""));
    }
  };

  /** Kinds that change rows that are there. */
  private static final Set<StatementKind> CHANGING_ROWS =
      EnumSet.of(StatementKind.UPDATE, StatementKind.DELETE, StatementKind.MERGE);

  /** Kinds of object by which the server reaches other servers, and what it keeps in its files. */
  private static final Set<String> LEAD_ELSEWHERE =
      Set.of("foreign data wrapper", "server", "user mapping", "foreign table", "system");

  /** Kinds that return rows, or may. Of what writes, only with RETURNING, which reads. */
  private static final Set<StatementKind> RETURNING_ROWS =
      EnumSet.of(
          StatementKind.SELECT,
          StatementKind.VALUES,
          StatementKind.UPDATE,
          StatementKind.DELETE,
          StatementKind.MERGE,
          StatementKind.COPY,
          StatementKind.EXECUTE,
          StatementKind.FETCH,
          StatementKind.CALL,
          StatementKind.EXPLAIN,
          StatementKind.SHOW,
          StatementKind.OTHER,
          StatementKind.UNKNOWN);

  private final String use;
  private final Code code;

  ReadyRule(String use, Code code) {
    this.use = use;
    this.code = code;
  }

  /** What is wrong with the statement, for a person; empty: nothing. */
  abstract Optional<String> violation(StatementFacts facts);

  /** Its name in policies. */
  String use() {
    return use;
  }

  Code code() {
    return code;
  }

  static Optional<ReadyRule> named(String use) {
    return Arrays.stream(values()).filter(rule -> rule.use.equals(use)).findFirst();
  }

  /** Whether it returns rows, or may. An INSERT that reads nothing has no RETURNING either. */
  private static boolean mayReturnRows(StatementFacts facts) {
    return facts.effects().stream().anyMatch(RETURNING_ROWS::contains)
        || (facts.effects().contains(StatementKind.INSERT)
            && (facts.columns().stream().anyMatch(column -> column.use() == Use.READ)
                || facts.relations().stream().anyMatch(relation -> relation.use() == Use.READ)));
  }

  /** Words about functions that nobody knows. */
  private static String calls(Set<String> functions) {
    return functions.isEmpty()
        ? ""
        : ": it calls "
            + String.join(", ", new TreeSet<>(functions))
            + ", which PostgreSQL itself does not bring";
  }

  /** A connection from the database server to another one, or its files, past every gate. */
  private static Optional<String> otherServer(StatementFacts facts) {
    if ((facts.effects().contains(StatementKind.CREATE)
            || facts.effects().contains(StatementKind.ALTER)
            || facts.effects().contains(StatementKind.IMPORT))
        && facts.objectKinds().stream().anyMatch(LEAD_ELSEWHERE::contains)) {
      return Optional.of(
          BuiltInRule.named(facts) + " leads to other servers, or files of this one");
    }
    return facts.functions().stream()
        .map(BuiltInRule::unqualified)
        .filter(function -> function.equals("dblink") || function.startsWith("dblink_"))
        .findFirst()
        .map("the function %s connects to another server"::formatted);
  }

  private static Optional<String> effect(StatementFacts facts, StatementKind kind, String reason) {
    return facts.effects().contains(kind) ? Optional.of(reason) : Optional.empty();
  }
}
