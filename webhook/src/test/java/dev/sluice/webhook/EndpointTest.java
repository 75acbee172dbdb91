package dev.sluice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.CertificateAuthority;
import dev.sluice.fixtures.Patience;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** The addresses themselves: what is answered to what is not as expected, and the certificate. */
@QuarkusTest
@QuarkusTestResource(AdmissionCluster.class)
class EndpointTest {
  private static final String REVIEW =
      """
      {"apiVersion":"%s","kind":"AdmissionReview","request":{"uid":"4711","operation":"CREATE",
       "namespace":"shop","name":"x","userInfo":{"username":"eve"},"object":%s}}
      """;

  @Test
  void otherVersionOfTheReviewIsAnsweredWithTheVersionThatIsSpoken() throws Exception {
    var answer = post("/validate", REVIEW.formatted("admission.k8s.io/v1beta1", "{}"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("admission.k8s.io/v1 ");
  }

  @Test
  void whatIsNoReviewIsSaidToBeNone() throws Exception {
    assertThat(post("/mutate", "hello").statusCode()).isEqualTo(400);
    assertThat(post("/mutate", "").statusCode()).isEqualTo(400);
    assertThat(post("/mutate", "{\"apiVersion\":\"admission.k8s.io/v1\"}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void unknownKindIsNobodysBusinessHere() throws Exception {
    var answer =
        post(
            "/validate",
            REVIEW.formatted(
                "admission.k8s.io/v1",
                "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"x\"}}"));

    var response = Serialization.unmarshal(answer.body(), AdmissionReview.class).getResponse();
    assertThat(response.getAllowed()).isTrue();
    assertThat(response.getUid()).isEqualTo("4711");
  }

  @Test
  void objectsThatAreNotWholeAreAnswered() throws Exception {
    for (String object :
        List.of(
            "null",
            "{}",
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}",
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\"}}",
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{},\"spec\":{\"containers\":[]}}",
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"x\"},\"spec\":{}}",
            "{\"apiVersion\":\"batch/v1\",\"kind\":\"CronJob\",\"metadata\":{\"name\":\"x\"},"
                + "\"spec\":{\"jobTemplate\":{}}}")) {
      for (String path : List.of("/validate", "/mutate", "/enter")) {
        var answer = post(path, REVIEW.formatted("admission.k8s.io/v1", object));

        assertThat(answer.statusCode())
            .as("%s of %s: %s", path, object, answer.body())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void hugePodIsReadToItsEnd() throws Exception {
    String words = "orders-db-é " + "a".repeat(2 << 20) + " " + "%41".repeat(1 << 19);
    var answer =
        post(
            "/validate",
            REVIEW.formatted(
                "admission.k8s.io/v1",
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\"},\"spec\":"
                    + "{\"containers\":[{\"name\":\"api\",\"env\":[{\"name\":\"A\",\"value\":\""
                    + words
                    + "\"},{\"name\":\"PGHOST\",\"value\":\"orders-db.databases.svc\"}]}]}}"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("variable PGHOST names orders-db.databases.svc");
  }

  @Test
  void entryWithoutAPodIsForTheApiServerToTellOf() throws Exception {
    var answer =
        post(
            "/enter",
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"4712",
             "operation":"CONNECT","subResource":"exec","namespace":"shop","name":"nobody",
             "userInfo":{"username":"eve"},
             "object":{"apiVersion":"v1","kind":"PodExecOptions","container":"sluice-gate"}}}
            """);

    var response = Serialization.unmarshal(answer.body(), AdmissionReview.class).getResponse();
    assertThat(response.getAllowed()).isTrue();
  }

  @Test
  void requestOfMoreThanTheApiServerSendsIsNotRead() throws Exception {
    try (HttpClient client = client()) {
      var answer =
          client.send(
              HttpRequest.newBuilder(URI.create(url() + "/validate"))
                  // Without it the server would close while the client still sends.
                  .expectContinue(true)
                  .POST(HttpRequest.BodyPublishers.ofString("x".repeat(33 << 20)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(413);
    }
  }

  @Test
  void pathThatIsNotServedIsNotFound() throws Exception {
    assertThat(post("/other", "{}").statusCode()).isEqualTo(404);
  }

  @Test
  void newCertificateIsServedWithoutARestart() throws Exception {
    Path tls = ConfigProvider.getConfig().getValue("sluice.tls-directory", Path.class);
    String before = served();

    // Anybody's certificate will do: what counts is that the files are read again.
    byte[] certificate = Files.readAllBytes(tls.resolve("tls.crt"));
    byte[] key = Files.readAllBytes(tls.resolve("tls.key"));
    AdmissionCluster.write(tls, CertificateAuthority.create("another"));
    await().atMost(Patience.LONGEST).until(() -> !List.of(before, "").contains(served()));
    Files.write(tls.resolve("tls.key"), key);
    Files.write(tls.resolve("tls.crt"), certificate);
    await().atMost(Patience.LONGEST).until(() -> served().equals(before));
  }

  @Test
  void healthIsPlainAndSaysReady() throws Exception {
    int port = ConfigProvider.getConfig().getValue("quarkus.management.test-port", Integer.class);
    try (HttpClient client = HttpClient.newHttpClient()) {
      await()
          .atMost(Patience.LONGEST)
          .untilAsserted(
              () ->
                  assertThat(
                          client
                              .send(
                                  HttpRequest.newBuilder(
                                          URI.create(
                                              "http://127.0.0.1:%d/q/health/ready".formatted(port)))
                                      .build(),
                                  HttpResponse.BodyHandlers.ofString())
                              .body())
                      .contains("\"UP\"")
                      .contains("cluster"));
    }
  }

  static HttpResponse<String> post(String path, String body) throws Exception {
    try (HttpClient client = client()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(url() + path))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static HttpClient client() throws Exception {
    return HttpClient.newBuilder()
        .sslContext(trusting())
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  /**
   * The certificate that is served, empty where a handshake fails: between two writes the files do
   * not fit each other. A mounted Secret changes as a whole.
   */
  private static String served() throws Exception {
    URI url = URI.create(url());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new javax.net.ssl.TrustManager[] {new Anyone()}, null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(url.getHost(), url.getPort())) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0].toString();
    } catch (SSLHandshakeException e) {
      return "";
    }
  }

  private static SSLContext trusting() throws Exception {
    String pem =
        Files.readString(ConfigProvider.getConfig().getValue(AdmissionCluster.CA_FILE, Path.class));
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static String url() {
    return ConfigProvider.getConfig().getValue(AdmissionCluster.SERVER, String.class);
  }

  /** Looks at whatever certificate is served. */
  private static final class Anyone extends javax.net.ssl.X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(
        java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(
        java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(
        java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkServerTrusted(
        java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

    @Override
    public java.security.cert.X509Certificate[] getAcceptedIssuers() {
      return new java.security.cert.X509Certificate[0];
    }
  }
}
