package dev.sluice.operator.database;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseStatus;
import dev.sluice.operator.condition.Conditions;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.Server;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the status of a Database. */
final class DatabaseConditions {
  private static final String REACHABLE = "Reachable";
  private static final String GOVERNED = "Governed";
  private static final int SHOWN = 5;

  private final Clock clock;

  DatabaseConditions(Clock clock) {
    this.clock = clock;
  }

  DatabaseStatus ready(Database database, Server server, List<Way> ways, int accesses) {
    Conditions conditions =
        conditions(database)
            .yes(
                Conditions.READY,
                "Prepared",
                "PostgreSQL %s at %s:%d is ready to give accesses."
                    .formatted(server.version(), server.primary().host(), server.primary().port()))
            .yes(
                REACHABLE,
                "Connected",
                "%s:%d answers.".formatted(server.primary().host(), server.primary().port()));
    if (ways.isEmpty()) {
      conditions.yes(GOVERNED, "NoWayAroundFound", "No way around was found.");
    } else {
      conditions.no(GOVERNED, ways.getFirst().reason(), sentences(ways));
    }
    return status(database, conditions, server.version(), accesses);
  }

  DatabaseStatus failed(Database database, EngineException failure, int accesses) {
    EngineException.Category category = failure.category();
    String reason = category.name();
    Conditions conditions =
        conditions(database).notReady(reason, failure.sentence(), category.passing());
    switch (category) {
      case Unreachable, NoPrimary, CertificateNotTrusted, AuthenticationFailed, DatabaseNotFound ->
          conditions.no(REACHABLE, reason, failure.sentence());
      case UnsupportedVersion, InsufficientRights, PlanRefused, AccessNotFound, ServerError ->
          conditions.yes(REACHABLE, "Connected", "The server answers.");
    }
    conditions.unknown(GOVERNED, reason, "Not looked at: the Database is not ready.");
    return status(database, conditions, version(database), accesses);
  }

  DatabaseStatus unlinked(Database database, LinkProblem problem, int accesses) {
    Conditions conditions =
        conditions(database)
            .notReady(problem.reason(), problem.sentence(), false)
            .unknown(REACHABLE, problem.reason(), "No connection was tried.")
            .unknown(GOVERNED, problem.reason(), "Not looked at: the Database is not ready.");
    return status(database, conditions, version(database), accesses);
  }

  DatabaseStatus faulty(Database database, String message) {
    Conditions conditions =
        conditions(database)
            .notReady("ControlPlaneFault", message, true)
            .unknown(REACHABLE, "ControlPlaneFault", "Not known.")
            .unknown(GOVERNED, "ControlPlaneFault", "Not known.");
    DatabaseStatus before = database.getStatus();
    Integer accesses = before == null ? null : before.accesses();
    return status(database, conditions, version(database), accesses == null ? 0 : accesses);
  }

  DatabaseStatus deleting(Database database, String reason, String message, int accesses) {
    Conditions conditions =
        conditions(database)
            .notReady(reason, message, true)
            .unknown(REACHABLE, reason, "The Database is being deleted.")
            .unknown(GOVERNED, reason, "The Database is being deleted.");
    return status(database, conditions, version(database), accesses);
  }

  private Conditions conditions(Database database) {
    DatabaseStatus before = database.getStatus();
    return new Conditions(
        before == null || before.conditions() == null ? List.of() : before.conditions(),
        database.getMetadata().getGeneration(),
        clock);
  }

  private static DatabaseStatus status(
      Database database, Conditions conditions, @Nullable String version, int accesses) {
    return new DatabaseStatus(
        conditions.list(), database.getMetadata().getGeneration(), version, accesses);
  }

  private static @Nullable String version(Database database) {
    DatabaseStatus before = database.getStatus();
    return before == null ? null : before.serverVersion();
  }

  private static String sentences(List<Way> ways) {
    String shown = ways.stream().limit(SHOWN).map(Way::sentence).collect(Collectors.joining(" "));
    return ways.size() <= SHOWN ? shown : "%s And %d more.".formatted(shown, ways.size() - SHOWN);
  }

  /**
   * A way around Sluice.
   *
   * @param reason one word in CamelCase
   * @param sentence what is open and what closes it
   */
  record Way(String reason, String sentence) {}
}
