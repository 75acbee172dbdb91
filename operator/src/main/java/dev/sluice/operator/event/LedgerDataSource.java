package dev.sluice.operator.event;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;

/** The pool of connections to the ledger's database. */
public final class LedgerDataSource {
  private static final Duration ACQUISITION = Duration.ofSeconds(5);

  private LedgerDataSource() {}

  /**
   * A pool that opens no connection before the first is wanted.
   *
   * @param url {@code jdbc:postgresql://...}
   * @param username the role
   * @param password its password
   * @param size connections at most
   * @return the pool
   */
  public static AgroalDataSource open(String url, String username, String password, int size) {
    var settings =
        new AgroalDataSourceConfigurationSupplier()
            .metricsEnabled(false)
            .connectionPoolConfiguration(
                pool ->
                    pool.initialSize(0)
                        .minSize(0)
                        .maxSize(size)
                        .acquisitionTimeout(ACQUISITION)
                        // A server that was started anew leaves connections behind that look open.
                        .validateOnBorrow(true)
                        .connectionValidator(ConnectionValidator.defaultValidatorWithTimeout(4))
                        .exceptionSorter(new PostgreSQLExceptionSorter())
                        .reapTimeout(Duration.ofMinutes(2))
                        .connectionFactoryConfiguration(
                            connection ->
                                connection
                                    .jdbcUrl(url)
                                    .principal(new NamePrincipal(username))
                                    .credential(new SimplePassword(password))
                                    .jdbcProperty("connectTimeout", "4")
                                    .jdbcProperty("socketTimeout", "30")
                                    .jdbcProperty("ApplicationName", "sluice-operator")));
    try {
      return AgroalDataSource.from(settings.get());
    } catch (SQLException impossible) {
      throw new IllegalStateException("a pool without connections was refused", impossible);
    }
  }
}
