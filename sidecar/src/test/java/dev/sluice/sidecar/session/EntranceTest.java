package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.CertificateAuthority;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestGate;
import dev.sluice.sidecar.postgres.StartupRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which clients come, before they have a session. */
class EntranceTest {
  private static final SocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static GovernedShop shop;
  @TempDir private Path directory;
  private final List<String> log = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "direct"})
  void tlsIsOfferedWithTheCertificateOfNow(String negotiation) throws Exception {
    CertificateAuthority first = CertificateAuthority.create("first");
    CertificateAuthority second = CertificateAuthority.create("second");
    try (TestGate gate = protectedGate(first)) {
      assertThat(connect(gate, first, negotiation)).isEqualTo("***7");
      assertThatThrownBy(() -> connect(gate, second, negotiation)).isInstanceOf(SQLException.class);
      write(second, Instant.now().plusSeconds(5));
      assertThat(connect(gate, second, negotiation)).isEqualTo("***7");
      Files.writeString(directory.resolve("key.pem"), "half of a");
      setTime(directory.resolve("key.pem"), Instant.now().plusSeconds(10));
      assertThat(connect(gate, second, negotiation)).isEqualTo("***7");
      assertThat(log).anyMatch(line -> line.contains("the former certificate"));
      try (Connection plain = gate.connect("&sslmode=disable")) {
        assertThat(one(plain)).isEqualTo("***7");
      }
    }
  }

  @Test
  void whatIsSentBeforeTlsIsNotReadAsTheClients() throws Exception {
    CertificateAuthority authority = CertificateAuthority.create("first");
    try (TestGate gate = protectedGate(authority);
        RawClient client = new RawClient(gate.port())) {
      client.out().beginUntyped().int32(StartupRequest.TLS).end();
      client.startup("database", shop.database().name());
      assertThat(client.untilReady()).containsExactly("E 08P01", "end");
      assertThat(gate.events())
          .extracting(Event::type, Event::code)
          .contains(org.assertj.core.groups.Tuple.tuple(Event.Type.SESSION_REFUSED, "SLU-G12"));
    }
  }

  @Test
  void whereThereIsNoTlsTheClientIsTold() throws Exception {
    try (TestGate gate = new TestGate(shop, shop.bundle())) {
      try (RawClient client = new RawClient(gate.port())) {
        client.out().beginUntyped().int32(StartupRequest.GSS).end();
        assertThat(client.send().readByte()).isEqualTo('N');
        client.out().beginUntyped().int32(StartupRequest.TLS).end();
        assertThat(client.send().readByte()).isEqualTo('N');
        client.startup("database", shop.database().name());
        assertThat(client.untilReady()).contains("Z I");
      }
      try (RawClient client = new RawClient(gate.port())) {
        for (int asked = 0; asked < 3; asked++) {
          client.out().beginUntyped().int32(StartupRequest.TLS).end();
          client.send();
        }
        assertThat(client.readByte()).isEqualTo('N');
        assertThat(client.readByte()).isEqualTo('N');
        assertThat(client.untilReady()).containsExactly("E 08P01", "end");
      }
      assertThatThrownBy(() -> gate.connect("&sslmode=require&sslNegotiation=direct").close())
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aUnixSocketLeadsToTheGrantAsAPortDoes() throws Exception {
    Path socket = directory.resolve(".s.PGSQL.5432");
    SocketAddress address = UnixDomainSocketAddress.of(socket);
    // One that was left by a gate that was killed.
    new TestGate(shop, shop.bundle(), address, null);
    try (TestGate gate = new TestGate(shop, shop.bundle(), address, null)) {
      byte[] key;
      try (RawClient client = new RawClient(socket)) {
        client.out().beginUntyped().int32(StartupRequest.TLS).end();
        assertThat(client.send().readByte()).isEqualTo('N');
        key = client.startup("database", shop.database().name()).untilKey();
        client.query("SELECT ssn FROM customers WHERE id = 7; DROP TABLE orders").send();
        assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
        client.query("SELECT repeat('x', 3000000)").query("SELECT pg_sleep(63)").send();
        assertThat(client.untilReady()).contains("C SELECT 1");
        await().until(() -> shop.running("pg_sleep(63)") == 1);
        try (RawClient other = new RawClient(socket)) {
          other.out().beginUntyped().int32(StartupRequest.CANCEL).bytes(key).end();
          other.send();
          assertThat(client.untilReady()).containsExactly("T", "E 57014", "Z I");
        }
      }
      try (RawClient client = new RawClient(socket)) {
        client.startup("database", shop.database().name(), "role", "postgres");
        assertThat(client.untilReady()).containsExactly("E 42501", "end");
      }
      await().until(() -> gate.grant().sessions().count() == 0);
    }
    assertThat(socket).doesNotExist();
    Files.writeString(socket, "a file");
    assertThatThrownBy(() -> new TestGate(shop, shop.bundle(), address, null))
        .hasMessageContaining("is no socket");
    assertThat(socket).hasContent("a file");
  }

  /** Whoever says nothing has a place for a while, and keeps nobody out. */
  @Test
  void clientsWithoutAWordKeepNobodyOut() throws Exception {
    try (TestGate gate = new TestGate(shop, shop.bundle())) {
      List<RawClient> silent = new ArrayList<>();
      try {
        for (int number = 0; number < 80; number++) {
          RawClient client = new RawClient(gate.port());
          client.out().int8((byte) 0);
          client.send();
          silent.add(client);
        }
        try (Connection connection = gate.connect()) {
          assertThat(one(connection)).isEqualTo("***7");
        }
        assertThat(silent.getFirst().untilReady()).containsExactly("E 08P01", "end");
        assertThat(gate.events())
            .anySatisfy(event -> assertThat(event.reason()).contains("cannot read"));
      } finally {
        for (RawClient client : silent) {
          client.close();
        }
      }
    }
  }

  @Test
  void manyClientsAtOnceAreAllServed() throws Exception {
    try (TestGate gate = new TestGate(shop, shop.bundle())) {
      List<RawClient> clients = new ArrayList<>();
      try {
        for (int number = 0; number < 200; number++) {
          clients.add(new RawClient(gate.port()));
        }
        for (RawClient client : clients) {
          client.out().beginUntyped().int32(StartupRequest.GSS).end();
          assertThat(client.send().readByte()).isEqualTo('N');
          client.close();
        }
      } finally {
        for (RawClient client : clients) {
          client.close();
        }
      }
    }
  }

  private TestGate protectedGate(CertificateAuthority authority) throws IOException {
    write(authority, Instant.now());
    return new TestGate(
        shop,
        shop.bundle(),
        ANY_PORT,
        new ClientTls(directory.resolve("chain.pem"), directory.resolve("key.pem"), log::add));
  }

  private void write(CertificateAuthority authority, Instant time) throws IOException {
    CertificateAuthority.Issued issued = authority.issueServer("localhost", "127.0.0.1");
    Files.writeString(directory.resolve("chain.pem"), issued.certificate());
    Files.writeString(directory.resolve("key.pem"), issued.privateKey());
    setTime(directory.resolve("chain.pem"), time);
    setTime(directory.resolve("key.pem"), time);
  }

  private static void setTime(Path file, Instant time) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private String connect(TestGate gate, CertificateAuthority authority, String negotiation)
      throws Exception {
    Path root = Files.writeString(directory.resolve("root.pem"), authority.certificate());
    try (Connection connection =
        gate.connect(
            "&sslmode=verify-full&sslrootcert=%s&sslNegotiation=%s".formatted(root, negotiation))) {
      return one(connection);
    }
  }

  private static String one(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT ssn FROM customers WHERE id = 7")) {
      rows.next();
      return rows.getString(1);
    }
  }
}
