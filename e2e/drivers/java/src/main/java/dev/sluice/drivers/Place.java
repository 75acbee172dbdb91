package dev.sluice.drivers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/** Where the database is, as libpq's variables say. */
final class Place {
  private Place() {}

  static String url(String options) {
    Map<String, String> variables = System.getenv();
    return "jdbc:postgresql://%s:%s/%s?user=%s%s"
        .formatted(
            variables.getOrDefault("PGHOST", "127.0.0.1"),
            variables.getOrDefault("PGPORT", "5432"),
            variables.getOrDefault("PGDATABASE", "drivers"),
            variables.getOrDefault("PGUSER", "driver"),
            options);
  }

  static Connection connect(String options) throws SQLException {
    return DriverManager.getConnection(url(options));
  }
}
