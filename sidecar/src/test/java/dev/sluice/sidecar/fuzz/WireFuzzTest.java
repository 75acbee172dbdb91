package dev.sluice.sidecar.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Hostile clients and lying servers at a gate in this process, for a moment; {@code make fuzz} does
 * so for long, at the image's gate. A failure names the seed of its session.
 */
class WireFuzzTest {
  private static final long MESSAGES = 10_000;
  private static final long SEED = 1;

  private static GovernedShop shop;

  private final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final PrintStream console = System.err;
  private final Thread.UncaughtExceptionHandler handler =
      Thread.getDefaultUncaughtExceptionHandler();

  @BeforeAll
  static void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
  }

  @BeforeEach
  void listen() {
    Thread.setDefaultUncaughtExceptionHandler((_, failure) -> uncaught.add(failure));
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(console);
    Thread.setDefaultUncaughtExceptionHandler(handler);
  }

  @ParameterizedTest
  @CsvSource({"true, false, false", "true, false, true", "false, true, false", "true, true, false"})
  void nothingThatAPeerSaysBreaksAGate(boolean hostileClients, boolean lyingServer, boolean plain)
      throws Exception {
    try (FakeServer server = new FakeServer(lyingServer, SEED);
        TestGate gate = new TestGate(shop, bundle(server, plain))) {
      Fuzzing fuzzing = new Fuzzing(gate.port(), shop.database().name(), server, hostileClients);
      List<String> complaints = fuzzing.run(MESSAGES, SEED, uncaught::isEmpty);
      assertThat(uncaught).isEmpty();
      assertThat(complaints).isEmpty();
      await().until(() -> server.open() == 0);
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("Exception", "Error");
  }

  private static Bundle bundle(FakeServer server, boolean plain) throws IOException {
    Bundle bundle = shop.bundle();
    Bundle.Target target = bundle.target();
    Bundle led =
        TestBundles.withTarget(
            bundle,
            new Bundle.Target(
                target.engine(),
                List.of(new Bundle.Endpoint("127.0.0.1", server.port())),
                target.database(),
                target.tls(),
                target.serverVersion()));
    return plain ? TestBundles.plain(led) : led;
  }
}
