package dev.sluice.sidecar.control;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Acknowledgement;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.control.CredentialRequest;
import dev.sluice.policy.control.Problem;
import dev.sluice.sidecar.spool.Batch;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/** The operator's API over HTTPS, asked with the pod's token. */
public final class HttpControlPlane implements ControlPlane {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int ANSWER_MILLIS = 20_000;

  /** Of a request that is written in pieces: a record of TLS. */
  private static final int CHUNK = 16 * 1024;

  private static final int MAXIMUM_ANSWER = 8 * 1024 * 1024;

  private final URI base;
  private final Path tokenFile;
  private final TrustFile trust;
  private final JsonType<Bundle> bundles;
  private final JsonType<Credential> credentials;
  private final JsonType<CredentialRequest> requests;
  private final JsonType<Acknowledgement> acknowledgements;
  private final JsonType<Problem> problems;

  /**
   * The API at an address.
   *
   * @param base its address without a path
   * @param tokenFile the pod's token, read again for each request
   * @param trust whom the server's certificate must be from
   * @param jsonb reads and writes what is sent
   */
  public HttpControlPlane(URI base, Path tokenFile, TrustFile trust, Jsonb jsonb) {
    this.base = base;
    this.tokenFile = tokenFile;
    this.trust = trust;
    this.bundles = jsonb.type(Bundle.class);
    this.credentials = jsonb.type(Credential.class);
    this.requests = jsonb.type(CredentialRequest.class);
    this.acknowledgements = jsonb.type(Acknowledgement.class);
    this.problems = jsonb.type(Problem.class);
  }

  @Override
  public Optional<Bundle> bundle(String access, @Nullable String revision, Duration wait)
      throws IOException {
    String query =
        "access=%s&wait=%d"
            .formatted(
                URLEncoder.encode(access, StandardCharsets.UTF_8),
                revision == null ? 0 : wait.toSeconds());
    HttpURLConnection connection = connection("/v1/bundle?" + query);
    connection.setReadTimeout(ANSWER_MILLIS + Math.toIntExact(wait.toMillis()));
    if (revision != null) {
      connection.setRequestProperty("If-None-Match", '"' + revision + '"');
    }
    if (connection.getResponseCode() == HttpURLConnection.HTTP_NOT_MODIFIED) {
      return Optional.empty();
    }
    Bundle bundle = answer(connection, bundles);
    if (bundle.plain()) {
      throw new IOException(
          "the control plane sent a plain bundle, which holds no rule or mask, and only a directory"
              + " may: it is not applied");
    }
    return Optional.of(bundle);
  }

  @Override
  public Credential credential(String access) throws IOException {
    HttpURLConnection connection = connection("/v1/credentials");
    byte[] request = requests.toJsonBytes(new CredentialRequest(access));
    send(connection, request.length, out -> out.write(request));
    return answer(connection, credentials);
  }

  @Override
  public void events(Batch batch) throws IOException {
    HttpURLConnection connection = connection("/v1/events");
    send(connection, batch.jsonLength(), batch::writeJson);
    int accepted = answer(connection, acknowledgements).accepted();
    if (accepted < batch.events()) {
      throw new IOException(
          "the control plane took %d of %d events".formatted(accepted, batch.events()));
    }
  }

  private HttpURLConnection connection(String path) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) base.resolve(path).toURL().openConnection();
    if (connection instanceof HttpsURLConnection secured) {
      secured.setSSLSocketFactory(trust.socketFactory());
    }
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(ANSWER_MILLIS);
    connection.setRequestProperty("Authorization", "Bearer " + Files.readString(tokenFile).strip());
    connection.setRequestProperty("Accept", "application/json, application/problem+json");
    return connection;
  }

  /** Writes a request. */
  @FunctionalInterface
  private interface Body {
    void write(OutputStream out) throws IOException;
  }

  private static void send(HttpURLConnection connection, int length, Body body) throws IOException {
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setFixedLengthStreamingMode(length);
    try (OutputStream out = new BufferedOutputStream(connection.getOutputStream(), CHUNK)) {
      body.write(out);
    }
  }

  private <T> T answer(HttpURLConnection connection, JsonType<T> type) throws IOException {
    int status = connection.getResponseCode();
    boolean done = status == HttpURLConnection.HTTP_OK;
    InputStream stream = done ? connection.getInputStream() : connection.getErrorStream();
    byte[] body = {};
    if (stream != null) {
      try (stream) {
        body = stream.readNBytes(MAXIMUM_ANSWER);
      }
    }
    if (!done) {
      throw new ControlPlaneException(problem(status, body));
    }
    try {
      return type.fromJson(body);
    } catch (RuntimeException unreadable) {
      throw new IOException(
          "the control plane's answer to %s cannot be read (%s)"
              .formatted(connection.getURL().getPath(), unreadable.getClass().getSimpleName()));
    }
  }

  private Problem problem(int status, byte[] body) {
    try {
      Problem problem = problems.fromJson(body);
      if (problem.title() != null && problem.status() == status) {
        return problem;
      }
    } catch (RuntimeException _) {
      // Not of the control plane itself, such as of a proxy on the way.
    }
    return new Problem("The control plane answered with an error", status, "", "", "");
  }
}
