package dev.sluice.sidecar;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers the kubelet: {@code GET /live} and {@code GET /ready}. */
final class Health implements AutoCloseable {
  private final HttpServer server;

  /**
   * Listens.
   *
   * @param address where
   * @param fault what only a restart mends; empty: nothing
   * @param hindrance what keeps the gate from being ready; empty: nothing
   * @throws IOException where the port cannot be had
   */
  Health(
      InetSocketAddress address,
      Supplier<Optional<String>> fault,
      Supplier<Optional<String>> hindrance)
      throws IOException {
    server = HttpServer.create(address, 8);
    server.createContext("/live", exchange -> answer(exchange, fault.get()));
    server.createContext("/ready", exchange -> answer(exchange, hindrance.get()));
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, Optional<String> hindrance) throws IOException {
    try (exchange) {
      byte[] text = (hindrance.orElse("ok") + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(hindrance.isEmpty() ? 200 : 503, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
