package dev.sluice.operator.access;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.DatabaseSpec.DiscoveryMode;
import dev.sluice.crds.DatabaseSpec.OnRevoke;
import dev.sluice.operator.access.AccessDirectory.Grant;
import dev.sluice.operator.access.AccessDirectory.State;
import dev.sluice.operator.database.DatabaseKey;
import dev.sluice.operator.database.DatabaseLink;
import dev.sluice.operator.database.DatabaseLinks;
import dev.sluice.operator.database.Deletions;
import dev.sluice.operator.database.Findings;
import dev.sluice.operator.database.LinkProblem;
import dev.sluice.operator.database.SchemaVersions;
import dev.sluice.operator.engine.Applied;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineFactory;
import dev.sluice.operator.notice.Notices;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.EvidencePolicy;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlanner;
import dev.sluice.policy.plan.BundleCompiler;
import dev.sluice.policy.plan.Catalogue;
import dev.sluice.policy.plan.PlanProblem;
import dev.sluice.policy.plan.PlanRequest;
import dev.sluice.policy.plan.PlanResult;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans an access, makes the database so, and tells the gates. */
public final class AccessGiver {
  private static final Logger LOG = LoggerFactory.getLogger(AccessGiver.class);

  private final DatabaseLinks links;
  private final EngineFactory engines;
  private final AccessDirectory directory;
  private final Findings findings;
  private final SchemaVersions schemas;
  private final Notices notices;
  private final Clock clock;

  /**
   * A giver.
   *
   * @param links reads how a Database is reached
   * @param engines gives what works inside it
   * @param directory tells gates
   * @param findings takes what an access opens
   * @param schemas which tables and columns there were
   * @param notices tells people
   * @param clock the time
   */
  public AccessGiver(
      DatabaseLinks links,
      EngineFactory engines,
      AccessDirectory directory,
      Findings findings,
      SchemaVersions schemas,
      Notices notices,
      Clock clock) {
    this.links = links;
    this.engines = engines;
    this.directory = directory;
    this.findings = findings;
    this.schemas = schemas;
    this.notices = notices;
    this.clock = clock;
  }

  /**
   * Gives an access as its resources say. Where that cannot be, what was given before stays: as
   * much of it as the Database permits, with the masks of now.
   *
   * @param access the access
   * @param surroundings what it depends on
   * @return what became of it
   */
  Given give(DatabaseAccess access, Surroundings surroundings) {
    DatabaseKey key = DatabaseKey.of(access);
    Database database = surroundings.database();
    if (isOver(access)) {
      // Gates need no Database to end it, whatever state that is in.
      directory.end(
          AccessNames.key(access),
          AccessNames.serviceAccounts(access),
          "The DatabaseAccess " + AccessNames.key(access) + " has expired.");
    }
    if (database == null) {
      return failed(
          access,
          "DatabaseNotFound",
          "spec.databaseRef: there is no Database %s. Create it, or refer to one that exists."
              .formatted(key));
    }
    if (database.getMetadata().getDeletionTimestamp() != null) {
      return failed(
          access,
          Deletions.DATABASE_DELETED,
          "spec.databaseRef: Database %s is being deleted. Delete this access too, or create the Database again."
              .formatted(key));
    }
    if (!AccessTriggers.isReady(database)) {
      return failed(
          access,
          "DatabaseNotReady",
          "Database %s is not ready: see kubectl -n %s describe database %s."
              .formatted(key, key.namespace(), key.name()));
    }
    try {
      DatabaseLink link = links.read(database);
      DatabaseEngine engine = engines.engine(database.getSpec().engine(), link.connection());
      return isOver(access)
          ? end(access, database, engine)
          : plan(access, surroundings, database, link, engine);
    } catch (LinkProblem problem) {
      return failed(access, problem.reason(), "Database %s: %s".formatted(key, problem.sentence()));
    } catch (EngineException failure) {
      LOG.info(
          "access={} reason={} {}",
          AccessNames.key(access),
          failure.category(),
          failure.getMessage());
      refuse(access, failure.sentence());
      return new Given.Failed(
          failure.category().name(), failure.sentence(), failure.category().passing(), null);
    }
  }

  private Given plan(
      DatabaseAccess access,
      Surroundings surroundings,
      Database database,
      DatabaseLink link,
      DatabaseEngine engine) {
    // Before anything is read, so that a change from now on is told.
    schemas.begin(DatabaseKey.of(database), engine::schemaVersion);
    var ceiling = Objects.requireNonNull(database.getSpec().ceiling());
    Catalogue catalogue = engine.catalogue(Objects.requireNonNull(ceiling.schemas()));
    PlanRequest request =
        new PlanRequest(
            AccessNames.identity(access),
            access.getSpec(),
            surroundings.namespaceLabels(),
            DatabaseKey.identity(database),
            database.getSpec(),
            surroundings.maskingPolicies(),
            surroundings.guardrailPolicies(),
            catalogue,
            clock.instant(),
            DatabaseSpec.Discovery.of(database.getSpec()).mode() == DiscoveryMode.Enforce
                ? engine.observed(catalogue)
                : List.of());
    Bundle.Target target =
        link.target(database.getSpec().engine().name(), catalogue.serverVersion());
    return switch (AccessPlanner.plan(request)) {
      case PlanResult.Planned planned -> {
        try {
          yield apply(access, database, planned.plan(), target, link.evidence(), engine);
        } catch (EngineException refused) {
          if (refused.category() != EngineException.Category.PlanRefused) {
            throw refused;
          }
          yield new Given.Failed(
              refused.category().name(),
              refused.sentence(),
              false,
              keep(access, database, request, refused.sentence(), target, link.evidence(), engine));
        }
      }
      case PlanResult.Rejected rejected -> {
        List<PlanProblem> own =
            rejected.problems().stream()
                .filter(problem -> problem.kind() == PlanProblem.Kind.DatabaseAccess)
                .toList();
        List<PlanProblem> told = own.isEmpty() ? rejected.problems() : own;
        String message = told.getFirst().sentence();
        yield new Given.Rejected(
            told, keep(access, database, request, message, target, link.evidence(), engine));
      }
    };
  }

  /**
   * Keeps what was given before, within the limits and with the masks of now.
   *
   * @return what stays; null where nothing was given
   */
  private @Nullable Kept keep(
      DatabaseAccess access,
      Database database,
      PlanRequest request,
      String message,
      Bundle.Target target,
      EvidencePolicy evidence,
      DatabaseEngine engine) {
    String name = AccessNames.key(access);
    DatabaseAccessSpec given = engine.given(request.access()).orElse(null);
    if (given == null) {
      refuse(access, message);
      return null;
    }
    Applied applied = engine.keep(AccessPlanner.keep(request.with(given)));
    tell(access, database, applied);
    AccessPlan plan = applied.plan();
    Bundle bundle = BundleCompiler.compile(plan, target, evidence);
    directory.keep(name, AccessNames.serviceAccounts(access), message, bundle);
    return new Kept(plan, bundle.revision(), engine.podsWithLogin(plan.access()), applied.closed());
  }

  private void tell(DatabaseAccess access, Database database, Applied applied) {
    String name = AccessNames.key(access);
    for (String mended : applied.mended()) {
      LOG.info("access={} mended: {}", name, mended);
      notices.warning(access, "Apply", "DriftMended", mended);
    }
    findings.exposures(DatabaseKey.of(database), name, applied.exposures());
  }

  private Given apply(
      DatabaseAccess access,
      Database database,
      AccessPlan planned,
      Bundle.Target target,
      EvidencePolicy evidence,
      DatabaseEngine engine) {
    String name = AccessNames.key(access);
    Applied applied = engine.apply(planned);
    tell(access, database, applied);
    AccessPlan plan = applied.plan();
    Bundle bundle = BundleCompiler.compile(plan, target, evidence);
    Grant before = directory.find(name);
    Bundle bundleBefore = before == null ? null : before.bundle();
    if (bundleBefore == null || !bundleBefore.revision().equals(bundle.revision())) {
      LOG.info("access={} role={} revision={} in force", name, plan.role(), bundle.revision());
    }
    directory.publish(
        new Grant(
            name, AccessNames.serviceAccounts(access), new State.Ready(bundle, plan, engine)));
    return new Given.InForce(plan, bundle.revision(), engine.podsWithLogin(plan.access()));
  }

  private Given end(DatabaseAccess access, Database database, DatabaseEngine engine) {
    String name = AccessNames.key(access);
    String message =
        "spec.expiresAt: the access ended at %s. Set a later time, or delete the DatabaseAccess."
            .formatted(Objects.requireNonNull(access.getSpec().expiresAt()).toInstant());
    findings.exposures(DatabaseKey.of(database), name, List.of());
    var revoked =
        engine.revoke(
            AccessNames.identity(access),
            database.getSpec().onRevoke() == OnRevoke.Terminate
                ? Bundle.Revocation.TERMINATE
                : Bundle.Revocation.FINISH_STATEMENT);
    return new Given.Ended("Expired", message, revoked.complete());
  }

  private boolean isOver(DatabaseAccess access) {
    ZonedDateTime expiresAt = access.getSpec().expiresAt();
    Instant now = clock.instant();
    return expiresAt != null && !now.isBefore(expiresAt.toInstant());
  }

  private Given failed(DatabaseAccess access, String reason, String message) {
    refuse(access, message);
    return new Given.Failed(reason, message, true, null);
  }

  private void refuse(DatabaseAccess access, String message) {
    if (!isOver(access)) {
      directory.refuse(AccessNames.key(access), AccessNames.serviceAccounts(access), message);
    }
  }

  /**
   * What stays of an access that cannot be given as it is written now.
   *
   * @param plan how
   * @param revision of the bundle
   * @param sessions gates that hold a credential
   * @param closed what shows no rows, a sentence each without a full stop
   */
  record Kept(AccessPlan plan, String revision, int sessions, List<String> closed) {
    /** An immutable copy. */
    Kept {
      closed = List.copyOf(closed);
    }
  }

  /** What became of an access. */
  sealed interface Given {
    /**
     * It is in force.
     *
     * @param plan how
     * @param revision of the bundle
     * @param sessions gates that hold a credential
     */
    record InForce(AccessPlan plan, String revision, int sessions) implements Given {}

    /**
     * It cannot be given as it is written.
     *
     * @param problems why
     * @param kept what stays of what was given before; null: nothing was given
     */
    record Rejected(List<PlanProblem> problems, @Nullable Kept kept) implements Given {}

    /**
     * It could not be given now.
     *
     * @param reason one word in CamelCase
     * @param message for a person
     * @param passing whether a later try may succeed by itself
     * @param kept what stays of what was given before, where that is known
     */
    record Failed(String reason, String message, boolean passing, @Nullable Kept kept)
        implements Given {}

    /**
     * Its time is over.
     *
     * @param reason one word in CamelCase
     * @param message for a person
     * @param complete whether nothing of it is left in the database
     */
    record Ended(String reason, String message, boolean complete) implements Given {}
  }
}
