package dev.sluice.operator.access;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseSpec.DeletionPolicy;
import dev.sluice.crds.DatabaseSpec.OnRevoke;
import dev.sluice.operator.database.DatabaseKey;
import dev.sluice.operator.database.DatabaseLinks;
import dev.sluice.operator.database.DatabaseTimes;
import dev.sluice.operator.database.Deletions;
import dev.sluice.operator.database.Findings;
import dev.sluice.operator.database.LinkProblem;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineFactory;
import dev.sluice.operator.engine.Revoked;
import dev.sluice.operator.notice.Notices;
import dev.sluice.policy.bundle.Bundle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes an access back, one step at a time: gates are told, then roles, views and privileges go.
 * Ends after the grace at the latest: what stays behind then is told in an Event.
 */
public final class AccessDeletion {
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final String ACTION = "Delete";

  private final DatabaseLinks links;
  private final EngineFactory engines;
  private final AccessDirectory directory;
  private final Findings findings;
  private final Notices notices;
  private final DatabaseTimes times;
  private final Clock clock;

  /**
   * A way to take accesses back.
   *
   * @param links reads how a Database is reached
   * @param engines gives what works inside it
   * @param directory tells gates
   * @param findings takes that nothing is open any more
   * @param notices tells people
   * @param times how long it waits
   * @param clock the time
   */
  public AccessDeletion(
      DatabaseLinks links,
      EngineFactory engines,
      AccessDirectory directory,
      Findings findings,
      Notices notices,
      DatabaseTimes times,
      Clock clock) {
    this.links = links;
    this.engines = engines;
    this.directory = directory;
    this.findings = findings;
    this.notices = notices;
    this.times = times;
    this.clock = clock;
  }

  /**
   * Does what can be done now.
   *
   * @param access the access, which is being deleted
   * @param database its Database; null: there is none any more
   * @return how far it is
   */
  Step step(DatabaseAccess access, @Nullable Database database) {
    String name = AccessNames.key(access);
    directory.end(
        name, AccessNames.serviceAccounts(access), "The DatabaseAccess " + name + " was deleted.");
    findings.exposures(DatabaseKey.of(access), name, List.of());
    if (database == null && wasNeverGiven(access)) {
      return Step.DONE;
    }
    if (database == null) {
      notices.normal(
          access,
          ACTION,
          "DatabaseGone",
          "The Database is gone: what it left in the server, its own deletion has told.");
      return Step.DONE;
    }
    Instant end =
        database.getSpec().deletionPolicy() == DeletionPolicy.Retain
            ? Instant.MIN
            : Deletions.end(access, times.grace());
    boolean overdue = !clock.instant().isBefore(end);
    try {
      Revoked revoked =
          engines
              .engine(database.getSpec().engine(), links.read(database).connection())
              .revoke(AccessNames.identity(access), revocation(access, database));
      return revoked.complete()
          ? Step.DONE
          : new Step(
              false,
              "StatementsRunning",
              "%d statements still run; nothing new can begin."
                  .formatted(revoked.runningStatements()),
              SOON);
    } catch (LinkProblem problem) {
      return later(access, problem.reason(), problem.sentence(), overdue, end);
    } catch (EngineException failure) {
      return later(access, failure.category().name(), failure.sentence(), overdue, end);
    }
  }

  private Bundle.Revocation revocation(DatabaseAccess access, Database database) {
    boolean waitedLongEnough = !clock.instant().isBefore(Deletions.end(access, times.grace()));
    return waitedLongEnough || database.getSpec().onRevoke() == OnRevoke.Terminate
        ? Bundle.Revocation.TERMINATE
        : Bundle.Revocation.FINISH_STATEMENT;
  }

  private Step later(
      DatabaseAccess access, String reason, String sentence, boolean overdue, Instant end) {
    if (wasNeverGiven(access)) {
      return Step.DONE;
    }
    if (overdue) {
      notices.warning(
          access,
          ACTION,
          "LeftBehind",
          "Role %s with its logins and views stays in the database, which could not be used: %s"
              .formatted(role(access), sentence));
      return Step.DONE;
    }
    return new Step(
        false,
        reason,
        "%s The DatabaseAccess is deleted at %s all the same; its logins expire by themselves."
            .formatted(sentence, end),
        times.retry());
  }

  private static boolean wasNeverGiven(DatabaseAccess access) {
    return access.getStatus() == null || access.getStatus().role() == null;
  }

  private static String role(DatabaseAccess access) {
    return access.getStatus() == null ? "" : String.valueOf(access.getStatus().role());
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
