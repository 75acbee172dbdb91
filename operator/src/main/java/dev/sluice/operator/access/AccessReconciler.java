package dev.sluice.operator.access;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseAccessStatus;
import dev.sluice.crds.GuardrailPolicy;
import dev.sluice.crds.MaskingPolicy;
import dev.sluice.operator.access.AccessGiver.Given;
import dev.sluice.operator.database.DatabaseKey;
import dev.sluice.operator.database.DatabaseTimes;
import dev.sluice.operator.database.Discoveries;
import dev.sluice.operator.database.SchemaVersions;
import dev.sluice.operator.tls.TrustDistribution;
import dev.sluice.policy.plan.CompiledGuardrails;
import dev.sluice.policy.plan.Named;
import dev.sluice.resources.condition.GuardrailRules;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
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
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a DatabaseAccess in force as its resources say, and tells what stands in the way. */
@Singleton
@ControllerConfiguration(name = "databaseaccess", finalizerName = "sluice.dev/databaseaccess")
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public final class AccessReconciler implements Reconciler<DatabaseAccess>, Cleaner<DatabaseAccess> {
  private static final Logger LOG = LoggerFactory.getLogger(AccessReconciler.class);
  private static final Duration AT_LEAST = Duration.ofMillis(100);

  private final AccessGiver giver;
  private final AccessDeletion deletion;
  private final TrustDistribution trust;
  private final GuardrailRules guardrails;
  private final Discoveries discoveries;
  private final SchemaVersions schemas;
  private final SimpleInboundEventSource<DatabaseAccess> news =
      new SimpleInboundEventSource<>("findings");
  private final DatabaseTimes times;
  private final Clock clock;
  private final AccessConditions conditions;
  private InformerEventSource<Database, DatabaseAccess> databases;
  private InformerEventSource<MaskingPolicy, DatabaseAccess> maskingPolicies;
  private InformerEventSource<GuardrailPolicy, DatabaseAccess> guardrailPolicies;
  private InformerEventSource<Namespace, DatabaseAccess> namespaces;

  /**
   * A reconciler.
   *
   * @param giver gives accesses
   * @param deletion takes them back
   * @param trust tells gates whom to trust
   * @param guardrails reads the rules of policies
   * @param discoveries what is found of columns
   * @param schemas which tables and columns there were
   * @param times how often what is done
   * @param clock the time
   */
  @SuppressWarnings("NullAway.Init") // the SDK asks for event sources before anything else
  public AccessReconciler(
      AccessGiver giver,
      AccessDeletion deletion,
      TrustDistribution trust,
      GuardrailRules guardrails,
      Discoveries discoveries,
      SchemaVersions schemas,
      DatabaseTimes times,
      Clock clock) {
    this.giver = giver;
    this.deletion = deletion;
    this.trust = trust;
    this.guardrails = guardrails;
    this.discoveries = discoveries;
    this.schemas = schemas;
    this.times = times;
    this.clock = clock;
    this.conditions = new AccessConditions(clock);
  }

  @Override
  public List<EventSource<?, DatabaseAccess>> prepareEventSources(
      EventSourceContext<DatabaseAccess> context) {
    databases =
        source(
            Database.class,
            context,
            database -> {
              DatabaseKey key = DatabaseKey.of(database);
              return access -> DatabaseKey.of(access).equals(key);
            },
            AccessTriggers::database);
    maskingPolicies =
        source(MaskingPolicy.class, context, policy -> access -> true, AccessTriggers::spec);
    guardrailPolicies =
        source(GuardrailPolicy.class, context, policy -> access -> true, AccessTriggers::spec);
    namespaces =
        source(
            Namespace.class,
            context,
            namespace ->
                access -> namespace.getMetadata().getName().equals(AccessNames.namespace(access)),
            AccessTriggers::labels);
    Consumer<DatabaseKey> concerned =
        key ->
            concerned(context, access -> DatabaseKey.of(access).equals(key))
                .forEach(news::propagateEvent);
    discoveries.onChange(concerned);
    schemas.onChange(concerned);
    return List.of(databases, maskingPolicies, guardrailPolicies, namespaces, news);
  }

  @Override
  public UpdateControl<DatabaseAccess> reconcile(
      DatabaseAccess access, Context<DatabaseAccess> context) {
    trust.toNamespace(AccessNames.namespace(access));
    Given given = giver.give(access, surroundings(access));
    return switch (given) {
      case Given.InForce inForce ->
          updated(
              access,
              conditions.ready(access, inForce.plan(), inForce.revision(), inForce.sessions()),
              until(inForce.plan().nextChange()));
      case Given.Rejected rejected ->
          updated(
              access,
              conditions.rejected(access, rejected.problems(), rejected.kept()),
              until(rejected.kept() == null ? null : rejected.kept().plan().nextChange()));
      case Given.Failed failed ->
          updated(
              access,
              conditions.notReady(
                  access, failed.reason(), failed.message(), failed.passing(), failed.kept()),
              times.retry());
      case Given.Ended ended ->
          updated(
              access,
              conditions.gone(access, ended.reason(), ended.message()),
              ended.complete() ? times.check() : AT_LEAST.multipliedBy(10));
    };
  }

  @Override
  public ErrorStatusUpdateControl<DatabaseAccess> updateErrorStatus(
      DatabaseAccess access, Context<DatabaseAccess> context, Exception failure) {
    LOG.warn("access={} could not be reconciled", AccessNames.key(access), failure);
    DatabaseAccessStatus status =
        conditions.notReady(
            access,
            "ControlPlaneFault",
            "The operator could not finish: %s. It tries again by itself; its log says more."
                .formatted(failure.getClass().getSimpleName()),
            true);
    return status.equals(access.getStatus())
        ? ErrorStatusUpdateControl.noStatusUpdate()
        : ErrorStatusUpdateControl.patchStatus(withStatus(access, status));
  }

  @Override
  public DeleteControl cleanup(DatabaseAccess access, Context<DatabaseAccess> context) {
    Database database = databases.get(DatabaseKey.of(access).resource()).orElse(null);
    AccessDeletion.Step step = deletion.step(access, database);
    if (step.done()) {
      String namespace = AccessNames.namespace(access);
      boolean last =
          context
              .getPrimaryCache()
              .list(namespace)
              .noneMatch(other -> other.getMetadata().getDeletionTimestamp() == null);
      if (last) {
        trust.leaveNamespace(namespace);
      }
      LOG.info("access={} deleted", AccessNames.key(access));
      return DeleteControl.defaultDelete();
    }
    DatabaseAccessStatus status = conditions.notReady(access, step.reason(), step.message(), true);
    if (!status.equals(access.getStatus())) {
      context.resourceOperations().serverSideApplyPrimaryStatus(withStatus(access, status));
    }
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(step.again().toMillis());
  }

  private Surroundings surroundings(DatabaseAccess access) {
    return new Surroundings(
        databases.get(DatabaseKey.of(access).resource()).orElse(null),
        namespaces
            .get(new ResourceID(AccessNames.namespace(access)))
            .map(namespace -> namespace.getMetadata().getLabels())
            .orElse(Map.of()),
        maskingPolicies
            .list()
            .filter(AccessReconciler::stays)
            .map(policy -> new Named<>(policy.getMetadata().getName(), policy.getSpec()))
            .sorted((one, other) -> one.name().compareTo(other.name()))
            .toList(),
        guardrailPolicies
            .list()
            .filter(AccessReconciler::stays)
            .map(guardrails::inForce)
            .sorted(Comparator.comparing(CompiledGuardrails::name))
            .toList());
  }

  private static boolean stays(HasMetadata resource) {
    return resource.getMetadata().getDeletionTimestamp() == null;
  }

  private Duration until(@Nullable Instant nextChange) {
    if (nextChange == null) {
      return times.check();
    }
    Duration left = Duration.between(clock.instant(), nextChange);
    Duration wait = left.compareTo(AT_LEAST) < 0 ? AT_LEAST : left;
    return wait.compareTo(times.check()) < 0 ? wait : times.check();
  }

  private static <R extends HasMetadata> InformerEventSource<R, DatabaseAccess> source(
      Class<R> type,
      EventSourceContext<DatabaseAccess> context,
      Function<R, java.util.function.Predicate<DatabaseAccess>> concerns,
      BiPredicate<R, R> matters) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(type, DatabaseAccess.class)
            .withName(type.getSimpleName())
            .withSecondaryToPrimaryMapper(resource -> concerned(context, concerns.apply(resource)))
            .withOnUpdateFilter(matters::test)
            .build(),
        context);
  }

  private static Set<ResourceID> concerned(
      EventSourceContext<DatabaseAccess> context,
      java.util.function.Predicate<DatabaseAccess> concerns) {
    return context
        .getPrimaryCache()
        .list()
        .filter(concerns)
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private static UpdateControl<DatabaseAccess> updated(
      DatabaseAccess access, DatabaseAccessStatus status, Duration again) {
    UpdateControl<DatabaseAccess> control =
        status.equals(access.getStatus())
            ? UpdateControl.noUpdate()
            : UpdateControl.patchStatus(withStatus(access, status));
    return control.rescheduleAfter(again);
  }

  private static DatabaseAccess withStatus(DatabaseAccess access, DatabaseAccessStatus status) {
    DatabaseAccess patch = new DatabaseAccess();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(access.getMetadata().getName())
            .withNamespace(access.getMetadata().getNamespace())
            .build());
    patch.setStatus(status);
    return patch;
  }
}
