package dev.sluice.operator.database;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.DatabaseSpec.Lockdown;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.Posture;
import dev.sluice.operator.report.PostureReports;
import dev.sluice.policy.plan.Catalogue;
import dev.sluice.policy.plan.ClassifiedColumns;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at what is open in a database beside Sluice, and reports it. */
public final class PostureLook {
  private static final Logger LOG = LoggerFactory.getLogger(PostureLook.class);

  private final PostureReports reports;
  private final ShadowMigrations shadows;

  /**
   * A way to look.
   *
   * @param reports takes what is found
   * @param shadows takes changes of the schema without a gate
   */
  public PostureLook(PostureReports reports, ShadowMigrations shadows) {
    this.reports = reports;
    this.shadows = shadows;
  }

  /**
   * Looks.
   *
   * @param database the Database
   * @param engine works in it
   * @param catalogue what the database holds
   * @return what was found
   * @throws EngineException where the database does not answer; whatever else goes wrong is told
   */
  Posture look(Database database, DatabaseEngine engine, Catalogue catalogue) {
    DatabaseSpec.Posture wanted = DatabaseSpec.Posture.of(database.getSpec());
    Posture found;
    try {
      found =
          engine.posture(
              new Posture.Request(
                  ClassifiedColumns.of(
                      DatabaseKey.identity(database), database.getSpec(), catalogue),
                  Objects.requireNonNull(wanted.knownRoles()),
                  wanted.lockdown() == Lockdown.Connect));
      found = with(found, shadows.look(database, engine));
    } catch (EngineException failure) {
      if (failure.category() == EngineException.Category.Unreachable) {
        throw failure;
      }
      LOG.warn(
          "database={} posture could not be looked at: {}",
          DatabaseKey.of(database),
          failure.getMessage());
      found = new Posture(List.of(), List.of(failure.sentence()), false);
    }
    reports.write(database, found);
    return found;
  }

  private static Posture with(Posture found, Optional<String> problem) {
    return problem
        .map(
            sentence ->
                new Posture(
                    found.findings(),
                    Stream.concat(found.unread().stream(), Stream.of(sentence)).toList(),
                    found.complete()))
        .orElse(found);
  }
}
