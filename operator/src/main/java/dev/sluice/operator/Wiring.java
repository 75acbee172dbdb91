package dev.sluice.operator;

import dev.sluice.cluster.ClusterIndex;
import dev.sluice.cluster.ClusterSettings;
import dev.sluice.operator.access.AccessDeletion;
import dev.sluice.operator.access.AccessDirectory;
import dev.sluice.operator.access.AccessGiver;
import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.database.DatabaseDeletion;
import dev.sluice.operator.database.DatabaseLinks;
import dev.sluice.operator.database.DatabaseTimes;
import dev.sluice.operator.database.Discoveries;
import dev.sluice.operator.database.Discovery;
import dev.sluice.operator.database.Findings;
import dev.sluice.operator.database.PostureLook;
import dev.sluice.operator.database.SchemaVersions;
import dev.sluice.operator.database.ShadowMigrations;
import dev.sluice.operator.engine.EngineFactory;
import dev.sluice.operator.engine.StandardEngines;
import dev.sluice.operator.event.LedgerDataSource;
import dev.sluice.operator.event.LedgerLink;
import dev.sluice.operator.event.OwnChain;
import dev.sluice.operator.network.EgressGuard;
import dev.sluice.operator.network.NetworkGuard;
import dev.sluice.operator.notice.Notices;
import dev.sluice.operator.report.PostureReports;
import dev.sluice.operator.scan.Evictions;
import dev.sluice.operator.scan.Injection;
import dev.sluice.operator.scan.ScanResults;
import dev.sluice.operator.scan.ScanRounds;
import dev.sluice.operator.scan.WorkloadReports;
import dev.sluice.operator.scan.WorkloadScan;
import dev.sluice.operator.tls.TrustDistribution;
import dev.sluice.policy.workload.GateSettings;
import dev.sluice.resources.condition.CelConditions;
import dev.sluice.resources.condition.GuardrailRules;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the control plane together. */
final class Wiring {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  /** Also the name of the lease. */
  private static final String NAME = "sluice-operator";

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  SecureRandom random() {
    return new SecureRandom();
  }

  @Produces
  @Singleton
  ControlNamespace controlNamespace(SluiceSettings settings) {
    return new ControlNamespace(settings.namespace());
  }

  @Produces
  @Singleton
  DatabaseTimes times(SluiceSettings settings) {
    return new DatabaseTimes(
        settings.checkInterval(), settings.retryInterval(), settings.deletionGrace());
  }

  @Produces
  @Singleton
  EngineFactory engines(Clock clock, SecureRandom random) {
    return new StandardEngines(new Passwords(random), clock);
  }

  @Produces
  @Singleton
  Findings findings() {
    return new Findings();
  }

  @Produces
  @Singleton
  Discoveries discoveries() {
    return new Discoveries();
  }

  @Produces
  @Singleton
  SchemaVersions schemaVersions(Clock clock) {
    return new SchemaVersions(clock);
  }

  @Produces
  @Singleton
  Discovery discovery(Discoveries discoveries) {
    return new Discovery(discoveries);
  }

  @Produces
  @Singleton
  LedgerLink ledger(SluiceSettings settings) {
    SluiceSettings.Ledger ledger = settings.ledger();
    return new LedgerLink(
        ledger
            .url()
            .map(
                url ->
                    LedgerDataSource.open(
                        LedgerDataSource.trusting(url, ledger.certificateAuthority()),
                        ledger.username(),
                        ledger.password().orElse(""),
                        ledger.connections()))
            .orElse(null));
  }

  @Produces
  @Singleton
  PostureLook postures(
      KubernetesClient client, SluiceSettings settings, LedgerLink ledger, SecureRandom random) {
    return new PostureLook(
        new PostureReports(client),
        new ShadowMigrations(
            ledger, new OwnChain(ledger, settings.namespace(), settings.pod(), random)));
  }

  @Produces
  @Singleton
  AccessDirectory directory(SluiceSettings settings, Clock clock) {
    return new AccessDirectory(clock, settings.tombstones());
  }

  @Produces
  @Singleton
  Notices notices(KubernetesClient client, SluiceSettings settings, Clock clock) {
    return new Notices(client, clock, settings.pod());
  }

  @Produces
  @Singleton
  TrustDistribution trust(KubernetesClient client) {
    return new TrustDistribution(client);
  }

  @Produces
  @Singleton
  DatabaseLinks links(KubernetesClient client, SluiceSettings settings) {
    return new DatabaseLinks(client, settings.namespace());
  }

  @Produces
  @Singleton
  NetworkGuard network(KubernetesClient client, SluiceSettings settings) {
    return new NetworkGuard(client, settings.namespace(), settings.networkPolicies());
  }

  @Produces
  @Singleton
  ClusterSettings clusterSettings(SluiceSettings settings, KubernetesSerialization serialization) {
    Set<String> exempt = new HashSet<>(settings.exemptNamespaces());
    exempt.add(settings.namespace());
    return new ClusterSettings(
        exempt,
        settings.clusterDomain(),
        new GateSettings(
            settings.gate().image().orElse(""),
            settings.gate().pullPolicy(),
            settings
                .control()
                .orElseGet(
                    () -> "https://sluice-operator.%s.svc:8443".formatted(settings.namespace())),
            serialization.unmarshal(settings.gate().resources(), ResourceRequirements.class),
            settings.gate().spoolSize()),
        settings.credentialScan(),
        settings.scanNamespaces().orElse(null));
  }

  @Produces
  @Singleton
  ScanResults scanResults() {
    return new ScanResults();
  }

  @Produces
  @Singleton
  ScanRounds scanRounds(
      KubernetesClient client,
      ClusterSettings clusterSettings,
      SluiceSettings settings,
      ScanResults results,
      Notices notices,
      Leadership leadership,
      Clock clock) {
    ClusterIndex index = new ClusterIndex(client, clusterSettings);
    return new ScanRounds(
        index,
        new WorkloadScan(client, index, clusterSettings, clock),
        results,
        new WorkloadReports(client),
        new Evictions(
            client,
            notices,
            new Injection(client, settings.namespace()),
            clock,
            settings.scan().evictions(),
            settings.scan().rest()),
        new EgressGuard(client, index, clusterSettings, clock)::keep,
        leadership::isLeading,
        settings.scan().interval(),
        settings.scan().settling());
  }

  @Produces
  @Singleton
  GuardrailRules guardrailRules() {
    return new GuardrailRules(new CelConditions());
  }

  @Produces
  @Singleton
  DatabaseDeletion databaseDeletion(
      DatabaseLinks links,
      EngineFactory engines,
      AccessDirectory directory,
      Notices notices,
      DatabaseTimes times,
      Clock clock) {
    return new DatabaseDeletion(links, engines, directory, notices, times, clock);
  }

  @Produces
  @Singleton
  AccessGiver giver(
      DatabaseLinks links,
      EngineFactory engines,
      AccessDirectory directory,
      Findings findings,
      SchemaVersions schemas,
      Notices notices,
      Clock clock) {
    return new AccessGiver(links, engines, directory, findings, schemas, notices, clock);
  }

  @Produces
  @Singleton
  AccessDeletion accessDeletion(
      DatabaseLinks links,
      EngineFactory engines,
      AccessDirectory directory,
      Findings findings,
      Notices notices,
      DatabaseTimes times,
      Clock clock) {
    return new AccessDeletion(links, engines, directory, findings, notices, times, clock);
  }

  @Produces
  @Singleton
  Leadership leadership() {
    return new Leadership();
  }

  @Produces
  @Singleton
  LeaderElectionConfiguration leaderElection(SluiceSettings settings, Leadership leadership) {
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(NAME)
        .withLeaseNamespace(settings.namespace())
        .withIdentity(settings.pod())
        .withLeaderCallbacks(
            new LeaderCallbacks(
                leadership::begin,
                leadership::end,
                leader -> LOG.info("leader={} this={}", leader, settings.pod())))
        .build();
  }

  /** Whether this replica reconciles. */
  static final class Leadership {
    private final AtomicBoolean leading = new AtomicBoolean();

    boolean isLeading() {
      return leading.get();
    }

    private void begin() {
      leading.set(true);
    }

    /**
     * What this process knows may be old by now, and another replica may write. So it ends, and the
     * kubelet begins it anew; where it is ending already, that changes nothing.
     */
    private void end() {
      leading.set(false);
      LOG.warn("the lease is lost or given up: this replica ends");
      Quarkus.asyncExit(1);
    }
  }
}
