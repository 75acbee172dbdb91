package dev.sluice.operator.api;

import dev.sluice.operator.tls.Identity;
import dev.sluice.operator.tls.Pem;
import dev.sluice.policy.Code;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the control API over HTTPS. Each request has a virtual thread of its own; a body is read
 * only after the token was accepted.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
  private static final int LARGEST_BODY = 8 * 1024 * 1024;
  private static final int BODY_SECONDS = 30;
  private static final int START_SECONDS = 30;

  /** Longer than the longest wait for a bundle. */
  private static final int IDLE_SECONDS = 90;

  private final Vertx vertx;
  private final ControlApi api;
  private final HttpServer server;
  private final ExecutorService requests =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("api-", 0).factory());

  private ApiServer(Vertx vertx, ControlApi api, HttpServer server) {
    this.vertx = vertx;
    this.api = api;
    this.server = server;
  }

  /**
   * Starts to listen.
   *
   * @param vertx runs the connections
   * @param api answers
   * @param identity the certificate
   * @param port the port, 0 for any
   * @return the server
   */
  public static ApiServer start(Vertx vertx, ControlApi api, Identity identity, int port) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(keys(identity))
            .setUseAlpn(true)
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setMaxHeaderSize(32 * 1024)
            .setPort(port);
    ApiServer started = new ApiServer(vertx, api, vertx.createHttpServer(options));
    started.server.requestHandler(started::accept);
    waitFor(started.server.listen(), "The control API could not listen on port " + port);
    LOG.info("control API listens: port={}", started.port());
    return started;
  }

  /** The port that it listens on. */
  public int port() {
    return server.actualPort();
  }

  /**
   * Answers new connections with another certificate. Open ones go on.
   *
   * @param identity the certificate
   */
  public void use(Identity identity) {
    SSLOptions options = new SSLOptions().setKeyCertOptions(keys(identity));
    options.setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"));
    waitFor(server.updateSSLOptions(options), "The control API could not change its certificate");
    LOG.info("control API has a new certificate: until={}", identity.notAfter());
  }

  /** Stops listening and ends what is being answered. */
  @Override
  public void close() {
    requests.shutdownNow();
    waitFor(server.close(), "The control API could not stop");
  }

  private void accept(HttpServerRequest request) {
    Context context = vertx.getOrCreateContext();
    request.pause();
    requests.execute(() -> answer(request, context));
  }

  private void answer(HttpServerRequest request, Context context) {
    ApiRequest wanted =
        new ApiRequest(
            request.method().name(),
            request.path() == null ? "" : request.path(),
            () -> parameters(request),
            request.getHeader("Authorization"),
            request.getHeader("If-None-Match"),
            () -> body(request, context));
    try {
      ApiAnswer answer = api.answer(wanted);
      context.runOnContext(ignored -> send(request, answer));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      context.runOnContext(ignored -> request.connection().close());
    }
  }

  private static void send(HttpServerRequest request, ApiAnswer answer) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(answer.status()).putHeader("Cache-Control", "no-store");
    String tag = answer.entityTag();
    if (tag != null) {
      response.putHeader("ETag", tag);
    }
    if (answer.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    if (answer.status() >= 500 && request.version() != HttpVersion.HTTP_2) {
      // The next try may reach another replica.
      response.putHeader("Connection", "close");
    }
    if (!request.isEnded()) {
      // What was not read of the body would be taken for the next request.
      request.resume();
    }
    if (answer.contentType().isEmpty()) {
      response.end();
    } else {
      response.putHeader("Content-Type", answer.contentType()).end(Buffer.buffer(answer.body()));
    }
  }

  private static Map<String, String> parameters(HttpServerRequest request) {
    try {
      Map<String, String> parameters = new HashMap<>();
      request.params().forEach(entry -> parameters.put(entry.getKey(), entry.getValue()));
      return parameters;
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(
          400,
          Code.BAD_REQUEST,
          "The query cannot be decoded: % is followed by two hexadecimal digits.");
    }
  }

  private static String body(HttpServerRequest request, Context context) {
    CompletableFuture<Buffer> whole = new CompletableFuture<>();
    context.runOnContext(ignored -> collect(request, whole));
    try {
      return whole.get(BODY_SECONDS, TimeUnit.SECONDS).toString();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new Refusal(503, Code.CONTROL_PLANE_FAULT, "The operator is stopping.");
    } catch (TimeoutException slow) {
      throw new Refusal(
          408, Code.BAD_REQUEST, "The body did not arrive within %d s.".formatted(BODY_SECONDS));
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof Refusal refusal) {
        throw refusal;
      }
      throw new Refusal(400, Code.BAD_REQUEST, "The body could not be read.");
    }
  }

  private static void collect(HttpServerRequest request, CompletableFuture<Buffer> whole) {
    Buffer collected = Buffer.buffer();
    request.handler(
        part -> {
          if (collected.length() + part.length() > LARGEST_BODY) {
            whole.completeExceptionally(
                new Refusal(
                    413,
                    Code.BAD_REQUEST,
                    "A body holds at most %d bytes.".formatted(LARGEST_BODY)));
            request.handler(ignored -> {});
          } else {
            collected.appendBuffer(part);
          }
        });
    request.endHandler(ignored -> whole.complete(collected));
    request.exceptionHandler(whole::completeExceptionally);
    request.resume();
  }

  private static PemKeyCertOptions keys(Identity identity) {
    return new PemKeyCertOptions()
        .setCertValue(Buffer.buffer(Pem.certificates(List.of(identity.certificate()))))
        .setKeyValue(Buffer.buffer(Pem.key(identity.key())));
  }

  private static <T> void waitFor(io.vertx.core.Future<T> future, String failure) {
    try {
      future.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(failure + ": interrupted", stopping);
    } catch (ExecutionException | TimeoutException cause) {
      throw new IllegalStateException(failure, cause);
    }
  }
}
