package dev.sluice.operator.scenario;

import dev.sluice.cluster.ClusterIndex;
import dev.sluice.cluster.ClusterSettings;
import dev.sluice.cluster.CredentialScan;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealApiServer;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.TestDatabase;
import dev.sluice.operator.ControlNamespace;
import dev.sluice.operator.access.AccessDeletion;
import dev.sluice.operator.access.AccessDirectory;
import dev.sluice.operator.access.AccessGiver;
import dev.sluice.operator.access.AccessReconciler;
import dev.sluice.operator.api.Accesses;
import dev.sluice.operator.api.ApiClient;
import dev.sluice.operator.api.ApiServer;
import dev.sluice.operator.api.ControlApi;
import dev.sluice.operator.api.Permissions;
import dev.sluice.operator.api.SuggestionEndpoint;
import dev.sluice.operator.api.TokenReviewer;
import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.database.DatabaseDeletion;
import dev.sluice.operator.database.DatabaseLinks;
import dev.sluice.operator.database.DatabaseReconciler;
import dev.sluice.operator.database.DatabaseTimes;
import dev.sluice.operator.database.Discoveries;
import dev.sluice.operator.database.Discovery;
import dev.sluice.operator.database.Findings;
import dev.sluice.operator.database.PostureLook;
import dev.sluice.operator.database.SchemaVersions;
import dev.sluice.operator.database.ShadowMigrations;
import dev.sluice.operator.enforcement.EnforcementPolicyReconciler;
import dev.sluice.operator.engine.EngineFactory;
import dev.sluice.operator.engine.StandardEngines;
import dev.sluice.operator.event.Ledger;
import dev.sluice.operator.event.LedgerDataSource;
import dev.sluice.operator.event.LedgerLink;
import dev.sluice.operator.event.OwnChain;
import dev.sluice.operator.guardrail.GuardrailPolicyReconciler;
import dev.sluice.operator.masking.MaskingPolicyReconciler;
import dev.sluice.operator.network.NetworkGuard;
import dev.sluice.operator.notice.Notices;
import dev.sluice.operator.report.PostureReports;
import dev.sluice.operator.scan.Evictions;
import dev.sluice.operator.scan.ScanResults;
import dev.sluice.operator.scan.ScanRounds;
import dev.sluice.operator.scan.WorkloadReports;
import dev.sluice.operator.scan.WorkloadScan;
import dev.sluice.operator.tls.CertificateFactory;
import dev.sluice.operator.tls.Identity;
import dev.sluice.operator.tls.Pem;
import dev.sluice.operator.tls.TrustDistribution;
import dev.sluice.policy.workload.GateSettings;
import dev.sluice.resources.condition.CelConditions;
import dev.sluice.resources.condition.GuardrailRules;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.javaoperatorsdk.operator.Operator;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One control plane for all scenarios of this JVM, put together by hand, with short times. */
final class RunningControlPlane {
  static final Duration GRACE = Duration.ofSeconds(4);

  /** Whether new pods would get their gate. */
  static final AtomicBoolean INJECTING = new AtomicBoolean(true);

  static final ClusterSettings SCANNED =
      new ClusterSettings(
          Set.of("kube-system", "sluice-system"),
          "cluster.local",
          new GateSettings(
              "registry.example/gate:2",
              "IfNotPresent",
              "https://sluice-operator.sluice-system.svc:8443",
              new ResourceRequirements(),
              "64Mi"),
          CredentialScan.CONTENT,
          null);

  private static @Nullable RunningControlPlane shared;

  private final RealApiServer cluster;
  private final ApiClient api;
  private final Ledger ledger;

  private RunningControlPlane(RealApiServer cluster, ApiClient api, Ledger ledger) {
    this.cluster = cluster;
    this.api = api;
    this.ledger = ledger;
  }

  static synchronized RunningControlPlane shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  RealApiServer cluster() {
    return cluster;
  }

  Ledger ledger() {
    return ledger;
  }

  ApiClient api() {
    return api;
  }

  private static RunningControlPlane start() {
    RealApiServer cluster = RealApiServer.shared();
    var client = cluster.client();
    Clock clock = Clock.systemUTC();
    SecureRandom random = new SecureRandom();
    EngineFactory engines = new StandardEngines(new Passwords(random), clock);
    var times = new DatabaseTimes(Duration.ofSeconds(2), Duration.ofMillis(500), GRACE);
    var directory = new AccessDirectory(clock, Duration.ofHours(1));
    var findings = new Findings();
    var discoveries = new Discoveries();
    var schemas = new SchemaVersions(clock);
    var notices = new Notices(client, clock, "sluice-operator-test");
    var links = new DatabaseLinks(client, "sluice-system");
    var trust = new TrustDistribution(client);
    var factory = new CertificateFactory(clock, random);
    Identity authority = factory.authority(Duration.ofDays(1));
    String trusted = Pem.certificates(List.of(authority.certificate()));
    trust.accept(trusted);

    TestDatabase events = RealPostgres.shared(PostgresVersion.V15).newDatabase();
    LedgerLink ledger =
        new LedgerLink(
            LedgerDataSource.open(
                events.jdbcUrl(), events.admin().user(), events.admin().password(), 2));
    Operator operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withStopOnInformerErrorDuringStartup(false)
                    .checkingCRDAndValidateLocalModel(false));
    operator.register(
        new DatabaseReconciler(
            links,
            engines,
            findings,
            new Discovery(discoveries),
            schemas,
            new PostureLook(
                new PostureReports(client),
                new ShadowMigrations(
                    ledger, new OwnChain(ledger, "sluice-system", "sluice-operator", random))),
            new NetworkGuard(client, "sluice-system", true),
            new DatabaseDeletion(links, engines, directory, notices, times, clock),
            notices,
            times,
            clock));
    GuardrailRules guardrails = new GuardrailRules(new CelConditions());
    operator.register(
        new AccessReconciler(
            new AccessGiver(links, engines, directory, findings, schemas, notices, clock),
            new AccessDeletion(links, engines, directory, findings, notices, times, clock),
            trust,
            guardrails,
            discoveries,
            schemas,
            times,
            clock));
    operator.register(new MaskingPolicyReconciler(findings, clock));
    operator.register(new GuardrailPolicyReconciler(guardrails, clock));
    ScanResults found = new ScanResults();
    operator.register(
        new EnforcementPolicyReconciler(new ControlNamespace("sluice-system"), found, clock));
    operator.start();
    ClusterIndex index = new ClusterIndex(client, SCANNED);
    new ScanRounds(
            index,
            new WorkloadScan(client, index, SCANNED, clock),
            found,
            new WorkloadReports(client),
            // Where it is later, pods are old enough to be evicted, and each workload once.
            new Evictions(
                client,
                notices,
                INJECTING::get,
                Clock.offset(clock, Duration.ofMinutes(20)),
                100,
                Duration.ofMinutes(10)),
            Map::of,
            () -> true,
            Duration.ofSeconds(2),
            Duration.ofMillis(200))
        .start();

    ApiServer server =
        ApiServer.start(
            Vertx.vertx(),
            new ControlApi(
                new TokenReviewer(client, clock, Duration.ofSeconds(10)),
                new Accesses(directory, client, () -> true),
                new SuggestionEndpoint(discoveries, new Permissions(client), () -> true),
                ledger.ledger(),
                client,
                clock),
            factory.server(authority, List.of("localhost"), Duration.ofHours(1)),
            0);
    return new RunningControlPlane(
        cluster, new ApiClient(trusted, server.port()), Objects.requireNonNull(ledger.ledger()));
  }
}
