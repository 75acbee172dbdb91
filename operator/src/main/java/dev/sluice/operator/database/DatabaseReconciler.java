package dev.sluice.operator.database;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseSpec.DeletionPolicy;
import dev.sluice.crds.DatabaseStatus;
import dev.sluice.crds.MaskingPolicy;
import dev.sluice.operator.database.DatabaseConditions.Way;
import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineFactory;
import dev.sluice.operator.engine.Posture;
import dev.sluice.operator.engine.Server;
import dev.sluice.operator.network.NetworkGuard;
import dev.sluice.operator.notice.Notices;
import dev.sluice.policy.plan.Catalogue;
import dev.sluice.policy.plan.DatabaseIdentity;
import dev.sluice.policy.plan.Named;
import dev.sluice.policy.plan.PlanProblem;
import dev.sluice.policy.plan.PolicyCheck;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.polling.PerResourcePollingConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.event.source.polling.PerResourcePollingEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a Database prepared, watched for ways around Sluice, and walled in. */
@Singleton
@ControllerConfiguration(name = "database", finalizerName = "sluice.dev/database")
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public final class DatabaseReconciler implements Reconciler<Database>, Cleaner<Database> {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseReconciler.class);

  private static final String SCHEMA_CHANGED = ", and a change was noted";

  private final DatabaseLinks links;
  private final EngineFactory engines;
  private final Findings findings;
  private final Discovery discovery;
  private final SchemaVersions schemas;
  private final PostureLook postures;
  private final NetworkGuard network;
  private final DatabaseDeletion deletion;
  private final Notices notices;
  private final DatabaseTimes times;
  private final DatabaseConditions conditions;
  private final SimpleInboundEventSource<Database> news =
      new SimpleInboundEventSource<>("findings");
  private InformerEventSource<DatabaseAccess, Database> accesses;
  private InformerEventSource<MaskingPolicy, Database> policies;

  /**
   * A reconciler.
   *
   * @param links reads how a Database is reached
   * @param engines gives what works inside it
   * @param findings what is found out about other resources
   * @param discovery looks into columns
   * @param schemas which tables and columns there were
   * @param postures looks at what is open beside Sluice
   * @param network keeps the wall
   * @param deletion takes a Database back
   * @param notices tells people
   * @param times how often what is done
   * @param clock the time
   */
  @SuppressWarnings("NullAway.Init") // the SDK asks for event sources before anything else
  public DatabaseReconciler(
      DatabaseLinks links,
      EngineFactory engines,
      Findings findings,
      Discovery discovery,
      SchemaVersions schemas,
      PostureLook postures,
      NetworkGuard network,
      DatabaseDeletion deletion,
      Notices notices,
      DatabaseTimes times,
      Clock clock) {
    this.links = links;
    this.engines = engines;
    this.findings = findings;
    this.discovery = discovery;
    this.schemas = schemas;
    this.postures = postures;
    this.network = network;
    this.deletion = deletion;
    this.notices = notices;
    this.times = times;
    this.conditions = new DatabaseConditions(clock);
    findings.onDatabase(key -> news.propagateEvent(key.resource()));
  }

  @Override
  public List<EventSource<?, Database>> prepareEventSources(EventSourceContext<Database> context) {
    accesses =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(DatabaseAccess.class, Database.class)
                .withName("accesses")
                .withSecondaryToPrimaryMapper(access -> Set.of(DatabaseKey.of(access).resource()))
                // How many there are and where is all that matters here.
                .withOnUpdateFilter((now, before) -> false)
                .build(),
            context);
    policies =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(MaskingPolicy.class, Database.class)
                .withName("policies")
                .withSecondaryToPrimaryMapper(
                    policy ->
                        context
                            .getPrimaryCache()
                            .list()
                            .map(ResourceID::fromResource)
                            .collect(Collectors.toSet()))
                .withOnUpdateFilter(
                    (now, before) ->
                        !Objects.equals(
                            now.getMetadata().getGeneration(),
                            before.getMetadata().getGeneration()))
                .build(),
            context);
    var secrets =
        new PerResourcePollingEventSource<String, Database, String>(
            String.class,
            context,
            new PerResourcePollingConfigurationBuilder<String, Database, String>(
                    this::fingerprints, times.retry())
                .withName("secrets")
                .withResourceIDMapper(fingerprint -> fingerprint)
                .build());
    // Apart from the Secrets, which a database that is slow to answer must not hold up.
    var changes =
        new PerResourcePollingEventSource<String, Database, String>(
            String.class,
            context,
            new PerResourcePollingConfigurationBuilder<String, Database, String>(
                    this::changes, times.retry())
                .withName("schemas")
                .withResourceIDMapper(change -> change)
                .build());
    return List.of(accesses, policies, secrets, changes, news);
  }

  @Override
  public UpdateControl<Database> reconcile(Database database, Context<Database> context) {
    Collection<String> namespaces = accessNamespaces(database);
    int count = accesses(database).size();
    try {
      DatabaseLink link = links.read(database);
      DatabaseEngine engine = engines.engine(database.getSpec().engine(), link.connection());
      Server server = engine.prepare();
      for (String mended : server.mended()) {
        LOG.info("database={} mended: {}", DatabaseKey.of(database), mended);
        notices.warning(database, "Prepare", "DriftMended", mended);
      }
      rotate(database, link, engine);
      Discovery.State discovered = discovery.look(database, engine);
      Catalogue catalogue = catalogue(database, engine, discovered);
      List<Way> ways = ways(database, server, catalogue);
      Posture posture = postures.look(database, engine, catalogue);
      posture.findings().stream()
          .filter(Posture.Finding::open)
          .forEach(found -> ways.add(new Way("WayAround", found.sentence())));
      network
          .guard(database, namespaces)
          .ifPresent(problem -> ways.add(new Way("NetworkOpen", problem)));
      int removed = engine.removeExpiredLogins();
      if (removed > 0) {
        LOG.info("database={} expiredLoginsRemoved={}", DatabaseKey.of(database), removed);
      }
      return updated(
          database,
          conditions.ready(database, server, ways, count, discovered, posture),
          discovered == null || discovered.complete() ? times.check() : times.retry());
    } catch (LinkProblem problem) {
      LOG.info("database={} reason={}", DatabaseKey.of(database), problem.reason());
      return updated(database, conditions.unlinked(database, problem, count), times.retry());
    } catch (EngineException failure) {
      LOG.info(
          "database={} reason={} {}",
          DatabaseKey.of(database),
          failure.category(),
          failure.getMessage());
      return updated(database, conditions.failed(database, failure, count), times.retry());
    }
  }

  @Override
  public ErrorStatusUpdateControl<Database> updateErrorStatus(
      Database database, Context<Database> context, Exception failure) {
    LOG.warn("database={} could not be reconciled", DatabaseKey.of(database), failure);
    DatabaseStatus status =
        conditions.faulty(
            database,
            "The operator could not finish: %s. It tries again by itself; its log says more."
                .formatted(failure.getClass().getSimpleName()));
    return status.equals(database.getStatus())
        ? ErrorStatusUpdateControl.noStatusUpdate()
        : ErrorStatusUpdateControl.patchStatus(withStatus(database, status));
  }

  @Override
  public DeleteControl cleanup(Database database, Context<Database> context) {
    DatabaseDeletion.Step step = deletion.step(database, accesses(database));
    if (step.done()) {
      DatabaseKey key = DatabaseKey.of(database);
      findings.forgetPolicies(key);
      discovery.forget(key);
      schemas.forget(key);
      if (database.getSpec().deletionPolicy() != DeletionPolicy.Retain) {
        network.remove(database);
      }
      LOG.info("database={} deleted", key);
      return DeleteControl.defaultDelete();
    }
    DatabaseStatus status =
        conditions.deleting(database, step.reason(), step.message(), accesses(database).size());
    if (!status.equals(database.getStatus())) {
      context.resourceOperations().serverSideApplyPrimaryStatus(withStatus(database, status));
    }
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(step.again().toMillis());
  }

  private void rotate(Database database, DatabaseLink link, DatabaseEngine engine) {
    String word = Objects.requireNonNullElse(database.getSpec().maskKeyRotation(), "");
    String secret = link.maskKey();
    boolean rotated =
        secret == null
            ? !word.isEmpty() && engine.rotateMaskKey(word)
            : engine.useMaskKey(Base64.getDecoder().decode(secret), word);
    if (rotated) {
      LOG.info("database={} maskKeyRotation={}", DatabaseKey.of(database), word);
      notices.normal(
          database,
          "RotateMaskKey",
          "MaskKeyRotated",
          "The key of the masks was made anew for %s: all values of keyed masks have changed."
              .formatted(
                  secret == null
                      ? "spec.maskKeyRotation " + word
                      : "spec.maskKeyRef, spec.maskKeyRotation or the Secret's content"));
    }
  }

  /** What the database holds; whoever has looked into it has read that already. */
  private static Catalogue catalogue(
      Database database, DatabaseEngine engine, Discovery.@Nullable State discovered) {
    Catalogue known = discovered == null ? null : discovered.catalogue();
    return known == null
        ? engine.catalogue(
            Objects.requireNonNull(Objects.requireNonNull(database.getSpec().ceiling()).schemas()))
        : known;
  }

  private List<Way> ways(Database database, Server server, Catalogue catalogue) {
    DatabaseKey key = DatabaseKey.of(database);
    List<Way> ways = new ArrayList<>();
    server.exposures().forEach(found -> ways.add(new Way("WayAround", found.sentence())));
    findings.exposures(key).stream()
        .filter(found -> !server.exposures().contains(found))
        .forEach(found -> ways.add(new Way("WayAround", found.sentence())));
    var identity = DatabaseKey.identity(database);
    PolicyCheck.classifications(identity, database.getSpec(), catalogue)
        .forEach(problem -> ways.add(new Way(problem.reason(), problem.sentence())));
    look(database, identity, catalogue);
    return ways;
  }

  private void look(Database database, DatabaseIdentity identity, Catalogue catalogue) {
    Map<String, String> versions = new TreeMap<>();
    List<PlanProblem> problems = new ArrayList<>();
    policies
        .list()
        .filter(policy -> policy.getMetadata().getDeletionTimestamp() == null)
        .forEach(
            policy -> {
              String name = policy.getMetadata().getName();
              versions.put(name, Findings.version(policy));
              problems.addAll(
                  PolicyCheck.maskingPolicy(
                      new Named<>(name, policy.getSpec()),
                      identity,
                      database.getSpec(),
                      catalogue));
            });
    Set<String> schemas = new TreeSet<>(catalogue.schemas());
    catalogue.relations().keySet().forEach(relation -> schemas.add(relation.schema()));
    findings.policies(DatabaseKey.of(database), new Findings.Looked(versions, schemas, problems));
  }

  private List<DatabaseAccess> accesses(Database database) {
    DatabaseKey key = DatabaseKey.of(database);
    return accesses.list().filter(access -> DatabaseKey.of(access).equals(key)).toList();
  }

  private Collection<String> accessNamespaces(Database database) {
    return accesses(database).stream()
        .map(access -> access.getMetadata().getNamespace())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Set<String> fingerprints(Database database) {
    try {
      return Set.of(links.read(database).fingerprint());
    } catch (LinkProblem problem) {
      return Set.of(problem.sentence());
    }
  }

  private Set<String> changes(Database database) {
    DatabaseKey key = DatabaseKey.of(database);
    try {
      DatabaseEngine engine =
          engines.engine(database.getSpec().engine(), links.read(database).connection());
      return Set.of(
          schemas.look(
              key,
              () ->
                  discovery.isWatched(key) && engine.schemaChanged()
                      ? engine.schemaVersion() + SCHEMA_CHANGED
                      : engine.schemaVersion()));
    } catch (LinkProblem | EngineException problem) {
      // Who looks at the Database next will tell.
      return Set.of(schemas.last(key));
    }
  }

  private static UpdateControl<Database> updated(
      Database database, DatabaseStatus status, Duration again) {
    UpdateControl<Database> control =
        status.equals(database.getStatus())
            ? UpdateControl.noUpdate()
            : UpdateControl.patchStatus(withStatus(database, status));
    return control.rescheduleAfter(again);
  }

  private static Database withStatus(Database database, DatabaseStatus status) {
    Database patch = new Database();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(database.getMetadata().getName())
            .withNamespace(database.getMetadata().getNamespace())
            .build());
    patch.setStatus(status);
    return patch;
  }
}
