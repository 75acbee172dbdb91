package dev.sluice.policy.statement;

import dev.sluice.policy.statement.StatementFacts.Manner;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds what keeps the writers of a whole table waiting while it runs. */
final class TableLocks {
  /** The modes of LOCK with which the lock of a writer, ROW EXCLUSIVE, conflicts. */
  private static final Set<String> MODES =
      Set.of("share", "share row exclusive", "exclusive", "access exclusive");

  private TableLocks() {}

  /** How the statement keeps writers waiting; empty: not at all, as far as its text tells. */
  static Optional<String> in(StatementFacts facts) {
    if (facts.effects().contains(StatementKind.LOCK)) {
      return MODES.stream()
          .filter(facts.locks()::contains)
          .findFirst()
          .map(mode -> "LOCK IN %s MODE keeps writers waiting".formatted(upper(mode)));
    }
    if (BuiltInRule.onlyTemporary(facts)) {
      return Optional.empty();
    }
    String named = BuiltInRule.named(facts);
    if (facts.manners().contains(Manner.REWRITES)) {
      return Optional.of(named + " may write a whole table anew while others wait");
    }
    if (facts.manners().contains(Manner.SCANS)) {
      return Optional.of(named + " may read a whole table while writers wait");
    }
    return waits(facts) && !facts.manners().contains(Manner.CONCURRENTLY)
        ? Optional.of(named + " without CONCURRENTLY keeps others waiting")
        : Optional.empty();
  }

  private static boolean waits(StatementFacts facts) {
    return facts.effects().contains(StatementKind.REINDEX)
        || facts.effects().contains(StatementKind.REFRESH)
        || (facts.effects().contains(StatementKind.CREATE)
            && facts.objectKinds().contains("index"));
  }

  private static String upper(String mode) {
    return mode.toUpperCase(Locale.ROOT);
  }
}
