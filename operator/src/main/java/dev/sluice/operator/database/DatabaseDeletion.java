package dev.sluice.operator.database;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseAccessStatus;
import dev.sluice.crds.DatabaseSpec.DeletionPolicy;
import dev.sluice.crds.DatabaseSpec.OnRevoke;
import dev.sluice.crds.DatabaseStatus;
import dev.sluice.operator.access.AccessDirectory;
import dev.sluice.operator.access.AccessNames;
import dev.sluice.operator.condition.Conditions;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineFactory;
import dev.sluice.operator.engine.Released;
import dev.sluice.operator.notice.Notices;
import dev.sluice.policy.bundle.Bundle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Takes back all that Sluice made in a database, one step at a time. Ends after the grace at the
 * latest: what stays behind then is told in an Event.
 */
public final class DatabaseDeletion {
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final String ACTION = "Delete";

  private final DatabaseLinks links;
  private final EngineFactory engines;
  private final AccessDirectory directory;
  private final Notices notices;
  private final DatabaseTimes times;
  private final Clock clock;

  /**
   * A way to take Databases back.
   *
   * @param links reads how a Database is reached
   * @param engines gives what works inside it
   * @param directory tells gates
   * @param notices tells people
   * @param times how long it waits
   * @param clock the time
   */
  public DatabaseDeletion(
      DatabaseLinks links,
      EngineFactory engines,
      AccessDirectory directory,
      Notices notices,
      DatabaseTimes times,
      Clock clock) {
    this.links = links;
    this.engines = engines;
    this.directory = directory;
    this.notices = notices;
    this.times = times;
    this.clock = clock;
  }

  /**
   * Does what can be done now.
   *
   * @param database the Database, which is being deleted
   * @param accesses those that refer to it
   * @return how far it is
   */
  Step step(Database database, List<DatabaseAccess> accesses) {
    DatabaseKey key = DatabaseKey.of(database);
    accesses.forEach(
        access ->
            directory.end(
                AccessNames.key(access),
                AccessNames.serviceAccounts(access),
                "The Database %s was deleted.".formatted(key)));
    if (database.getSpec().deletionPolicy() == DeletionPolicy.Retain) {
      notices.warning(
          database,
          ACTION,
          "Retained",
          "By spec.deletionPolicy the roles, views and privileges of %d accesses and schema sluice stay in the database."
              .formatted(accesses.size()));
      return Step.DONE;
    }
    Instant end = Deletions.end(database, times.grace());
    boolean overdue = !clock.instant().isBefore(end);
    long unaware = accesses.stream().filter(access -> !isAware(access)).count();
    if (unaware > 0 && !overdue) {
      return new Step(
          false, "AccessesEnding", "%d accesses have yet to end.".formatted(unaware), SOON);
    }
    try {
      return takeBack(database, accesses, overdue);
    } catch (LinkProblem problem) {
      return later(database, problem.reason(), problem.sentence(), overdue, end);
    } catch (EngineException failure) {
      return later(database, failure.category().name(), failure.sentence(), overdue, end);
    }
  }

  /**
   * Whether nothing gives an access any more. One that is being given while its Database is deleted
   * would come back after it was taken.
   */
  private static boolean isAware(DatabaseAccess access) {
    DatabaseAccessStatus status = access.getStatus();
    return access.getMetadata().getDeletionTimestamp() != null
        || (status != null
            && status.conditions() != null
            && status.conditions().stream()
                .anyMatch(
                    condition ->
                        Conditions.READY.equals(condition.getType())
                            && Deletions.DATABASE_DELETED.equals(condition.getReason())));
  }

  private Step takeBack(Database database, List<DatabaseAccess> accesses, boolean overdue)
      throws LinkProblem {
    DatabaseEngine engine =
        engines.engine(database.getSpec().engine(), links.read(database).connection());
    Bundle.Revocation revocation =
        overdue || database.getSpec().onRevoke() == OnRevoke.Terminate
            ? Bundle.Revocation.TERMINATE
            : Bundle.Revocation.FINISH_STATEMENT;
    int running = 0;
    boolean complete = true;
    for (DatabaseAccess access : accesses) {
      var revoked = engine.revoke(AccessNames.identity(access), revocation);
      complete &= revoked.complete();
      running += revoked.runningStatements();
    }
    if (!complete) {
      return new Step(
          false, "StatementsRunning", "%d statements still run.".formatted(running), SOON);
    }
    Released released = engine.release();
    if (!released.complete()) {
      notices.normal(database, ACTION, "PartlyRemoved", String.join(" ", released.remaining()));
    }
    return Step.DONE;
  }

  private Step later(
      Database database, String reason, String sentence, boolean overdue, Instant end) {
    if (wasNeverReached(database)) {
      return Step.DONE;
    }
    if (overdue) {
      notices.warning(
          database,
          ACTION,
          "LeftBehind",
          "Roles whose names begin with sluice_, their views and schema sluice stay in the"
              + " database, which could not be used: "
              + sentence);
      return Step.DONE;
    }
    return new Step(
        false,
        reason,
        "%s The Database is deleted at %s all the same; spec.deletionPolicy: Retain does it now."
            .formatted(sentence, end),
        times.retry());
  }

  private static boolean wasNeverReached(Database database) {
    DatabaseStatus status = database.getStatus();
    return status == null || status.serverVersion() == null;
  }

  /**
   * How far a deletion is.
   *
   * @param done whether nothing remains to be done
   * @param reason why it is not, one word in CamelCase
   * @param message the same for a person
   * @param again when to go on
   */
  record Step(boolean done, String reason, String message, Duration again) {
    static final Step DONE = new Step(true, "", "", Duration.ZERO);
  }
}
