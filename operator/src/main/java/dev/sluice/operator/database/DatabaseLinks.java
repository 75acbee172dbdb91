package dev.sluice.operator.database;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.DatabaseSpec.CertificateAuthorityReference;
import dev.sluice.operator.bundle.EvidencePolicies;
import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.EvidencePolicy;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads, by name, the Secrets and the certificate authority that a Database names. Nothing is
 * listed or watched, so that the right to {@code get} in a Database's own namespace is enough.
 */
public final class DatabaseLinks {
  /** Bytes, as many as its hash has. */
  private static final int SHORTEST_HASH_KEY = 32;

  private final KubernetesClient client;
  private final String controlNamespace;

  /**
   * A reader.
   *
   * @param client may get Secrets and ConfigMaps where Databases are
   * @param controlNamespace the control plane's own namespace
   */
  public DatabaseLinks(KubernetesClient client, String controlNamespace) {
    this.client = client;
    this.controlNamespace = controlNamespace;
  }

  /**
   * Reads how a Database is reached.
   *
   * @param database the Database
   * @return how
   * @throws LinkProblem where something that it names is missing, wrong, or not to be read
   */
  public DatabaseLink read(Database database) throws LinkProblem {
    String namespace = DatabaseKey.of(database).namespace();
    DatabaseSpec spec = database.getSpec();
    String secretName = spec.adminSecretRef().name();
    Secret secret =
        require(
            namespace,
            "Secret",
            secretName,
            "spec.adminSecretRef.name",
            () -> client.secrets().inNamespace(namespace).withName(secretName).get());
    String username = entry(secret, "username", secretName);
    String password = entry(secret, "password", secretName);
    String authorities = authorities(namespace, spec);
    AdminConnection connection =
        new AdminConnection(
            spec.endpoints().stream()
                .map(
                    endpoint ->
                        new Bundle.Endpoint(
                            endpoint.host(), Objects.requireNonNullElse(endpoint.port(), 5432)))
                .toList(),
            spec.database(),
            new Bundle.Tls(
                mode(spec.tls().mode()),
                authorities,
                spec.tls().negotiation() == DatabaseSpec.TlsNegotiation.Direct),
            username,
            password);
    EvidencePolicy evidence =
        EvidencePolicies.of(
            spec.evidence(),
            key(
                namespace,
                spec.evidence() == null ? null : spec.evidence().hashKeyRef(),
                "spec.evidence.hashKeyRef"));
    String maskKey = key(namespace, spec.maskKeyRef(), "spec.maskKeyRef");
    return new DatabaseLink(
        connection,
        evidence,
        maskKey,
        fingerprint(
            Stream.of(username, password, authorities, evidence.hashKey(), maskKey)
                .map(part -> part == null ? "" : part)
                .toList()));
  }

  /** A key of enough bytes, in Base64; null where none is referred to. */
  private @Nullable String key(
      String namespace, DatabaseSpec.@Nullable HashKeyReference reference, String field)
      throws LinkProblem {
    if (reference == null) {
      return null;
    }
    String name = reference.name();
    String key = Objects.requireNonNullElse(reference.key(), "key");
    Secret secret =
        require(
            namespace,
            "Secret",
            name,
            field + ".name",
            () -> client.secrets().inNamespace(namespace).withName(name).get());
    String encoded = secret.getData() == null ? null : secret.getData().get(key);
    if (encoded == null || Base64.getDecoder().decode(encoded).length < SHORTEST_HASH_KEY) {
      throw new LinkProblem(
          "HashKeyInvalid",
          field,
          "Secret %s/%s has fewer than %d bytes under key %s"
              .formatted(namespace, name, SHORTEST_HASH_KEY, key),
          "Put random bytes there: kubectl -n %s create secret generic %s --from-file=%s=<(head -c 32 /dev/urandom)"
              .formatted(namespace, name, key));
    }
    return encoded;
  }

  private @Nullable String authorities(String namespace, DatabaseSpec spec) throws LinkProblem {
    CertificateAuthorityReference reference = spec.tls().caRef();
    if (reference == null) {
      return null;
    }
    String name = reference.name();
    String key = Objects.requireNonNullElse(reference.key(), "ca.crt");
    String kind = reference.kind().name();
    String text =
        switch (reference.kind()) {
          case ConfigMap -> {
            ConfigMap found =
                require(
                    namespace,
                    kind,
                    name,
                    "spec.tls.caRef",
                    () -> client.configMaps().inNamespace(namespace).withName(name).get());
            yield found.getData() == null ? null : found.getData().get(key);
          }
          case Secret -> {
            Secret found =
                require(
                    namespace,
                    kind,
                    name,
                    "spec.tls.caRef",
                    () -> client.secrets().inNamespace(namespace).withName(name).get());
            yield decoded(found, key);
          }
        };
    if (text == null || !text.contains("-----BEGIN CERTIFICATE-----")) {
      throw new LinkProblem(
          "CertificateAuthorityInvalid",
          "spec.tls.caRef.key",
          "%s %s/%s has no PEM certificate under key %s".formatted(kind, namespace, name, key),
          "Put the certificate of the authority that signed the server's certificate there, or name"
              + " the key that has it");
    }
    return text;
  }

  private <T> T require(
      String namespace, String kind, String name, String field, Supplier<@Nullable T> read)
      throws LinkProblem {
    T found;
    try {
      found = read.get();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        throw new LinkProblem(
            kind + "Forbidden",
            field,
            "the operator may not get %s %s/%s".formatted(kind, namespace, name),
            ("Add %1$s to the chart's value databaseNamespaces, or: kubectl -n %1$s create"
                 + " rolebinding sluice-database-namespace --clusterrole=sluice-database-namespace"
                 + " --serviceaccount=%2$s:sluice-operator")
                .formatted(namespace, controlNamespace));
      }
      throw refused;
    }
    if (found == null) {
      throw new LinkProblem(
          kind + "NotFound",
          field,
          "there is no %s %s in namespace %s".formatted(kind, name, namespace),
          "Create it, or name the one that exists");
    }
    return found;
  }

  private static String entry(Secret secret, String key, String name) throws LinkProblem {
    String value = decoded(secret, key);
    if (value == null || value.isEmpty()) {
      throw new LinkProblem(
          "SecretInvalid",
          "spec.adminSecretRef.name",
          "Secret %s has no %s".formatted(name, key),
          "Use a Secret of type kubernetes.io/basic-auth with username and password");
    }
    return value;
  }

  private static @Nullable String decoded(Secret secret, String key) {
    Map<String, String> data = secret.getData();
    String encoded = data == null ? null : data.get(key);
    return encoded == null
        ? null
        : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
  }

  private static Bundle.TlsMode mode(DatabaseSpec.TlsMode mode) {
    return switch (mode) {
      case Disable -> Bundle.TlsMode.DISABLE;
      case Require -> Bundle.TlsMode.REQUIRE;
      case VerifyCA -> Bundle.TlsMode.VERIFY_CA;
      case VerifyFull -> Bundle.TlsMode.VERIFY_FULL;
    };
  }

  private static String fingerprint(List<String> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java runtime has SHA-256", impossible);
    }
  }
}
