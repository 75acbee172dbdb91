package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.EngineException.Category;
import dev.sluice.policy.bundle.Bundle;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.SslMode;

/** Connects as the admin to the endpoint that takes writes. */
final class Connector {
  private static final int CONNECT_SECONDS = 5;

  /** Longer than the statement timeout, so that the server's own answer comes first. */
  private static final int SOCKET_SECONDS = 150;

  private final AdminConnection admin;

  Connector(AdminConnection admin) {
    this.admin = admin;
  }

  /**
   * A session with the primary.
   *
   * @throws EngineException where none of the endpoints can be used
   */
  Session connect() {
    List<EngineException> errors = new ArrayList<>();
    for (Bundle.Endpoint endpoint : admin.endpoints()) {
      try {
        Session session = primary(endpoint);
        if (session != null) {
          return session;
        }
      } catch (SQLException e) {
        errors.add(ServerErrors.connecting(e, endpoint, admin));
      }
    }
    // What a person must mend comes before what may pass by itself.
    throw errors.stream()
        .min(Comparator.comparing(each -> each.category().passing()))
        .orElseGet(
            () ->
                new EngineException(
                    Category.NoPrimary,
                    "none of the endpoints of database %s takes writes".formatted(admin.database()),
                    "Add the primary to spec.endpoints, or wait until one has taken over"));
  }

  /** A session with this endpoint; null where it is a standby. */
  private @Nullable Session primary(Bundle.Endpoint endpoint) throws SQLException {
    Connection connection = source(endpoint).getConnection();
    boolean use = false;
    try {
      if (!standby(connection)) {
        Session session = new Session(connection, admin, endpoint);
        use = true;
        return session;
      }
      return null;
    } finally {
      if (!use) {
        connection.close();
      }
    }
  }

  private static boolean standby(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery("SELECT pg_catalog.pg_is_in_recovery()")) {
      return answer.next() && answer.getBoolean(1);
    }
  }

  private PGSimpleDataSource source(Bundle.Endpoint endpoint) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    String host = endpoint.host();
    source.setServerNames(new String[] {host.indexOf(':') >= 0 ? "[" + host + "]" : host});
    source.setPortNumbers(new int[] {endpoint.port()});
    source.setDatabaseName(admin.database());
    source.setUser(admin.user());
    source.setPassword(admin.password());
    source.setApplicationName("sluice-operator");
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setLoginTimeout(2 * CONNECT_SECONDS);
    source.setSocketTimeout(SOCKET_SECONDS);
    source.setTcpKeepAlive(true);
    tls(source);
    return source;
  }

  private void tls(PGSimpleDataSource source) {
    switch (admin.tls().mode()) {
      case DISABLE -> source.setSslMode(SslMode.DISABLE.value);
      case REQUIRE -> source.setSslMode(SslMode.REQUIRE.value);
      case VERIFY_CA -> verified(source, SslMode.VERIFY_CA);
      case VERIFY_FULL -> verified(source, SslMode.VERIFY_FULL);
    }
    if (admin.tls().direct()) {
      source.setSslNegotiation("direct");
    }
  }

  private void verified(PGSimpleDataSource source, SslMode mode) {
    String authorities = admin.tls().certificateAuthorities();
    source.setSslMode(mode.value);
    source.setSslfactory(TrustedAuthorities.class.getName());
    source.setSslFactoryArg(authorities == null ? "" : authorities);
  }
}
