package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;

/** How often an access may find rows by masked values: the sequence that counts. */
final class LookupTurns {
  private static final long MINUTE_MICROSECONDS = 60_000_000;

  private final Session session;

  LookupTurns(Session session) {
    this.session = session;
  }

  /** Makes it as a plan says. */
  void ensure(AccessPlan plan) throws SQLException {
    if (!plan.looksUp() || plan.lookupsPerMinute() == 0) {
      remove(plan.role());
      return;
    }
    long step = Math.max(1, MINUTE_MICROSECONDS / plan.lookupsPerMinute());
    if (!session.any(
        """
        SELECT FROM pg_catalog.pg_sequence s
        WHERE s.seqrelid = to_regclass(?) AND s.seqincrement = ? AND s.seqcache = 1
        """,
        name(plan.role()),
        step)) {
      session.asOwner(
          () -> {
            session.run("CREATE SEQUENCE IF NOT EXISTS " + name(plan.role()));
            session.run(
                "ALTER SEQUENCE %s AS bigint INCREMENT BY %d NO MAXVALUE CACHE 1 NO CYCLE"
                    .formatted(name(plan.role()), step));
          });
    }
  }

  /** Removes that of a role, if there is one. */
  void remove(String role) throws SQLException {
    if (session.any("SELECT FROM pg_catalog.pg_class WHERE oid = to_regclass(?)", name(role))) {
      session.asOwner(() -> session.run("DROP SEQUENCE " + name(role)));
    }
  }

  private static String name(String role) {
    return Sql.name(RoleNames.SCHEMA, role);
  }
}
