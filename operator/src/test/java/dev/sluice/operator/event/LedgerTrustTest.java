package dev.sluice.operator.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.TestDatabase;
import io.agroal.api.AgroalDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The URL of an external ledger as the chart documents it. */
class LedgerTrustTest {
  private final RealPostgres server = RealPostgres.shared(PostgresVersion.V18);
  private final TestDatabase database = server.newDatabase();
  private final String url =
      database.jdbcUrl().replace(server.host(), "localhost") + "?sslmode=verify-full";

  @TempDir Path directory;

  @Test
  void theMountedAuthorityIsTrusted() throws IOException, SQLException {
    Path authority = Files.writeString(directory.resolve("ca.crt"), server.caCertificate());

    try (AgroalDataSource pool = open(LedgerDataSource.trusting(url, authority));
        Connection connection = pool.getConnection();
        var use = connection.createStatement();
        var answer = use.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
      assertThat(answer.next()).isTrue();
      assertThat(answer.getBoolean(1)).isTrue();
    }
  }

  @Test
  void withoutOneTheWellKnownAuthoritiesAreAndThisServersIsNone() {
    try (AgroalDataSource pool =
        open(LedgerDataSource.trusting(url, directory.resolve("missing")))) {
      assertThatThrownBy(pool::getConnection)
          .hasRootCauseInstanceOf(CertPathBuilderException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://ledger/sluice",
        "jdbc:postgresql://ledger/sluice?sslmode=require",
        "jdbc:postgresql://ledger/sluice?sslmode=verify-full&sslrootcert=/etc/own.crt",
        "jdbc:postgresql://ledger/sluice?sslmode=verify-ca&sslfactory=our.Factory"
      })
  void whatTheUrlSaysStands(String said) {
    assertThat(LedgerDataSource.trusting(said, directory)).isEqualTo(said);
  }

  private AgroalDataSource open(String trusting) {
    return LedgerDataSource.open(trusting, database.admin().user(), database.admin().password(), 1);
  }
}
