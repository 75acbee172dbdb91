package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests to cancel, at a server that has few connections to give. */
class CancelTest {
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  private static RealPostgres postgres;
  private static GovernedShop shop;
  private TestGate gate;

  @BeforeAll
  static void layOut() {
    postgres =
        RealPostgres.start(
            PostgresVersion.V18, RealPostgres.TlsUse.OFF, Map.of("max_connections", "12"));
    shop = GovernedShop.create(postgres);
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void open() {
    gate = new TestGate(shop, shop.bundle());
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @Test
  void protocol32HasLongKeysToCancel() throws Exception {
    try (RawClient client = new RawClient(gate.port())) {
      client.out().beginUntyped().int32((3 << 16) + 2).text("user").text("app");
      client.out().text("database").text(shop.database().name()).int8((byte) 0).end();
      client.send();
      byte[] key = client.untilKey();
      assertThat(key).hasSize(4 + 32);
      client.query("SELECT pg_sleep(60)").send();
      awaitRunning(1);
      byte[] wrong = key.clone();
      wrong[20]++;
      RawClient.cancel(gate.port(), wrong);
      RawClient.cancel(gate.port(), Arrays.copyOf(key, 8));
      assertThat(shop.running("pg_sleep")).isOne();
      RawClient.cancel(gate.port(), key);
      assertThat(client.untilReady()).containsExactly("T", "E 57014", "Z I");
    }
  }

  /** However slow the server is to take note. */
  @Test
  void hundredsAtOnceTakeFewConnections() throws Exception {
    try (CancelRelay relay = new CancelRelay(postgres.port())) {
      Bundle.Target target = shop.bundle().target();
      gate.grant()
          .apply(
              TestBundles.withTarget(
                  shop.bundle(),
                  new Bundle.Target(
                      target.engine(),
                      List.of(new Bundle.Endpoint("127.0.0.1", relay.port())),
                      target.database(),
                      target.tls(),
                      target.serverVersion())));
      List<RawClient> clients = new ArrayList<>();
      List<CompletableFuture<Void>> asked = new ArrayList<>();
      for (int number = 0; number < 6; number++) {
        RawClient client = new RawClient(gate.port());
        clients.add(client);
        byte[] key = client.startup("database", shop.database().name()).untilKey();
        client.query("SELECT pg_sleep(62)").send();
        for (int request = 0; request < 80; request++) {
          asked.add(CompletableFuture.runAsync(() -> cancel(key), THREADS));
        }
      }
      awaitRunning(6);
      await().until(() -> relay.now() == 4);
      assertThat(asked).noneMatch(CompletableFuture::isDone);
      relay.release();
      asked.forEach(CompletableFuture::join);
      assertThat(relay.most()).isEqualTo(4);
      assertThat(relay.all()).isLessThan(240);
      for (RawClient client : clients) {
        assertThat(client.untilReady()).containsExactly("T", "E 57014", "Z I");
        client.close();
      }
    }
  }

  @Test
  void hundredsAtOnceReachTheirSessions() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      List<byte[]> keys = new ArrayList<>();
      for (int number = 0; number < 6; number++) {
        RawClient client = new RawClient(gate.port());
        clients.add(client);
        keys.add(client.startup("database", shop.database().name()).untilKey());
      }
      byte[] spared = keys.removeLast();
      for (RawClient client : clients) {
        client.query("SELECT pg_sleep(61)").send();
      }
      awaitRunning(6);
      List<CompletableFuture<Void>> asked = new ArrayList<>();
      for (int number = 0; number < 500; number++) {
        byte[] key = keys.get(number % keys.size());
        asked.add(CompletableFuture.runAsync(() -> cancel(key), THREADS));
      }
      asked.forEach(CompletableFuture::join);
      for (RawClient client : clients.subList(0, 5)) {
        assertThat(client.untilReady()).containsExactly("T", "E 57014", "Z I");
        // Each request was brought before its client was told: none is left for what comes later.
        client.query("SELECT pg_sleep(0.2), 'later'").send();
        assertThat(client.untilReady()).contains("C SELECT 1");
      }
      assertThat(shop.running("pg_sleep(61)")).isOne();
      cancel(spared);
      assertThat(clients.getLast().untilReady()).containsExactly("T", "E 57014", "Z I");
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
    // Nothing of the server's was used up.
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query("SELECT 1").send();
      assertThat(client.untilReady()).contains("C SELECT 1");
    }
  }

  private void cancel(byte[] key) {
    try {
      RawClient.cancel(gate.port(), key);
    } catch (IOException failure) {
      throw new CompletionException(failure);
    }
  }

  private void awaitRunning(int sessions) {
    await().until(() -> shop.running("pg_sleep") == sessions);
  }
}
