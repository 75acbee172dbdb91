package dev.sluice.operator.api;

import dev.sluice.operator.tls.Pem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Calls the control API as a gate does: HTTPS with the authority that it was given. */
public final class ApiClient implements AutoCloseable {
  private final SSLContext context;
  private final HttpClient client;
  private final int port;

  /** A client that trusts these authorities. */
  public ApiClient(String trusted, int port) {
    this.port = port;
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (X509Certificate certificate : Pem.certificates(trusted)) {
        store.setCertificateEntry(certificate.getSubjectX500Principal().getName(), certificate);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      client = HttpClient.newBuilder().sslContext(context).build();
    } catch (GeneralSecurityException | IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Reads. */
  public HttpResponse<String> get(String path, @Nullable String token, @Nullable String tag)
      throws IOException, InterruptedException {
    return client.send(request(path, token, tag).GET().build(), body());
  }

  /** Asks for a path as it is, however it is written; the first line of the answer. */
  public String rawGet(String path, String token) throws IOException {
    try (Socket socket = context.getSocketFactory().createSocket("localhost", port)) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                  .formatted(path, token)
                  .getBytes(StandardCharsets.US_ASCII));
      return String.valueOf(
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
              .readLine());
    }
  }

  /** Reads later. */
  public CompletableFuture<HttpResponse<String>> getLater(
      String path, String token, @Nullable String tag) {
    return client.sendAsync(request(path, token, tag).GET().build(), body());
  }

  /** Posts. */
  public HttpResponse<String> post(String path, @Nullable String token, String body)
      throws IOException, InterruptedException {
    return client.send(
        request(path, token, null).POST(HttpRequest.BodyPublishers.ofString(body)).build(), body());
  }

  @Override
  public void close() {
    client.close();
  }

  private HttpRequest.Builder request(String path, @Nullable String token, @Nullable String tag) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create("https://localhost:%d%s".formatted(port, path)));
    if (token != null) {
      builder.header("Authorization", "Bearer " + token);
    }
    if (tag != null) {
      builder.header("If-None-Match", tag);
    }
    return builder;
  }

  private static HttpResponse.BodyHandler<String> body() {
    return HttpResponse.BodyHandlers.ofString();
  }
}
