package dev.sluice.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.RuleOutcome;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.control.Problem;
import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.postgres.MessageBuilder;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole gate with a control plane over HTTPS, and with a directory in its place. */
class GateTest {
  @TempDir private Path directory;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private GovernedShop shop;
  private TestControlPlane control;

  @BeforeEach
  void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
    control = new TestControlPlane(directory);
  }

  @AfterEach
  void close() {
    control.close();
  }

  @Test
  void becomesReadyWhenTheControlPlaneHasAnswered() throws Exception {
    try (Gate gate = gate()) {
      assertThat(status(gate, "/live")).isEqualTo(200);
      assertThat(status(gate, "/ready")).isEqualTo(503);
      assertThatThrownBy(() -> connect(gate)).hasMessageContaining("SLU-G02");
      control.put(shop.bundle());
      await()
          .until(
              () ->
                  gate.hindrance()
                      .equals(java.util.Optional.of("no credential of shop/orders yet")));
      control.credentials("shop/orders", () -> shop.credential("a"));
      await().until(() -> status(gate, "/ready") == 200);
      try (Connection connection = connect(gate)) {
        assertThat(one(connection, "SELECT ssn FROM customers WHERE id = 7")).isEqualTo("***7");
      }
    }
  }

  @Test
  void aPlainBundleFromAControlPlaneIsNotApplied() throws Exception {
    control.put(TestBundles.plain(shop.bundle()));
    control.credentials("shop/orders", () -> shop.credential("a"));
    try (Gate gate = gate()) {
      await().until(() -> log.stream().anyMatch(line -> line.contains("sent a plain bundle")));
      assertThat(gate.hindrance()).contains("no bundle of shop/orders yet");
      assertThatThrownBy(() -> connect(gate)).hasMessageContaining("SLU-G02");
    }
  }

  @Test
  void changesAreObeyedByOpenSessions() throws Exception {
    start();
    try (Gate gate = ready();
        Connection connection = connect(gate)) {
      connection.setAutoCommit(false);
      assertThat(
              one(connection, "WITH d AS (DELETE FROM orders RETURNING 1) SELECT count(*) FROM d"))
          .isEqualTo("100");
      connection.rollback();
      control.put(
          TestBundles.withRules(
              shop.bundle(),
              new Bundle.Rule(
                  "b/no-mass-delete", "no-mass-delete", RuleOutcome.WARN, false, "", null)));
      awaitApplied(2);
      try (Statement statement = connection.createStatement()) {
        statement.execute("DELETE FROM orders");
        assertThat(statement.getWarnings().getMessage())
            .contains("the rule \"b/no-mass-delete\" warns", "SLU-S07");
      }
      connection.rollback();
      control.put(shop.bundle().revoked("the DatabaseAccess was deleted"));
      assertEnds(connection, "the DatabaseAccess was deleted");
      assertThatThrownBy(() -> connect(gate)).hasMessageContaining("SLU-G01");
      assertThat(status(gate, "/ready")).isEqualTo(200);
      control.put(shop.bundle());
      await().ignoreExceptions().untilAsserted(() -> connect(gate).close());
    }
  }

  @Test
  void anAnswerThatThereIsNoGrantEndsIt() throws Exception {
    start();
    try (Gate gate = ready();
        Connection connection = connect(gate)) {
      assertThat(one(connection, "SELECT 1")).isEqualTo("1");
      control.refuse(new Problem("Gone", 410, "SLU-X", "the access is no more", "ask anew"));
      assertEnds(connection, "the access is no more");
      control.refuse(null);
      await().ignoreExceptions().untilAsserted(() -> connect(gate).close());
    }
  }

  @Test
  void goesOnWhileTheControlPlaneIsAwayAndPostsAfterwards() throws Exception {
    start();
    try (Gate gate = ready()) {
      control.refuse(new Problem("Busy", 503, "SLU-X", "the ledger is away", "wait"));
      try (Connection connection = connect(gate)) {
        for (int round = 0; round < 20; round++) {
          assertThat(one(connection, "SELECT count(*) FROM orders")).isEqualTo("100");
        }
      }
      await().until(() -> log.stream().anyMatch(line -> line.contains("stay in the spool")));
      control.loseAcknowledgements(true);
      control.refuse(null);
      await().until(() -> statements() >= 20);
      control.loseAcknowledgements(false);
      await().until(() -> log.stream().anyMatch(line -> line.contains("taken again")));
      await().until(() -> types().contains(Event.Type.SESSION_CLOSED));
    }
    assertChained(control.events());
    assertThat(control.events())
        .allSatisfy(event -> assertThat(event.pod()).isEqualTo("shop-api-1"));
  }

  @Test
  void credentialsAreRenewedUnderLoadWithoutAFailure() throws Exception {
    AtomicInteger issued = new AtomicInteger();
    control.put(shop.bundle());
    control.credentials(
        "shop/orders",
        () -> {
          Credential login = shop.credential(issued.incrementAndGet() % 2 == 0 ? "a" : "b");
          Instant now = Instant.now();
          return new Credential(
              login.username(), login.password(), now, now.plus(Duration.ofSeconds(3)));
        });
    try (Gate gate = ready()) {
      int queries = 0;
      while (issued.get() < 4) {
        try (Connection connection = connect(gate)) {
          assertThat(one(connection, "SELECT current_user")).isEqualTo(shop.group());
          queries++;
        }
      }
      assertThat(queries).isPositive();
    }
    assertThat(types()).contains(Event.Type.CREDENTIAL_ROTATED);
    assertThat(control.events()).extracting(Event::outcome).doesNotContain(Event.Outcome.FAILED);
  }

  @Test
  void aTokenThatIsRefusedIsToldAndReadAgain() throws Exception {
    Files.writeString(control.tokenFile(), "of another pod");
    start();
    try (Gate gate = gate()) {
      await().until(() -> log.stream().anyMatch(line -> line.contains("401")));
      assertThatThrownBy(() -> connect(gate)).hasMessageContaining("401");
      Files.writeString(control.tokenFile(), TestControlPlane.TOKEN);
      await().until(() -> gate.hindrance().isEmpty());
    }
  }

  @Test
  void aControlPlaneOfAnotherAuthorityIsNotBelieved() throws Exception {
    start();
    Files.writeString(
        control.authorities(),
        dev.sluice.fixtures.CertificateAuthority.create("another").certificate());
    try (Gate gate = gate()) {
      await().until(() -> log.stream().anyMatch(line -> line.contains("PKIX")));
      assertThat(gate.hindrance()).isPresent();
    }
  }

  @Test
  void aDirectoryStandsInForTheControlPlane() throws Exception {
    Path own = Files.createDirectory(directory.resolve("control"));
    write(own.resolve("bundle.json"), Jsonb.instance().type(Bundle.class).toJson(shop.bundle()));
    write(
        own.resolve("credentials.json"),
        Jsonb.instance().type(Credential.class).toJson(shop.credential("a")));
    Settings settings =
        Settings.read(
            new String[] {
              "--control",
              own.toString(),
              "--access",
              "shop/orders=127.0.0.1:0",
              "--spool",
              directory.resolve("spool").toString(),
              "--drain",
              "0"
            },
            Map.of());
    try (Gate gate = new Gate(settings, Clock.systemUTC(), threads(), log::add)) {
      await().until(() -> gate.hindrance().isEmpty());
      try (Connection connection = connect(gate)) {
        assertThat(one(connection, "SELECT ssn FROM customers WHERE id = 7")).isEqualTo("***7");
        write(
            own.resolve("bundle.json"),
            Jsonb.instance().type(Bundle.class).toJson(shop.bundle().revoked("taken back")));
        assertEnds(connection, "taken back");
      }
    }
  }

  @Test
  void oneGrantListensAtAPortAndAtASocket() throws Exception {
    Path own = Files.createDirectory(directory.resolve("control"));
    Path socket = directory.resolve(".s.PGSQL.6432");
    write(own.resolve("bundle.json"), Jsonb.instance().type(Bundle.class).toJson(shop.bundle()));
    write(
        own.resolve("credentials.json"),
        Jsonb.instance().type(Credential.class).toJson(shop.credential("a")));
    Settings settings =
        Settings.read(
            new String[] {"--drain", "0"},
            Map.of(
                "SLUICE_CONTROL", own.toString(),
                "SLUICE_ACCESS", "shop/orders=127.0.0.1:0,shop/orders=unix:" + socket,
                "SLUICE_SPOOL", directory.resolve("spool").toString()));
    try (Gate gate = new Gate(settings, Clock.systemUTC(), threads(), log::add)) {
      await().until(() -> gate.hindrance().isEmpty());
      assertThat(gate.ports()).hasSize(2).endsWith(-1);
      // Containers of a pod have users of their own.
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rwxrwxrwx");
      try (Connection connection = connect(gate);
          SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        assertThat(one(connection, "SELECT ssn FROM customers WHERE id = 7")).isEqualTo("***7");
        assertThat(firstAnswer(other)).isEqualTo('R');
        // One grant with two addresses: what ends it ends the sessions of both.
        write(
            own.resolve("bundle.json"),
            Jsonb.instance().type(Bundle.class).toJson(shop.bundle().revoked("taken back")));
        assertEnds(connection, "taken back");
        assertThat(new String(Channels.newInputStream(other).readAllBytes(), UTF_8))
            .contains("taken back");
      }
    }
    assertThat(socket).doesNotExist();
  }

  private char firstAnswer(SocketChannel channel) throws IOException {
    MessageBuilder startup = new MessageBuilder(256);
    startup.beginUntyped().int32(3 << 16);
    for (String text : List.of("user", "app", "database", shop.database().name(), "")) {
      startup.text(text);
    }
    startup.end();
    channel.write(ByteBuffer.wrap(startup.array(), 0, startup.size()));
    return (char) Channels.newInputStream(channel).read();
  }

  @Test
  void aKilledGateLosesNoEventWhoseAnswerWasDelivered() throws Exception {
    Path own = Files.createDirectory(directory.resolve("control"));
    Path spool = directory.resolve("spool");
    write(own.resolve("bundle.json"), Jsonb.instance().type(Bundle.class).toJson(shop.bundle()));
    write(
        own.resolve("credentials.json"),
        Jsonb.instance().type(Credential.class).toJson(shop.credential("a")));
    int port = dev.sluice.fixtures.FreePorts.next();
    // Nothing takes its events: the control plane is an address where nobody listens.
    control.put(shop.bundle());
    control.credentials("shop/orders", () -> shop.credential("a"));
    Process gate = control.gate(port, spool);
    int answered = 0;
    try {
      String url =
          "jdbc:postgresql://127.0.0.1:%d/%s?user=app".formatted(port, shop.database().name());
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(
              () -> {
                DriverManager.getConnection(url).close();
                return true;
              });
      control.refuse(new Problem("Busy", 503, "SLU-X", "the ledger is away", "wait"));
      try (Connection connection = DriverManager.getConnection(url)) {
        for (int round = 0; round < 500; round++) {
          assertThat(
                  one(connection, "SELECT 'answered' FROM orders WHERE id = " + (round % 100 + 1)))
              .isEqualTo("answered");
          answered++;
        }
        gate.destroyForcibly();
        gate.waitFor();
      }
    } finally {
      gate.destroyForcibly();
    }
    List<Event> kept = new ArrayList<>(control.events());
    try (var files = Files.list(spool)) {
      for (Path file : files.sorted().toList()) {
        for (String line : Files.readAllLines(file)) {
          Event event = Jsonb.instance().type(Event.class).fromJson(line);
          if (kept.stream().noneMatch(other -> other.id().equals(event.id()))) {
            kept.add(event);
          }
        }
      }
    }
    assertChained(kept);
    assertThat(
            kept.stream()
                .filter(
                    event ->
                        "SELECT".equals(event.kind())
                            && event.rows() == 1
                            && event.relations().contains("orders")))
        .hasSize(answered);
  }

  @Test
  void settingsAreReadFromFlagsAndEnvironment() {
    Settings settings =
        Settings.read(
            new String[] {"--access", "a/b=127.0.0.1:1", "--access", "c/d=127.0.0.1:2"},
            Map.of(
                "SLUICE_CONTROL", "https://sluice-operator.sluice-system.svc:8443",
                "SLUICE_TOKEN_FILE", "/var/run/sluice/token",
                "SLUICE_ACCESS", "x/y=127.0.0.1:9",
                "SLUICE_POD_UID", "u",
                "SLUICE_EVENTS", "-"));
    assertThat(settings.accesses()).extracting(Settings.Access::name).containsExactly("a/b", "c/d");
    assertThat(settings.witness().podUid()).isEqualTo("u");
    assertThat(settings.printEvents()).isTrue();
    assertThat(settings.control()).isInstanceOf(Settings.Api.class);
    assertThat(
            Settings.read(
                    new String[] {
                      "--control",
                      "dir",
                      "--access",
                      "a/b=127.0.0.1:1",
                      "--access",
                      "a/b=unix:/s/.s"
                    },
                    Map.of())
                .accesses())
        .containsExactly(
            new Settings.Access("a/b", new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)),
            new Settings.Access("a/b", UnixDomainSocketAddress.of("/s/.s")));
    for (String[] wrong :
        new String[][] {
          {"--access", "a/b=127.0.0.1:1"},
          {"--control", "dir"},
          {"--control", "http://operator:8443", "--access", "a/b=127.0.0.1:1", "--token-file", "t"},
          {"--control", "dir", "--access", "a=127.0.0.1:1"},
          {"--control", "dir", "--access", "a/b=127.0.0.1"},
          {"--control", "dir", "--access", "a/b=127.0.0.1:1,a/b=unix:relative"},
          {"--control", "dir", "--access", "a/b=127.0.0.1:1", "--drain", "x"},
          {"--control", "dir", "--access", "a/b=127.0.0.1:1", "--spool"},
          {"--nonsense", "x"}
        }) {
      assertThatThrownBy(() -> Settings.read(wrong, Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** The first failure of a statement tells why the session has ended. */
  private static void assertEnds(Connection connection, String reason) {
    AtomicReference<SQLException> failure = new AtomicReference<>();
    await()
        .until(
            () -> {
              try {
                one(connection, "SELECT 1");
                return false;
              } catch (SQLException thrown) {
                failure.set(thrown);
                return true;
              }
            });
    assertThat(failure.get().getMessage() + failure.get().getCause()).contains(reason);
  }

  private void start() {
    control.put(shop.bundle());
    control.credentials("shop/orders", () -> shop.credential("a"));
  }

  private Gate ready() throws IOException {
    Gate gate = gate();
    await().until(() -> gate.hindrance().isEmpty());
    return gate;
  }

  private Gate gate() throws IOException {
    Settings settings = control.settings(directory);
    return new Gate(settings, Clock.systemUTC(), threads(), log::add);
  }

  private static java.util.concurrent.ThreadFactory threads() {
    return Thread.ofPlatform().daemon().factory();
  }

  private void awaitApplied(int times) {
    await().until(() -> log.stream().filter(line -> line.contains("is in force")).count() >= times);
  }

  private long statements() {
    return types().stream().filter(type -> type == Event.Type.STATEMENT).count();
  }

  private List<Event.Type> types() {
    return control.events().stream().map(Event::type).toList();
  }

  private Connection connect(Gate gate) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=app"
            .formatted(gate.ports().getFirst(), shop.database().name()));
  }

  private static String one(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(text)) {
      result.next();
      return result.getString(1);
    }
  }

  private static int status(Gate gate, String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:%d%s".formatted(gate.healthPort(), path))
                .toURL()
                .openConnection();
    return connection.getResponseCode();
  }

  private static void write(Path file, String text) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, text);
    Files.move(part, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private static void assertChained(List<Event> events) {
    CanonicalEvent canonical = new CanonicalEvent();
    String previous = "0".repeat(64);
    for (Event event : events) {
      assertThat(event.previousHash()).isEqualTo(previous);
      assertThat(canonical.isIntact(event)).isTrue();
      previous = event.hash();
    }
  }
}
