package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.CertificateAuthority;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** Sessions that are protected on both sides, whose records are cut elsewhere than messages. */
class ProtectedRelayTest {
  private static GovernedShop shop;
  @TempDir private Path directory;
  private final List<String> log = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void layOut() throws SQLException {
    shop = GovernedShop.create(PostgresVersion.V18);
    shop.asSuperuser("GRANT TEMPORARY ON DATABASE %s TO PUBLIC".formatted(shop.database().name()));
  }

  @Test
  void muchGoesThroughBothWaysAndArrivesWhole() throws Exception {
    CertificateAuthority authority = CertificateAuthority.create("gate");
    CertificateAuthority.Issued issued = authority.issueServer("localhost", "127.0.0.1");
    Path chain = Files.writeString(directory.resolve("chain.pem"), issued.certificate());
    Path key = Files.writeString(directory.resolve("key.pem"), issued.privateKey());
    Bundle.Target target = shop.bundle().target();
    Bundle bundle =
        TestBundles.withTarget(
            shop.bundle(),
            new Bundle.Target(
                target.engine(),
                List.of(new Bundle.Endpoint("localhost", shop.postgres().port())),
                target.database(),
                new Bundle.Tls(Bundle.TlsMode.VERIFY_FULL, shop.postgres().caCertificate()),
                target.serverVersion()));
    try (TestGate gate =
            new TestGate(
                shop,
                bundle,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ClientTls(chain, key, log::add));
        Connection connection = gate.connect("&sslmode=require");
        Statement statement = connection.createStatement()) {
      assertThat(isProtected(statement)).isTrue();
      statement.execute("CREATE TEMPORARY TABLE lines (number int, line text)");
      StringBuilder lines = new StringBuilder();
      for (int number = 0; number < 100_000; number++) {
        lines.append(number).append('\t').append("x".repeat(number % 300)).append('\n');
      }
      long copied =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn("COPY lines FROM STDIN", new StringReader(lines.toString()));
      assertThat(copied).isEqualTo(100_000);
      try (ResultSet rows =
          statement.executeQuery("SELECT number, line FROM lines ORDER BY number")) {
        int number = 0;
        while (rows.next()) {
          assertThat(rows.getInt(1)).isEqualTo(number);
          assertThat(rows.getString(2)).hasSize(number % 300);
          number++;
        }
        assertThat(number).isEqualTo(100_000);
      }
    }
  }

  private static boolean isProtected(Statement statement) throws SQLException {
    try (ResultSet process = statement.executeQuery("SELECT pg_backend_pid()");
        Connection superuser = shop.database().connect(shop.database().superuser())) {
      process.next();
      try (Statement asked = superuser.createStatement();
          ResultSet rows =
              asked.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = " + process.getInt(1))) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }
}
