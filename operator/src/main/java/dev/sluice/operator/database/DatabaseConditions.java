package dev.sluice.operator.database;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.DatabaseSpec.DiscoveryMode;
import dev.sluice.crds.DatabaseStatus;
import dev.sluice.operator.condition.Conditions;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.Posture;
import dev.sluice.operator.engine.Server;
import dev.sluice.policy.discovery.ClassSuggestion;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import dev.sluice.policy.plan.PendingClassification;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the status of a Database. */
final class DatabaseConditions {
  private static final String REACHABLE = "Reachable";
  private static final String GOVERNED = "Governed";
  private static final String PENDING = "PendingClassification";
  private static final String NOT_EXAMINED = "NotExamined";
  private static final int SHOWN = 5;

  private final Clock clock;

  DatabaseConditions(Clock clock) {
    this.clock = clock;
  }

  DatabaseStatus ready(
      Database database,
      Server server,
      List<Way> ways,
      int accesses,
      Discovery.@Nullable State discovered,
      Posture posture) {
    DatabaseStatus status = ready(database, server, ways, accesses, discovered, posture.complete());
    return new DatabaseStatus(
        status.conditions(),
        status.observedGeneration(),
        status.serverVersion(),
        status.accesses(),
        status.suggestionsTotal(),
        status.suggestions(),
        new DatabaseStatus.Posture(
            posture.findings().size(),
            posture.findings().stream()
                .limit(DatabaseStatus.MOST_FINDINGS)
                .map(
                    each ->
                        new DatabaseStatus.Finding(
                            each.kind().name(),
                            each.object(),
                            each.message(),
                            each.remedy(),
                            each.open()))
                .toList(),
            posture.unread()));
  }

  private DatabaseStatus ready(
      Database database,
      Server server,
      List<Way> ways,
      int accesses,
      Discovery.@Nullable State discovered,
      boolean complete) {
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
    if (ways.isEmpty() && !complete) {
      conditions.unknown(
          GOVERNED,
          "NotLookedAt",
          "No way around was found, but not all could be looked at: status.posture.unread says"
              + " what.");
    } else if (ways.isEmpty()) {
      conditions.yes(GOVERNED, "NoWayAroundFound", "No way around was found.");
    } else {
      conditions.no(GOVERNED, ways.getFirst().reason(), sentences(ways));
    }
    if (discovered == null) {
      return status(database, conditions, server.version(), accesses);
    }
    PendingClassification pending = discovered.pending();
    if (pending == null) {
      conditions.unknown(PENDING, "NotLookedInto", String.join(" ", discovered.problems()));
      return withSuggestions(database, conditions, server.version(), accesses);
    }
    pending(conditions, discovered, pending);
    List<ClassSuggestion> suggestions = pending.suggestions();
    return new DatabaseStatus(
        conditions.list(),
        database.getMetadata().getGeneration(),
        server.version(),
        accesses,
        suggestions.size(),
        suggestions.stream()
            .limit(DatabaseStatus.MOST_SUGGESTIONS)
            .map(
                each ->
                    new DatabaseStatus.Suggestion(
                        each.relation().toString(),
                        each.column(),
                        each.dataClass(),
                        each.confidence(),
                        each.looked(),
                        each.found()))
            .toList(),
        posture(database));
  }

  private static void pending(
      Conditions conditions, Discovery.State discovered, PendingClassification pending) {
    List<ClassSuggestion> suggestions = pending.suggestions();
    List<ColumnName> unexamined = pending.unexamined();
    boolean enforced = discovered.mode() == DiscoveryMode.Enforce;
    List<String> told = new ArrayList<>();
    if (!suggestions.isEmpty()) {
      told.add(
          "%d columns have a proposed class: %s. %s Decide by writing the class, or none, into spec.classifications."
              .formatted(
                  suggestions.size(),
                  shown(
                      suggestions.stream()
                          .map(
                              each ->
                                  "%s.%s (%s, %d %%)"
                                      .formatted(
                                          each.relation(),
                                          each.column(),
                                          each.dataClass(),
                                          each.confidence()))
                          .toList()),
                  enforced ? "It holds until somebody decides." : "It does not hold yet."));
    }
    if (!unexamined.isEmpty()) {
      told.add(
          "%d columns were not looked into yet%s: %s."
              .formatted(
                  unexamined.size(),
                  enforced ? ", so governed roles do not see them" : "",
                  shown(
                      unexamined.stream()
                          .map(each -> "%s.%s".formatted(each.relation(), each.column()))
                          .toList())));
    }
    discovered.problems().stream().limit(SHOWN).forEach(told::add);
    String message = String.join(" ", told);
    if (!suggestions.isEmpty()) {
      conditions.yes(PENDING, "ClassesProposed", message);
    } else if (unexamined.isEmpty()) {
      conditions.no(
          PENDING,
          "NothingPending",
          message.isEmpty() ? "No column waits for somebody to decide." : message);
    } else if (enforced) {
      conditions.yes(PENDING, NOT_EXAMINED, message);
    } else {
      conditions.unknown(PENDING, NOT_EXAMINED, message);
    }
  }

  private static String shown(List<String> names) {
    String first = names.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return names.size() <= SHOWN ? first : "%s and %d more".formatted(first, names.size() - SHOWN);
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
    boolean looked =
        suggested(database) != null
            && DatabaseSpec.Discovery.of(database.getSpec()).mode() != DiscoveryMode.Off;
    if (looked) {
      conditions.unknown(PENDING, "NotLookedAt", "Not looked at: the Database is not ready.");
      return withSuggestions(database, conditions, version, accesses);
    }
    return new DatabaseStatus(
        conditions.list(),
        database.getMetadata().getGeneration(),
        version,
        accesses,
        null,
        List.of(),
        posture(database));
  }

  /** What was proposed before is still to be decided. */
  private static DatabaseStatus withSuggestions(
      Database database, Conditions conditions, @Nullable String version, int accesses) {
    DatabaseStatus before = database.getStatus();
    return new DatabaseStatus(
        conditions.list(),
        database.getMetadata().getGeneration(),
        version,
        accesses,
        suggested(database),
        before == null ? List.of() : before.suggestions(),
        posture(database));
  }

  /** What was found last stays to be read, until somebody can look again. */
  private static DatabaseStatus.@Nullable Posture posture(Database database) {
    DatabaseStatus before = database.getStatus();
    return before == null ? null : before.posture();
  }

  private static @Nullable Integer suggested(Database database) {
    DatabaseStatus before = database.getStatus();
    return before == null ? null : before.suggestionsTotal();
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
