package dev.sluice.shop;

import dev.sluice.shop.data.DataLoader;
import dev.sluice.shop.service.ShopService;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Map;

/**
 * The program: {@code serve} starts the service, {@code load [CUSTOMERS]} fills an empty database.
 *
 * <p>The database is the one of {@code JDBC_DATABASE_URL}; {@code DATABASE_USERNAME} and {@code
 * DATABASE_PASSWORD} are used where they are set.
 */
public final class Shop {
  private static final int CUSTOMERS = 100_000;
  private static final int PORT = 8080;

  private Shop() {}

  /**
   * Runs one command.
   *
   * @param arguments the command and its arguments
   * @throws IOException when the service cannot listen
   * @throws SQLException when loading fails
   */
  public static void main(String... arguments) throws IOException, SQLException {
    var command = arguments.length == 0 ? "" : arguments[0];
    switch (command) {
      case "serve" -> new ShopService(databaseUrl(System.getenv()), PORT).start();
      case "load" ->
          load(arguments.length > 1 ? Integer.parseInt(arguments[1]) : CUSTOMERS, System.getenv());
      default -> {
        System.err.println("shop: say `serve` or `load [CUSTOMERS]`");
        System.exit(2);
      }
    }
  }

  private static void load(int customers, Map<String, String> environment) throws SQLException {
    try (var connection =
        DriverManager.getConnection(
            databaseUrl(environment),
            environment.get("DATABASE_USERNAME"),
            environment.get("DATABASE_PASSWORD"))) {
      new DataLoader(connection, InstantSource.system(), System.out).load(customers);
    }
  }

  private static String databaseUrl(Map<String, String> environment) {
    var url = environment.get("JDBC_DATABASE_URL");
    if (url == null || url.isEmpty()) {
      throw new IllegalStateException("JDBC_DATABASE_URL is not set: which database?");
    }
    return url;
  }
}
