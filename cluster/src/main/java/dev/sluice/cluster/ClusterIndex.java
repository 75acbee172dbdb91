package dev.sluice.cluster;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseAccess;
import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.EnforcementPolicy;
import dev.sluice.policy.workload.DatabaseAddresses;
import dev.sluice.policy.workload.GovernedDatabase;
import dev.sluice.policy.workload.ObjectName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is watched of the cluster. An object that is not there yet may have been made a moment ago,
 * so that whoever must not miss one looks it up.
 */
public final class ClusterIndex {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterIndex.class);

  /** So many objects are listed at once, lest all of a large cluster are held as text. */
  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final ServiceEndpoints endpoints;
  private final SharedIndexInformer<Database> databases;
  private final SharedIndexInformer<DatabaseAccess> accesses;
  private final SharedIndexInformer<EnforcementPolicy> policies;
  private final SharedIndexInformer<Service> services;
  private final SharedIndexInformer<Namespace> namespaces;

  private final AtomicLong changes = new AtomicLong();
  private final AtomicReference<Governed> governed =
      new AtomicReference<>(new Governed(-1, List.of()));

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  private final DatabaseAddresses addresses;

  /**
   * An index that is still empty.
   *
   * @param client may watch the resources of Sluice, Services, EndpointSlices and Namespaces
   * @param settings tells the cluster's DNS domain
   */
  public ClusterIndex(KubernetesClient client, ClusterSettings settings) {
    this.client = client;
    this.endpoints = new ServiceEndpoints(client);
    this.addresses = new DatabaseAddresses(settings.clusterDomain());
    databases = informer(client.resources(Database.class), UnaryOperator.identity());
    accesses = informer(client.resources(DatabaseAccess.class), ClusterIndex::withoutGrants);
    policies = informer(client.resources(EnforcementPolicy.class), UnaryOperator.identity());
    services = informer(client.services(), UnaryOperator.identity());
    namespaces = informer(client.resources(Namespace.class), UnaryOperator.identity());
  }

  /**
   * The databases as they were after so many changes.
   *
   * @param change the number of changes
   * @param databases the databases
   */
  private record Governed(long change, List<GovernedDatabase> databases) {}

  /**
   * Tells somebody when what decides about workloads changes: a Database, an access, a policy, the
   * labels of a namespace. Not when their status does.
   *
   * @param listener is called by the watch, and must be quick
   */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Begins to watch. */
  public void start() {
    databases.addEventHandler(telling());
    accesses.addEventHandler(telling());
    policies.addEventHandler(telling());
    namespaces.addEventHandler(telling());
    databases.addEventHandler(new ChangeHandler<>(changes::incrementAndGet));
    services.addEventHandler(new ChangeHandler<>(changes::incrementAndGet));
    endpoints.onChange(changes::incrementAndGet);
    endpoints.start();
    CompletableFuture<?>[] others =
        informers()
            .filter(informer -> informer != accesses)
            .map(ClusterIndex::started)
            .toArray(CompletableFuture[]::new);
    // Of accesses there are the most, and no answer waits for them.
    CompletableFuture<Void> _ =
        CompletableFuture.allOf(others)
            .thenCompose(_ -> started(accesses))
            .whenComplete(
                (_, problem) -> {
                  if (problem != null) {
                    LOG.warn("watching kind=DatabaseAccess did not begin", problem);
                  }
                });
  }

  private static CompletableFuture<Void> started(
      SharedIndexInformer<? extends HasMetadata> informer) {
    return informer
        // The kinds may be installed after the webhook; it is not ready until then.
        .exceptionHandler(
            (started, problem) -> {
              LOG.warn(
                  "watching kind={} failed and is tried again: {}",
                  informer.getApiTypeClass().getSimpleName(),
                  problem.getMessage());
              return true;
            })
        .start()
        .toCompletableFuture();
  }

  /** Watches no more. */
  public void stop() {
    informers().forEach(SharedIndexInformer::stop);
    endpoints.stop();
  }

  /** The kinds that are not yet known in full. */
  public List<String> missing() {
    return missing(informers());
  }

  /**
   * The kinds that are not yet known in full and of which one that is not known is not looked up:
   * empty when questions about single workloads can be answered. Of accesses there are the most,
   * and {@link #lookUpAccess} finds one by its name.
   */
  public List<String> missingForAnswers() {
    return missing(informers().filter(informer -> informer != accesses));
  }

  private List<String> missing(Stream<SharedIndexInformer<? extends HasMetadata>> informers) {
    Stream<String> missing =
        informers
            .filter(informer -> !informer.hasSynced())
            .map(informer -> informer.getApiTypeClass().getSimpleName());
    return Stream.concat(
            missing, endpoints.hasSynced() ? Stream.empty() : Stream.of("EndpointSlice"))
        .toList();
  }

  /** All governed databases with the addresses under which they answer. */
  public List<GovernedDatabase> databases() {
    // Read before the stores: a change in between makes what is kept here outdated at once.
    long change = changes.get();
    Governed kept = governed.get();
    if (kept.change() == change) {
      return kept.databases();
    }
    List<Service> all = services.getStore().list();
    List<GovernedDatabase> known =
        databases.getStore().list().stream()
            .map(database -> addresses.of(database, all, endpoints))
            .toList();
    endpoints.watch(known);
    governed.set(new Governed(change, known));
    return known;
  }

  /**
   * A Database that is not among the known ones.
   *
   * @param name its name
   */
  public Optional<GovernedDatabase> lookUpDatabase(ObjectName name) {
    return Optional.ofNullable(
            client
                .resources(Database.class)
                .inNamespace(name.namespace())
                .withName(name.name())
                .get())
        .map(database -> addresses.of(database, services.getStore().list(), endpoints));
  }

  /** The accesses of a namespace, without their grants and their status. */
  public List<DatabaseAccess> accesses(String namespace) {
    return accesses.getIndexer().byIndex(Cache.NAMESPACE_INDEX, namespace);
  }

  /** An access that is not among the known ones. */
  public Optional<DatabaseAccess> lookUpAccess(String namespace, String name) {
    return Optional.ofNullable(
        client.resources(DatabaseAccess.class).inNamespace(namespace).withName(name).get());
  }

  /** All Databases as somebody wrote them. */
  public List<Database> databaseResources() {
    return databases.getStore().list();
  }

  /** All enforcement policies. */
  public List<EnforcementPolicy> policies() {
    return policies.getStore().list();
  }

  /** All namespaces. */
  public List<Namespace> namespaces() {
    return namespaces.getStore().list();
  }

  /** A namespace, looked up where it is not known yet. */
  public Optional<Namespace> namespace(String name) {
    Namespace known = namespaces.getStore().getByKey(name);
    return Optional.ofNullable(known == null ? client.namespaces().withName(name).get() : known);
  }

  private Stream<SharedIndexInformer<? extends HasMetadata>> informers() {
    return Stream.of(databases, accesses, policies, services, namespaces);
  }

  private static <T extends HasMetadata, L extends KubernetesResourceList<T>>
      SharedIndexInformer<T> informer(
          MixedOperation<T, L, ? extends Resource<T>> operation, UnaryOperator<T> outline) {
    SharedIndexInformer<T> informer =
        operation.inAnyNamespace().withLimit(PAGE).runnableInformer(0);
    informer.itemStore(new LeanItemStore<>(outline));
    return informer;
  }

  /**
   * There may be thousands, and what may be done with which table does not decide about a workload.
   */
  private static DatabaseAccess withoutGrants(DatabaseAccess access) {
    DatabaseAccessSpec spec = access.getSpec();
    DatabaseAccess outline = new DatabaseAccess();
    outline.setMetadata(access.getMetadata());
    outline.setSpec(
        new DatabaseAccessSpec(
            spec.databaseRef(),
            spec.subjects(),
            spec.purpose(),
            List.of(),
            spec.schemaChanges(),
            spec.credentials(),
            spec.sessions(),
            spec.expiresAt()));
    return outline;
  }

  private <T extends HasMetadata> ResourceEventHandler<T> telling() {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(T added) {
        listeners.forEach(Runnable::run);
      }

      @Override
      public void onUpdate(T before, T after) {
        ObjectMeta was = before.getMetadata();
        ObjectMeta now = after.getMetadata();
        if (!Objects.equals(was.getGeneration(), now.getGeneration())
            || !Objects.equals(was.getLabels(), now.getLabels())
            || !Objects.equals(was.getDeletionTimestamp(), now.getDeletionTimestamp())) {
          listeners.forEach(Runnable::run);
        }
      }

      @Override
      public void onDelete(T deleted, boolean finalStateUnknown) {
        listeners.forEach(Runnable::run);
      }
    };
  }
}
