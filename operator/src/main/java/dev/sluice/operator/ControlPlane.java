package dev.sluice.operator;

import dev.sluice.crds.DatabaseAccess;
import dev.sluice.operator.access.AccessDirectory;
import dev.sluice.operator.api.Accesses;
import dev.sluice.operator.api.ApiServer;
import dev.sluice.operator.api.ControlApi;
import dev.sluice.operator.api.Permissions;
import dev.sluice.operator.api.SuggestionEndpoint;
import dev.sluice.operator.api.TokenReviewer;
import dev.sluice.operator.database.Discoveries;
import dev.sluice.operator.event.LedgerLink;
import dev.sluice.operator.scan.ScanRounds;
import dev.sluice.operator.tls.CertificateFactory;
import dev.sluice.operator.tls.Identity;
import dev.sluice.operator.tls.TlsKeeper;
import dev.sluice.operator.tls.TlsMaterial;
import dev.sluice.operator.tls.TlsSettings;
import dev.sluice.operator.tls.TrustDistribution;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of what is not reconciled: certificates, the control API, the ledger. The API listens as
 * soon as its certificate is there.
 */
@Singleton
public final class ControlPlane {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
  private static final Duration BETWEEN_FIRST_TRIES = Duration.ofSeconds(2);

  private final SluiceSettings settings;
  private final KubernetesClient client;
  private final AccessDirectory directory;
  private final TrustDistribution trust;
  private final TlsKeeper keeper;
  private final ControlApi api;
  private final ScanRounds scans;
  private final Vertx vertx;
  private final LedgerLink ledger;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable ApiServer server;
  private volatile @Nullable Identity identity;

  ControlPlane(
      SluiceSettings settings,
      KubernetesClient client,
      AccessDirectory directory,
      TrustDistribution trust,
      Discoveries discoveries,
      ScanRounds scans,
      LedgerLink ledger,
      Wiring.Leadership leadership,
      Clock clock,
      SecureRandom random,
      Vertx vertx) {
    this.settings = settings;
    this.client = client;
    this.directory = directory;
    this.trust = trust;
    this.scans = scans;
    this.vertx = vertx;
    this.keeper =
        new TlsKeeper(
            client,
            new TlsSettings(
                settings.namespace(),
                settings.tls().authorityLife(),
                settings.tls().certificateLife(),
                settings.tls().overlap()),
            new CertificateFactory(clock, random),
            clock);
    this.ledger = ledger;
    this.api =
        new ControlApi(
            new TokenReviewer(client, clock, settings.api().tokenMemory()),
            new Accesses(directory, client, leadership::isLeading),
            new SuggestionEndpoint(discoveries, new Permissions(client), leadership::isLeading),
            ledger.ledger(),
            client,
            clock);
  }

  /** Whether the control API answers. */
  boolean isListening() {
    return server != null;
  }

  /** The port of the control API; 0 before it listens. */
  int port() {
    ApiServer listening = server;
    return listening == null ? 0 : listening.port();
  }

  void start(@Observes StartupEvent event) {
    LOG.info(
        "control plane starts: namespace={} pod={} ledger={}",
        settings.namespace(),
        settings.pod(),
        settings.ledger().url().isPresent() ? "configured" : "none");
    scans.start();
    Thread.ofPlatform().name("sluice-rounds").daemon().start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    stopping.countDown();
    scans.close();
    ApiServer listening = server;
    if (listening != null) {
      listening.close();
    }
    ledger.close();
  }

  private void run() {
    try {
      // Tried again until it succeeds: without a certificate there is no API.
      while (!first()) {
        if (stopping.await(BETWEEN_FIRST_TRIES.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      while (!stopping.await(settings.tls().checkInterval().toMillis(), TimeUnit.MILLISECONDS)) {
        round();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean first() {
    try {
      TlsMaterial material = keeper.keep();
      identity = material.api();
      server = ApiServer.start(vertx, api, material.api(), settings.api().port());
      distribute(material);
      return true;
    } catch (RuntimeException failure) {
      LOG.error("the control API does not answer yet, it is tried again", failure);
      return server != null;
    }
  }

  private void round() {
    try {
      directory.sweep();
      TlsMaterial material = keeper.keep();
      ApiServer listening = server;
      if (listening != null && !material.api().equals(identity)) {
        listening.use(material.api());
        identity = material.api();
      }
      distribute(material);
    } catch (RuntimeException failure) {
      LOG.error("certificates could not be looked after, it is tried again", failure);
    }
  }

  private void distribute(TlsMaterial material) {
    if (trust.accept(material.trusted())) {
      namespacesWithAccess().forEach(trust::toNamespace);
    }
    trust.toWebhooks();
  }

  private List<String> namespacesWithAccess() {
    return client.resources(DatabaseAccess.class).inAnyNamespace().list().getItems().stream()
        .map(access -> access.getMetadata().getNamespace())
        .distinct()
        .toList();
  }
}
