package dev.sluice.sidecar.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.CertificateAuthority;
import dev.sluice.fixtures.FreePorts;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.TestDatabase;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Endpoint;
import dev.sluice.policy.bundle.Bundle.TlsMode;
import dev.sluice.policy.control.Credential;
import dev.sluice.sidecar.GovernedShop;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Logging in to a real server, in the ways that a bundle asks for, and not in others. */
class ServerConnectorTest {
  private static GovernedShop shop;

  @BeforeAll
  static void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
  }

  @ParameterizedTest
  @EnumSource(PostgresVersion.class)
  void scramIsBoundToTheServersCertificate(PostgresVersion version) throws Exception {
    GovernedShop other = GovernedShop.create(version);
    for (TlsMode mode : TlsMode.values()) {
      ServerConnector connector =
          connector(
              mode,
              mode == TlsMode.DISABLE ? null : other.postgres().caCertificate(),
              new Endpoint("localhost", other.postgres().port()),
              other.database().name(),
              version.number());
      try (ServerConnection connection = connector.open(other.credential("a"), Map.of())) {
        assertThat(one(connection, "SELECT current_user")).isEqualTo(other.group());
        assertThat(isProtected(other, connection)).isEqualTo(mode != TlsMode.DISABLE);
        // Protocol 3.2 with servers that have it.
        assertThat(Objects.requireNonNull(connection.key()).secret())
            .hasSize(version == PostgresVersion.V18 ? 32 : 4);
      }
    }
    assertThat(
            new Scram("x", new ScramKeys(), new byte[] {1}, true, new SecureRandom()).mechanism())
        .isEqualTo("SCRAM-SHA-256-PLUS");
  }

  @ParameterizedTest
  @CsvSource({
    // 0.0.0.0 leads to this machine and is not in the certificate
    "VERIFY_FULL, localhost, true, true",
    "VERIFY_FULL, 0.0.0.0, true, false",
    "VERIFY_FULL, localhost, false, false",
    "VERIFY_CA, 0.0.0.0, true, true",
    "VERIFY_CA, localhost, false, false",
    "REQUIRE, 0.0.0.0, true, true",
    "REQUIRE, localhost, false, false",
  })
  void certificatesAreVerifiedAsTheModeSays(
      TlsMode mode, String host, boolean rightAuthority, boolean opens) throws Exception {
    String authority =
        rightAuthority
            ? shop.postgres().caCertificate()
            : CertificateAuthority.create("another").certificate();
    ServerConnector connector =
        connector(
            mode, authority, new Endpoint(host, shop.postgres().port()), shop.database().name());
    if (opens) {
      connector.open(shop.credential("a"), Map.of()).close();
    } else {
      assertThatThrownBy(() -> connector.open(shop.credential("a"), Map.of()))
          .hasMessageContaining("SLU-G09");
    }
  }

  @Test
  void requireWithoutAuthorityTakesAnyCertificate() throws Exception {
    connector(
            TlsMode.REQUIRE,
            null,
            new Endpoint("localhost", shop.postgres().port()),
            shop.database().name())
        .open(shop.credential("a"), Map.of())
        .close();
  }

  @Test
  void tlsMayBeginAtOnce() throws Exception {
    GovernedShop newer = GovernedShop.create(PostgresVersion.V18);
    try (ServerConnection connection = direct(newer).open(newer.credential("a"), Map.of())) {
      assertThat(isProtected(newer, connection)).isTrue();
    }
    assertThatThrownBy(() -> direct(shop).open(shop.credential("a"), Map.of()))
        .hasMessageContaining("SLU-G0");
  }

  private static ServerConnector direct(GovernedShop shop) {
    return new ServerConnector(
        new Bundle.Target(
            "PostgreSQL",
            List.of(new Endpoint("localhost", shop.postgres().port())),
            shop.database().name(),
            new Bundle.Tls(TlsMode.VERIFY_FULL, shop.postgres().caCertificate(), true),
            "15"),
        Duration.ofSeconds(10),
        new SecureRandom());
  }

  /** Somebody in between could have put it there. */
  @Test
  void whatStandsBeforeTlsIsNotReadAsTheServers() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket client = server.accept();
                    Socket onward =
                        new Socket(InetAddress.getLoopbackAddress(), shop.postgres().port())) {
                  onward.getOutputStream().write(client.getInputStream().readNBytes(8));
                  MessageBuilder out = new MessageBuilder(64);
                  out.int8((byte) onward.getInputStream().read());
                  out.begin(Backend.AUTHENTICATION).int32(0).end();
                  client.getOutputStream().write(out.toByteArray());
                  Thread.ofVirtual().start(() -> pass(client, onward));
                  pass(onward, client);
                } catch (IOException _) {
                  // The gate has left, as it should.
                }
              });
      assertThatThrownBy(
              () ->
                  connector(
                          TlsMode.VERIFY_FULL,
                          shop.postgres().caCertificate(),
                          new Endpoint("localhost", server.getLocalPort()),
                          shop.database().name())
                      .open(shop.credential("a"), Map.of()))
          .hasMessageContaining("SLU-G09");
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // One of both has gone.
    }
  }

  @Test
  void verificationWithoutAuthorityIsByTheWellKnownOnes() {
    assertThatThrownBy(
            () ->
                connector(
                        TlsMode.VERIFY_FULL,
                        null,
                        new Endpoint("localhost", shop.postgres().port()),
                        shop.database().name())
                    .open(shop.credential("a"), Map.of()))
        .hasMessageContaining("SLU-G09");
  }

  @Test
  void theFirstEndpointThatAnswersIsTaken() throws Exception {
    Bundle.Target target =
        new Bundle.Target(
            "PostgreSQL",
            List.of(
                new Endpoint("127.0.0.1", FreePorts.next()),
                new Endpoint("nowhere.invalid", 5432),
                new Endpoint("127.0.0.1", shop.postgres().port())),
            shop.database().name(),
            new Bundle.Tls(TlsMode.DISABLE, null),
            "15");
    ServerConnector connector =
        new ServerConnector(target, Duration.ofSeconds(10), new SecureRandom());
    try (ServerConnection connection = connector.open(shop.credential("a"), Map.of())) {
      assertThat(connection.endpoint().port()).isEqualTo(shop.postgres().port());
    }
  }

  @Test
  void anUnreachableServerIsNamed() {
    int port = FreePorts.next();
    assertThatThrownBy(
            () ->
                connector(TlsMode.DISABLE, null, new Endpoint("127.0.0.1", port), "x")
                    .open(shop.credential("a"), Map.of()))
        .isInstanceOfSatisfying(
            GateException.class,
            failure -> {
              assertThat(failure.answer().sqlState()).isEqualTo("08001");
              assertThat(failure.answer().detail()).contains("127.0.0.1:" + port);
              assertThat(failure.answer().message()).contains("SLU-G07");
            });
  }

  @Test
  void anOlderServerIsAnsweredWithMd5() throws Exception {
    try (RealPostgres older = RealPostgres.start(PostgresVersion.V15, RealPostgres.TlsUse.OFF)) {
      TestDatabase database = older.newDatabase();
      database.execute(
          database.superuser(),
          """
          SET password_encryption = 'md5';
          CREATE ROLE "of old" LOGIN PASSWORD 'Geheimnis ß';
          DO $$ BEGIN EXECUTE format(
            'COPY (VALUES (''host all all 127.0.0.1/32 md5'')) TO %L', current_setting('hba_file')); END $$;
          SELECT pg_reload_conf();
          """);
      ServerConnector connector =
          connector(
              TlsMode.DISABLE, null, new Endpoint("127.0.0.1", older.port()), database.name());
      // The server reads its rules again some time after it was told to.
      await()
          .ignoreExceptionsInstanceOf(GateException.class)
          .until(() -> login(connector, "Geheimnis ß").equals("of old"));
      assertThatThrownBy(() -> login(connector, "Geheimnis s")).hasMessageContaining("SLU-G08");
    }
  }

  @Test
  void aPasswordIsNotToldInClear() throws Exception {
    assertThatThrownBy(() -> loginAt(3)).hasMessageContaining("SLU-G08");
    assertThatThrownBy(() -> loginAt(7)).hasMessageContaining("SLU-G08");
  }

  @Test
  void aServerThatDoesNotProveItselfIsLeft() {
    assertThatThrownBy(() -> loginAt(10)).hasMessageContaining("SLU-G12");
  }

  private static String login(ServerConnector connector, String password) throws IOException {
    Instant now = Instant.now();
    Credential credential = new Credential("of old", password, now, now.plusSeconds(60));
    try (ServerConnection connection = connector.open(credential, Map.of())) {
      return one(connection, "SELECT current_user");
    }
  }

  /** Logs in to a server that asks for a kind of authentication and then says that all is well. */
  private static void loginAt(int kind) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answer(server, kind));
      connector(TlsMode.DISABLE, null, new Endpoint("127.0.0.1", server.getLocalPort()), "x")
          .open(shop.credential("a"), Map.of())
          .close();
    }
  }

  private static void answer(ServerSocket server, int kind) {
    try (Socket client = server.accept()) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      in.readNBytes(in.readInt() - 4);
      MessageBuilder out = new MessageBuilder(64);
      out.begin(Backend.AUTHENTICATION).int32(kind);
      if (kind == 10) {
        out.text("SCRAM-SHA-256").int8((byte) 0);
      }
      out.end();
      new DataOutputStream(client.getOutputStream()).write(out.toByteArray());
      in.readByte();
      in.readNBytes(in.readInt() - 4);
      out.clear();
      out.begin(Backend.AUTHENTICATION).int32(0).end();
      out.begin(Backend.READY_FOR_QUERY).int8((byte) 'I').end();
      new DataOutputStream(client.getOutputStream()).write(out.toByteArray());
      in.read();
    } catch (IOException _) {
      // The gate has left, as it should.
    }
  }

  private static ServerConnector connector(
      TlsMode mode, @Nullable String authority, Endpoint endpoint, String database) {
    return connector(mode, authority, endpoint, database, "15");
  }

  private static ServerConnector connector(
      TlsMode mode,
      @Nullable String authority,
      Endpoint endpoint,
      String database,
      String version) {
    return new ServerConnector(
        new Bundle.Target(
            "PostgreSQL", List.of(endpoint), database, new Bundle.Tls(mode, authority), version),
        Duration.ofSeconds(10),
        new SecureRandom());
  }

  private static boolean isProtected(GovernedShop shop, ServerConnection connection)
      throws SQLException {
    int process = Objects.requireNonNull(connection.key()).process();
    try (Connection superuser = shop.database().connect(shop.database().superuser());
        Statement statement = superuser.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = " + process)) {
      return result.next() && result.getBoolean(1);
    }
  }

  private static String one(ServerConnection connection, String text) throws IOException {
    MessageBuilder query = new MessageBuilder(64);
    query.begin(Frontend.QUERY).text(text).end();
    connection.wire().out().write(query.toByteArray());
    MessageReader reader = new MessageReader(new DataInputStream(connection.wire().in()));
    List<String> rows = new ArrayList<>();
    while (true) {
      MessageReader.Message message = reader.read();
      byte[] content = message.content();
      if (message.type() == Backend.DATA_ROW) {
        rows.add(new String(content, 6, content.length - 6, StandardCharsets.UTF_8));
      } else if (message.type() == Backend.READY_FOR_QUERY) {
        return rows.getFirst();
      }
    }
  }
}
