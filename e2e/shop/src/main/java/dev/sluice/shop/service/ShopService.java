package dev.sluice.shop.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The service.
 *
 * <ul>
 *   <li>{@code GET /ready}: whether it answers; the database is not asked
 *   <li>{@code GET /customers}, {@code GET /orders}: some of each
 *   <li>{@code GET /statements}: statements with a name; {@code POST /statements/NAME} runs one and
 *       tells its rows or the server's error
 *   <li>{@code POST /load} starts a load, {@code GET /load} tells how it goes, {@code DELETE /load}
 *       stops it
 * </ul>
 */
public final class ShopService implements AutoCloseable {
  private static final int POOL = 4;
  private static final int LOAD_WORKERS = 3;
  private static final long CONNECTION_LIFE_MILLIS = 30_000;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final HikariDataSource pool;
  private final Load load;
  private final HttpServer server;

  private record Answer(int status, @Nullable Object body) {}

  /**
   * A service that listens already and answers once it is started.
   *
   * @param url the JDBC URL; the database need not be there yet
   * @param port TCP port; 0: any
   * @throws IOException when it cannot listen
   */
  public ShopService(String url, int port) throws IOException {
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(POOL);
    config.setMaxLifetime(CONNECTION_LIFE_MILLIS);
    config.setKeepaliveTime(0);
    config.setConnectionTimeout(5_000);
    // A database that is away must not keep the service from starting.
    config.setInitializationFailTimeout(-1);
    pool = new HikariDataSource(config);
    load = new Load(pool, url);
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Starts to answer. */
  public void start() {
    server.start();
  }

  /** Stops the load, closes connections and no longer answers. */
  @Override
  public void close() {
    load.stop();
    server.stop(0);
    pool.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var answer = answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
      var bytes = JSON.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Answer answer(String method, String path) {
    return switch (method + " " + path) {
      case "GET /ready" -> new Answer(200, Map.of("ready", true));
      case "GET /customers" -> run("customers");
      case "GET /orders" -> run("orders");
      case "GET /statements" -> new Answer(200, Statements.all());
      case "GET /load" -> new Answer(200, load.counts());
      case "POST /load" -> {
        load.start(LOAD_WORKERS);
        yield new Answer(202, load.counts());
      }
      case "DELETE /load" -> {
        load.stop();
        yield new Answer(200, load.counts());
      }
      default ->
          method.equals("POST") && path.startsWith("/statements/")
              ? run(path.substring("/statements/".length()))
              : notFound();
    };
  }

  private Answer run(String name) {
    var statement = Statements.all().get(name);
    if (statement == null) {
      return notFound();
    }
    try (var connection = pool.getConnection()) {
      return new Answer(200, StatementRun.of(statement, connection));
    } catch (SQLException e) {
      // The pool's own words hide the driver's, which stand in the cause.
      var cause = e.getCause() instanceof SQLException driver ? driver : e;
      return new Answer(
          503, new StatementRun(statement, List.of(), -1, StatementRun.error(cause), false));
    }
  }

  private static Answer notFound() {
    return new Answer(404, Map.of("error", "GET /statements lists what can be run"));
  }
}
