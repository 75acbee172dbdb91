package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.RealPostgres.TlsUse;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Endpoint;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Database with two servers, of which the one or the other is the primary. */
class FailoverTest {
  @ParameterizedTest
  @EnumSource(PostgresVersion.class)
  void theNextConnectionFindsTheNewPrimary(PostgresVersion version) throws Exception {
    try (RealPostgres first = RealPostgres.start(version, TlsUse.OFF)) {
      GovernedShop shop = GovernedShop.create(first);
      try (RealPostgres second = first.newStandby();
          TestGate gate = new TestGate(shop, bundle(shop, second, first))) {
        try (Connection connection = gate.connect()) {
          assertThat(port(connection)).isEqualTo(first.port());
          execute(connection, "INSERT INTO orders(note) VALUES ('before')");
        }
        await()
            .until(
                () -> {
                  try (Connection standby = superuser(shop, second)) {
                    return one(standby, "SELECT count(*) FROM orders WHERE note = 'before'") == 1;
                  }
                });
        first.stop();
        assertThatThrownBy(gate::connect)
            .hasMessageContaining("SLU-G07")
            .hasMessageContaining("%d is a standby".formatted(second.port()));
        try (Connection standby = superuser(shop, second)) {
          execute(standby, "SELECT pg_promote()");
        }
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptions()
            .untilAsserted(
                () -> {
                  try (Connection connection = gate.connect()) {
                    assertThat(port(connection)).isEqualTo(second.port());
                    execute(connection, "INSERT INTO orders(note) VALUES ('after')");
                  }
                });
      }
    }
  }

  private static Bundle bundle(GovernedShop shop, RealPostgres... servers) {
    Bundle.Target target = shop.bundle().target();
    return TestBundles.withTarget(
        shop.bundle(),
        new Bundle.Target(
            target.engine(),
            List.of(servers).stream()
                .map(server -> new Endpoint(server.host(), server.port()))
                .toList(),
            target.database(),
            target.tls(),
            target.serverVersion()));
  }

  private static Connection superuser(GovernedShop shop, RealPostgres server) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s"
            .formatted(server.host(), server.port(), shop.database().name()),
        server.superuser().user(),
        server.superuser().password());
  }

  private static int port(Connection connection) throws SQLException {
    return one(connection, "SELECT inet_server_port()");
  }

  private static int one(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(text)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static void execute(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }
}
