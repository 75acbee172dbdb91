package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.Applied;
import dev.sluice.operator.engine.postgresql.DatabaseKnowledge.Known;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.Catalogue;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads and applies with what is known of a database, as far as it is still so. */
final class Informed {
  private final Session session;
  private final DatabaseKnowledge knowledge;
  private final Clock clock;

  Informed(Session session, DatabaseKnowledge knowledge, Clock clock) {
    this.session = session;
    this.knowledge = knowledge;
    this.clock = clock;
  }

  /** What these schemas hold. */
  Catalogue catalogue(Collection<String> schemas) throws SQLException {
    return session.inSnapshot(
        () -> {
          Instant now = clock.instant();
          @Nullable CatalogueDigest digest = CatalogueDigest.of(session);
          @Nullable Catalogue known =
              digest == null ? null : knowledge.catalogue(digest, now, schemas);
          if (known != null) {
            return known;
          }
          Catalogue read = new CatalogueReader(session).read(schemas);
          if (digest != null) {
            knowledge.learn(digest, now, schemas, read);
          }
          return read;
        });
  }

  /** Applies a plan. After a failure nothing is taken for known. */
  Applied apply(AccessPlan plan, boolean kept) throws SQLException {
    record Done(@Nullable CatalogueDigest before, PlanApplication.Outcome outcome) {}
    @Nullable Done done = null;
    try {
      Done result =
          session.aloneInSnapshot(
              () -> {
                Instant now = clock.instant();
                @Nullable CatalogueDigest digest = CatalogueDigest.of(session);
                Known known =
                    digest == null
                        ? Known.nothing(new CatalogueDigest("", ""), now)
                        : knowledge.at(digest, now);
                return new Done(digest, PlanApplication.apply(session, plan, kept, known));
              });
      done = result;
    } finally {
      if (done == null || done.before() == null) {
        knowledge.forget();
      }
    }
    if (done.before() != null) {
      knowledge.learn(Objects.requireNonNull(done.before()), done.outcome().known());
    }
    return done.outcome().applied();
  }
}
