package dev.sluice.operator.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.operator.credential.Passwords;
import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineException.Category;
import dev.sluice.policy.bundle.Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person is told who cannot connect. */
class ConnectingTest {
  private static final int VERSION = 18;
  private static final Bundle.Tls NONE = new Bundle.Tls(Bundle.TlsMode.DISABLE, null);

  @Test
  void wrongPassword() throws SQLException {
    Governed shop = Governed.database(VERSION, Admin.TABLE_OWNER, "SELECT 1");
    EngineException error = failure(shop.connection(shop.adminRole, "wrong-password"));
    assertThat(error.category()).isEqualTo(Category.AuthenticationFailed);
    assertThat(error.sentence()).contains(shop.adminRole).doesNotContain("wrong-password");
  }

  @Test
  void unknownDatabase() throws SQLException {
    Governed shop = Governed.database(VERSION, Admin.TABLE_OWNER, "SELECT 1");
    AdminConnection given = shop.connection(shop.adminRole, "admin-password");
    EngineException error =
        failure(
            new AdminConnection(
                given.endpoints(), "no such one", given.tls(), given.user(), given.password()));
    assertThat(error.category()).isEqualTo(Category.DatabaseNotFound);
    assertThat(error.getMessage()).contains("no such one");
  }

  @Test
  void nobodyThere() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    EngineException error = failure(at(new Bundle.Endpoint("127.0.0.1", port)));
    assertThat(error.category()).isEqualTo(Category.Unreachable);
    assertThat(error.category().passing()).isTrue();
    assertThat(error.getMessage())
        .isEqualTo("127.0.0.1:%d does not answer: the connection was refused".formatted(port));
  }

  @Test
  void unknownHost() {
    EngineException error = failure(at(new Bundle.Endpoint("no-such-host.invalid", 5432)));
    assertThat(error.category()).isEqualTo(Category.Unreachable);
    assertThat(error.getMessage()).contains("the host name is not known");
  }

  @Test
  void noTlsWhereItIsWanted() throws SQLException {
    Governed shop = Governed.database(VERSION, Admin.TABLE_OWNER, "SELECT 1");
    AdminConnection given = shop.connection(shop.adminRole, "admin-password");
    for (Bundle.TlsMode mode :
        List.of(Bundle.TlsMode.REQUIRE, Bundle.TlsMode.VERIFY_CA, Bundle.TlsMode.VERIFY_FULL)) {
      EngineException error =
          failure(
              new AdminConnection(
                  given.endpoints(),
                  given.database(),
                  new Bundle.Tls(mode, null),
                  given.user(),
                  given.password()));
      assertThat(error.category()).as("%s", mode).isEqualTo(Category.CertificateNotTrusted);
      assertThat(error.getMessage()).contains("the server offers no TLS");
    }
  }

  @Test
  void primaryIsFoundBehindOneThatIsAway() throws SQLException, IOException {
    Governed shop = Governed.database(VERSION, Admin.TABLE_OWNER, "SELECT 1");
    AdminConnection given = shop.connection(shop.adminRole, "admin-password");
    int away;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      away = socket.getLocalPort();
    }
    Bundle.Endpoint primary = given.endpoints().getFirst();
    assertThat(
            engine(
                    new AdminConnection(
                        List.of(new Bundle.Endpoint("127.0.0.1", away), primary),
                        given.database(),
                        given.tls(),
                        given.user(),
                        given.password()))
                .prepare()
                .primary())
        .isEqualTo(primary);
  }

  @Test
  void adminWithoutRights() throws SQLException {
    Governed shop = Governed.database(VERSION, Admin.TABLE_OWNER, "SELECT 1");
    String weak = TestServer.unique("weak");
    shop.server.superuser(
        "postgres", "CREATE ROLE %s LOGIN PASSWORD 'admin-password'".formatted(weak));
    EngineException error = failure(shop.connection(weak, "admin-password"));
    assertThat(error.category()).isEqualTo(Category.InsufficientRights);
    assertThat(error.remedy()).isEqualTo("ALTER ROLE \"%s\" CREATEROLE".formatted(weak));
    shop.server.superuser("postgres", "ALTER ROLE %s CREATEROLE".formatted(weak));
    assertThat(failure(shop.connection(weak, "admin-password")).remedy())
        .startsWith("GRANT CREATE ON DATABASE");
  }

  @Test
  void adminThatMayNotGrantATable() throws SQLException {
    Governed shop = Governed.database(VERSION, Admin.TABLE_OWNER, Governed.SHOP);
    shop.engine.prepare();
    shop.server.superuser(shop.database, "ALTER TABLE orders OWNER TO postgres");
    var plan = shop.plan("- {tables: [public.orders], privileges: [SELECT]}");
    EngineException error =
        catchThrowableOfType(EngineException.class, () -> shop.engine.apply(plan));
    assertThat(error.category()).isEqualTo(Category.InsufficientRights);
    assertThat(error.getMessage()).contains("orders");
    assertThat(
            shop.superuser(
                "SELECT rolname FROM pg_roles WHERE rolname = '%s'".formatted(plan.role())))
        .isEmpty();
  }

  private static EngineException failure(AdminConnection connection) {
    return catchThrowableOfType(EngineException.class, () -> engine(connection).prepare());
  }

  private static PostgresEngine engine(AdminConnection connection) {
    return new PostgresEngine(connection, new Passwords(new SecureRandom()), Clock.systemUTC());
  }

  private static AdminConnection at(Bundle.Endpoint endpoint) {
    return new AdminConnection(List.of(endpoint), "shop", NONE, "admin", "secret");
  }
}
