package dev.sluice.operator.event;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.regex.Pattern;

/** The pool of connections to the ledger's database. */
public final class LedgerDataSource {
  private static final Duration ACQUISITION = Duration.ofSeconds(5);

  private static final Pattern VERIFIED = Pattern.compile("[?&]sslmode=verify-(ca|full)(&|$)");
  private static final Pattern TRUSTING = Pattern.compile("[?&](sslrootcert|sslfactory)=");

  /** The driver's factory that trusts whom Java trusts. */
  private static final String WELL_KNOWN = "org.postgresql.ssl.DefaultJavaSSLFactory";

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

  /**
   * A URL that says whom to trust where it asks for verification and does not say: the driver by
   * itself would look for a file in a home directory, which a container does not have.
   *
   * @param url {@code jdbc:postgresql://...}
   * @param authority PEM of who signed the server's certificate; where there is no such file, it is
   *     one of the well-known authorities
   * @return the URL, as it is where it says itself or verifies nothing
   */
  public static String trusting(String url, Path authority) {
    if (!VERIFIED.matcher(url).find() || TRUSTING.matcher(url).find()) {
      return url;
    }
    return Files.exists(authority)
        ? url + "&sslrootcert=" + URLEncoder.encode(authority.toString(), StandardCharsets.UTF_8)
        : url + "&sslfactory=" + WELL_KNOWN;
  }
}
