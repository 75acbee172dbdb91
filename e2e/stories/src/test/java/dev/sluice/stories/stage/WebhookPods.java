package dev.sluice.stories.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The pods of the webhook. */
public final class WebhookPods {
  /** Selects them. */
  public static final String SELECTOR = "app.kubernetes.io/component=webhook";

  private static final String DEPLOYMENT = "deployment/sluice-webhook";
  private static final String SYSTEM = "sluice-system";
  private static final Pattern FORWARDED = Pattern.compile("127\\.0\\.0\\.1:(\\d+) ->");

  private WebhookPods() {}

  /** Their names; without those that are about to go. */
  public static List<String> names() {
    return StreamSupport.stream(
            Kubectl.get("pods", "-n", SYSTEM, "-l", SELECTOR).path("items").spliterator(), false)
        .filter(pod -> pod.path("metadata").path("deletionTimestamp").isMissingNode())
        .map(pod -> pod.path("metadata").path("name").asText())
        .toList();
  }

  /** Who they are, and how often each was started anew. */
  public static Set<String> identities() {
    var identities = new TreeSet<String>();
    for (var pod : Kubectl.get("pods", "-n", SYSTEM, "-l", SELECTOR).path("items")) {
      identities.add(
          pod.path("metadata").path("uid").asText()
              + pod.path("status").path("containerStatuses").path(0).path("restartCount"));
    }
    return identities;
  }

  /** Whether all that are wanted are ready and the old ones are gone. */
  public static boolean areUp() {
    var deployment = Kubectl.get(DEPLOYMENT, "-n", SYSTEM);
    var wanted = deployment.path("spec").path("replicas").asInt();
    return wanted > 0
        && deployment.path("status").path("readyReplicas").asInt() == wanted
        && deployment.path("status").path("replicas").asInt() == wanted
        && names().size() == wanted;
  }

  /** Scales the Deployment. */
  public static void scale(int replicas) {
    Kubectl.run("-n", SYSTEM, "scale", DEPLOYMENT, "--replicas=" + replicas).required();
  }

  /**
   * Has the kubelet look at the pods now. By itself it brings a changed Secret into a pod within a
   * minute or two.
   */
  public static void hasten() {
    Kubectl.run(
            "-n",
            SYSTEM,
            "annotate",
            "pods",
            "-l",
            SELECTOR,
            "--overwrite",
            "story=" + Instant.now().toEpochMilli())
        .required();
  }

  /** The certificates with which they answer. */
  public static Set<X509Certificate> certificatesServed() {
    return names().stream().map(WebhookPods::certificate).collect(Collectors.toSet());
  }

  private static X509Certificate certificate(String pod) {
    var line = List.of(Kubectl.program(), "-n", SYSTEM, "port-forward", "pod/" + pod, ":9443");
    try {
      var forward = Command.start(Map.of(), new ArrayList<>(line)).start();
      try (var said = forward.inputReader(UTF_8)) {
        var first = said.readLine();
        var port = FORWARDED.matcher(String.valueOf(first));
        if (!port.find()) {
          throw new AssertionError("kubectl port-forward says: " + first);
        }
        return greeted(Integer.parseInt(port.group(1)));
      } finally {
        forward.destroy();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static X509Certificate greeted(int port) throws IOException {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
      try (var socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
        socket.startHandshake();
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** It is only looked at who answers. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
