package dev.sluice.sidecar;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.fixtures.CertificateAuthority;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Acknowledgement;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.control.Problem;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.EventBatch;
import io.avaje.jsonb.Jsonb;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The control plane's API over HTTPS, with what a test puts into it. */
public final class TestControlPlane implements AutoCloseable {
  /** The token that it takes. */
  public static final String TOKEN = "token-of-the-pod";

  private final HttpsServer server;
  private final Path authorities;
  private final Path tokenFile;
  private final Map<String, Bundle> bundles = new HashMap<>();
  private final Map<String, Supplier<Credential>> credentials = new HashMap<>();
  private final Map<String, Event> events = new LinkedHashMap<>();
  private @Nullable Problem refusal;
  private @Nullable Problem eventsRefusal;
  private boolean losesAcknowledgements;

  /** Starts one on a free port. */
  public TestControlPlane(Path directory) {
    try {
      CertificateAuthority authority = CertificateAuthority.create("sluice-tests-control");
      authorities = Files.writeString(directory.resolve("ca.crt"), authority.certificate());
      tokenFile = Files.writeString(directory.resolve("token"), TOKEN + "\n");
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
      server.setHttpsConfigurator(
          new HttpsConfigurator(context(authority.issueServer("localhost", "127.0.0.1"))));
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/v1/bundle", this::bundle);
      server.createContext("/v1/credentials", this::credential);
      server.createContext("/v1/events", this::events);
      server.start();
    } catch (IOException | GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Its address. */
  public URI address() {
    return URI.create("https://localhost:" + server.getAddress().getPort());
  }

  /** The file of its authority. */
  public Path authorities() {
    return authorities;
  }

  /** The file of the token. */
  public Path tokenFile() {
    return tokenFile;
  }

  /**
   * Settings of a gate for {@code shop/orders} that asks here, with flags beside the usual ones.
   */
  Settings settings(Path directory, String... more) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--control", address().toString(),
                "--token-file", tokenFile().toString(),
                "--ca-file", authorities().toString(),
                "--access", "shop/orders=127.0.0.1:0",
                "--spool", directory.resolve("spool").toString(),
                "--health", "127.0.0.1:0",
                "--drain", "0",
                "--grace", "6",
                "--namespace", "shop",
                "--pod", "shop-api-1"));
    flags.addAll(List.of(more));
    return Settings.read(flags.toArray(String[]::new), Map.of());
  }

  /** Starts a gate for {@code shop/orders} in a process of its own. */
  Process gate(int port, Path spool, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Dsluice.pgquery.library=" + System.getProperty("sluice.pgquery.library"),
            "-cp",
            System.getProperty("java.class.path"),
            "dev.sluice.sidecar.Main",
            "--control",
            address().toString(),
            "--token-file",
            tokenFile().toString(),
            "--ca-file",
            authorities().toString(),
            "--access",
            "shop/orders=127.0.0.1:" + port,
            "--spool",
            spool.toString()));
    return new ProcessBuilder(command).inheritIO().start();
  }

  /** Puts a bundle in. */
  public synchronized void put(Bundle bundle) {
    bundles.put(bundle.access(), bundle);
    notifyAll();
  }

  /** Says where the credentials of a grant come from. */
  public synchronized void credentials(String access, Supplier<Credential> supplier) {
    credentials.put(access, supplier);
  }

  /** Answers all requests with a problem; null: not any more. */
  public synchronized void refuse(@Nullable Problem problem) {
    refusal = problem;
    notifyAll();
  }

  /** Answers events, and only these, with a problem; null: not any more. */
  public synchronized void refuseEvents(@Nullable Problem problem) {
    eventsRefusal = problem;
  }

  /** Takes events and does not say so, as when an answer is lost on the way. */
  public synchronized void loseAcknowledgements(boolean lose) {
    losesAcknowledgements = lose;
  }

  /** The events that came, each id once, in the order in which they came first. */
  public synchronized List<Event> events() {
    return new ArrayList<>(events.values());
  }

  private void bundle(HttpExchange exchange) throws IOException {
    Map<String, String> query = query(exchange);
    String known = exchange.getRequestHeaders().getFirst("If-None-Match");
    Bundle bundle;
    synchronized (this) {
      long end = System.nanoTime() + Long.parseLong(query.get("wait")) * 1_000_000_000L;
      while (refusal == null && isKnown(query.get("access"), known) && System.nanoTime() < end) {
        try {
          wait(100);
        } catch (InterruptedException interrupted) {
          throw new IOException(interrupted);
        }
      }
      if (refuses(exchange)) {
        return;
      }
      bundle = isKnown(query.get("access"), known) ? null : bundles.get(query.get("access"));
    }
    if (bundle == null) {
      answer(exchange, known == null ? 404 : 304, problem(404, "no such access"));
    } else {
      exchange.getResponseHeaders().set("ETag", '"' + bundle.revision() + '"');
      answer(exchange, 200, Jsonb.instance().type(Bundle.class).toJsonBytes(bundle));
    }
  }

  private boolean isKnown(@Nullable String access, @Nullable String known) {
    Bundle bundle = bundles.get(access);
    return bundle != null && ('"' + bundle.revision() + '"').equals(known);
  }

  private void credential(HttpExchange exchange) throws IOException {
    String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Supplier<Credential> supplier;
    synchronized (this) {
      if (refuses(exchange)) {
        return;
      }
      supplier =
          credentials.entrySet().stream()
              .filter(entry -> request.contains('"' + entry.getKey() + '"'))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse(null);
    }
    if (supplier == null) {
      answer(exchange, 404, problem(404, "no such access"));
    } else {
      answer(exchange, 200, Jsonb.instance().type(Credential.class).toJsonBytes(supplier.get()));
    }
  }

  private void events(HttpExchange exchange) throws IOException {
    EventBatch batch =
        Jsonb.instance().type(EventBatch.class).fromJson(exchange.getRequestBody().readAllBytes());
    synchronized (this) {
      if (refuses(exchange)) {
        return;
      }
      Problem problem = eventsRefusal;
      if (problem != null) {
        answer(
            exchange, problem.status(), Jsonb.instance().type(Problem.class).toJsonBytes(problem));
        return;
      }
      batch.events().forEach(event -> events.putIfAbsent(event.id(), event));
      if (losesAcknowledgements) {
        answer(exchange, 503, problem(503, "lost"));
        return;
      }
    }
    answer(
        exchange,
        200,
        Jsonb.instance()
            .type(Acknowledgement.class)
            .toJsonBytes(new Acknowledgement(batch.events().size())));
  }

  private boolean refuses(HttpExchange exchange) throws IOException {
    if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer(exchange, 401, problem(401, "no token"));
      return true;
    }
    Problem problem = refusal;
    if (problem != null) {
      answer(exchange, problem.status(), Jsonb.instance().type(Problem.class).toJsonBytes(problem));
      return true;
    }
    return false;
  }

  private static byte[] problem(int status, String detail) {
    return Jsonb.instance()
        .type(Problem.class)
        .toJsonBytes(new Problem("refused", status, "SLU-X", detail, "ask again"));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, status == 304 ? -1 : body.length);
      if (status != 304) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new HashMap<>();
    for (String part : exchange.getRequestURI().getQuery().split("&", -1)) {
      int equals = part.indexOf('=');
      query.put(part.substring(0, equals), part.substring(equals + 1));
    }
    return query;
  }

  private static SSLContext context(CertificateAuthority.Issued issued)
      throws GeneralSecurityException, IOException {
    byte[] key =
        Base64.getMimeDecoder()
            .decode(issued.privateKey().replaceAll("-----[A-Z ]+-----", "").strip());
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(issued.certificate().getBytes(StandardCharsets.US_ASCII)));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server",
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
        new char[0],
        new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
