package dev.sluice.operator.tls;

import java.time.Duration;
import java.util.List;

/**
 * What the authority goes by.
 *
 * @param namespace the control plane's own namespace, where the Secrets are
 * @param authorityLife until an authority expires; it is replaced after two thirds
 * @param certificateLife until a server's certificate expires; likewise
 * @param overlap how long a new authority is trusted before it signs: longer than a kubelet takes
 *     to bring a changed ConfigMap into a running pod
 */
public record TlsSettings(
    String namespace, Duration authorityLife, Duration certificateLife, Duration overlap) {

  /** The Secret of the authority. */
  public static final String AUTHORITY_SECRET = "sluice-ca";

  /**
   * Put on the Secret of the authority, whatever its value, it asks for a successor before its
   * time. It is taken away when there is one.
   */
  public static final String RENEW_ANNOTATION = "sluice.dev/renew";

  /** The ConfigMap, in each namespace with an access, that tells gates whom to trust. */
  public static final String TRUST_CONFIG_MAP = "sluice-ca";

  /** The name of both webhook configurations. */
  public static final String WEBHOOK_CONFIGURATION = "sluice";

  /** The control API's certificate. */
  public ServerName api() {
    return new ServerName("sluice-operator-tls", "sluice-operator");
  }

  /** Admission's certificate. */
  public ServerName webhook() {
    return new ServerName("sluice-webhook-tls", "sluice-webhook");
  }

  /** The names under which a Service is called. */
  public List<String> names(ServerName server) {
    String service = server.service();
    return List.of(
        "%s.%s.svc".formatted(service, namespace),
        "%s.%s.svc.cluster.local".formatted(service, namespace),
        "%s.%s".formatted(service, namespace),
        service,
        "localhost");
  }

  /**
   * A server that has a certificate.
   *
   * @param secret the Secret where it stands
   * @param service the Service that is called
   */
  public record ServerName(String secret, String service) {}
}
