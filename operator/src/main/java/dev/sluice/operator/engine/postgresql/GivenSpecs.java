package dev.sluice.operator.engine.postgresql;

import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.policy.plan.AccessPlan;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each access asked for when it was given last, kept beside what was made of it, so that masks
 * reach it also when its present spec cannot be given.
 */
final class GivenSpecs {
  /** Where it is kept; only the owner of the masked views reads it. */
  static final String TABLE =
      "CREATE TABLE IF NOT EXISTS sluice.given (role name PRIMARY KEY, spec text NOT NULL)";

  private final Session session;

  GivenSpecs(Session session) {
    this.session = session;
  }

  /** Remembers the spec of a plan, within a transaction; writes nothing where it is known. */
  void note(AccessPlan plan) throws SQLException {
    String spec = Serialization.asJson(plan.spec());
    session.asOwner(
        () ->
            session.update(
                """
                INSERT INTO sluice.given (role, spec)
                SELECT ?, ?
                WHERE NOT EXISTS (SELECT FROM sluice.given g WHERE g.role = ? AND g.spec = ?)
                ON CONFLICT (role) DO UPDATE SET spec = excluded.spec
                """,
                plan.role(),
                spec,
                plan.role(),
                spec));
  }

  /** The spec, within a transaction; null: nothing was given. */
  @Nullable DatabaseAccessSpec find(String role) throws SQLException {
    if (!present()) {
      return null;
    }
    List<String> found = new ArrayList<>();
    session.asOwner(
        () ->
            found.addAll(
                session.query(
                    "SELECT spec FROM sluice.given WHERE role = ?",
                    row -> row.getString(1),
                    role)));
    return found.isEmpty()
        ? null
        : Serialization.unmarshal(found.getFirst(), DatabaseAccessSpec.class);
  }

  /** Forgets it, within a transaction. */
  void forget(String role) throws SQLException {
    if (present()) {
      session.asOwner(() -> session.update("DELETE FROM sluice.given WHERE role = ?", role));
    }
  }

  private boolean present() throws SQLException {
    return session.any("SELECT FROM pg_catalog.pg_class WHERE oid = to_regclass('sluice.given')");
  }
}
