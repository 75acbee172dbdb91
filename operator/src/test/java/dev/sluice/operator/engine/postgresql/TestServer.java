package dev.sluice.operator.engine.postgresql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarFile;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A real PostgreSQL server of one version, started once for all tests of this process. */
final class TestServer {
  static final String SUPERUSER = "postgres";

  private static final Map<Integer, TestServer> STARTED = new ConcurrentHashMap<>();
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final EmbeddedPostgres server;

  private TestServer(int version) {
    try {
      this.server =
          EmbeddedPostgres.builder()
              .setPgBinaryResolver((system, machine) -> binaries(version))
              .setDataDirectoryCustomizer(TestServer::authentication)
              .setLocaleConfig("locale", "C.UTF-8")
              .setLocaleConfig("encoding", "UTF8")
              .setServerConfig("fsync", "off")
              .setServerConfig("max_connections", "100")
              .setServerConfig("password_encryption", "scram-sha-256")
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server of a major version, which is started where it is not running. */
  static TestServer of(int version) {
    return STARTED.computeIfAbsent(version, TestServer::new);
  }

  /** The versions to test with: {@code -Dsluice.postgresql=14,18}, else all that are there. */
  static IntStream versions() {
    String chosen = System.getProperty("sluice.postgresql", "14,15,18");
    return Stream.of(chosen.split(",", -1)).mapToInt(Integer::parseInt);
  }

  static InputStream binaries(int version) throws IOException {
    Path archive = Path.of("target", "postgresql", version + ".jar");
    JarFile jar = new JarFile(archive.toFile());
    String name =
        jar.stream()
            .filter(entry -> entry.getName().endsWith(".txz"))
            .findFirst()
            .orElseThrow()
            .getName();
    return jar.getInputStream(jar.getEntry(name));
  }

  /** The superuser is trusted, everyone else gives a password. */
  private static void authentication(java.io.File directory) {
    try {
      Files.writeString(
          directory.toPath().resolve("pg_hba.conf"),
          """
          host all postgres 127.0.0.1/32 trust
          host all all 127.0.0.1/32 scram-sha-256
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getPort();
  }

  /** A name for a database that no other test has. */
  static String unique(String start) {
    return start + DATABASES.incrementAndGet();
  }

  Connection connect(String database, String user, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s"
            .formatted(
                port(),
                java.net.URLEncoder.encode(database, java.nio.charset.StandardCharsets.UTF_8)),
        properties);
  }

  void superuser(String database, String sql) throws SQLException {
    try (Connection connection = connect(database, SUPERUSER, "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
