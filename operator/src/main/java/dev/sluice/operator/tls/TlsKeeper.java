package dev.sluice.operator.tls;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the Secrets of the authority and of the two servers as they should be. Safe with several
 * replicas: whoever writes names the version that it read, and who comes second reads again.
 */
public final class TlsKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(TlsKeeper.class);
  private static final int ATTEMPTS = 5;

  private final KubernetesClient client;
  private final TlsSettings settings;
  private final CertificateFactory factory;
  private final Clock clock;

  /**
   * A keeper.
   *
   * @param client reaches the control plane's namespace
   * @param settings what the authority goes by
   * @param factory makes certificates
   * @param clock tells what is due
   */
  public TlsKeeper(
      KubernetesClient client, TlsSettings settings, CertificateFactory factory, Clock clock) {
    this.client = client;
    this.settings = settings;
    this.factory = factory;
    this.clock = clock;
  }

  /**
   * Brings all Secrets to the state that is due.
   *
   * @return what is in force now
   * @throws KubernetesClientException where the API server refuses or is away
   */
  public TlsMaterial keep() {
    AuthorityState authority = keepAuthority();
    Identity api = keepServer(authority, settings.api());
    keepServer(authority, settings.webhook());
    return new TlsMaterial(api, Pem.certificates(authority.trusted()));
  }

  private AuthorityState keepAuthority() {
    return optimistically(
        TlsSettings.AUTHORITY_SECRET,
        () -> {
          Secret stored = read(TlsSettings.AUTHORITY_SECRET);
          if (stored == null) {
            var first =
                new AuthorityState(factory.authority(settings.authorityLife()), null, List.of());
            create(TlsSettings.AUTHORITY_SECRET, AuthoritySecret.write(first));
            return first;
          }
          AuthorityState state = authority(stored);
          AuthorityState due =
              state.due(clock.instant(), settings.overlap(), factory, settings.authorityLife());
          if (isRenewalAsked(stored)) {
            due = due.announced(factory, settings.authorityLife());
            update(answered(stored), AuthoritySecret.write(due));
          } else if (!due.equals(state)) {
            update(stored, AuthoritySecret.write(due));
          }
          return due;
        });
  }

  private static boolean isRenewalAsked(Secret authority) {
    Map<String, String> annotations = authority.getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(TlsSettings.RENEW_ANNOTATION);
  }

  private static Secret answered(Secret authority) {
    return new SecretBuilder(authority)
        .editMetadata()
        .removeFromAnnotations(TlsSettings.RENEW_ANNOTATION)
        .endMetadata()
        .build();
  }

  private Identity keepServer(AuthorityState authority, TlsSettings.ServerName server) {
    return optimistically(
        server.secret(),
        () -> {
          Secret stored = read(server.secret());
          List<String> names = settings.names(server);
          Identity identity = stored == null ? null : server(stored);
          boolean good = identity != null && isGood(identity, authority, names);
          Identity due =
              identity != null && good
                  ? identity
                  : factory.server(authority.current(), names, settings.certificateLife());
          Map<String, String> data = AuthoritySecret.write(due, authority.trusted());
          if (stored == null) {
            create(server.secret(), data);
          } else if (!Objects.equals(stored.getData(), data)) {
            update(stored, data);
          }
          return due;
        });
  }

  private boolean isGood(Identity identity, AuthorityState authority, List<String> names) {
    Instant now = clock.instant();
    return now.isBefore(identity.renewal())
        && !now.isBefore(identity.notBefore())
        && isSignedBy(identity.certificate(), authority.current().certificate())
        && names(identity.certificate()).containsAll(names);
  }

  private static boolean isSignedBy(X509Certificate certificate, X509Certificate authority) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException other) {
      return false;
    }
  }

  private static Collection<String> names(X509Certificate certificate) {
    Collection<String> names = new TreeSet<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.forEach(alternative -> names.add(String.valueOf(alternative.get(1))));
      }
    } catch (CertificateParsingException unreadable) {
      LOG.warn("certificate unreadable, it is made anew", unreadable);
    }
    return names;
  }

  private AuthorityState authority(Secret stored) {
    try {
      return AuthoritySecret.readAuthority(stored);
    } catch (GeneralSecurityException broken) {
      // Trust already given to it must not be thrown away unasked.
      throw new IllegalStateException(
          "Secret %s/%s is broken (%s): mend it, or delete it and a new authority is made, which running gates trust only after their ConfigMap sluice-ca has followed"
              .formatted(settings.namespace(), TlsSettings.AUTHORITY_SECRET, broken.getMessage()),
          broken);
    }
  }

  private @Nullable Identity server(Secret stored) {
    try {
      return AuthoritySecret.readServer(stored);
    } catch (GeneralSecurityException broken) {
      LOG.warn("secret={} is broken and made anew", stored.getMetadata().getName(), broken);
      return null;
    }
  }

  private @Nullable Secret read(String name) {
    return client.secrets().inNamespace(settings.namespace()).withName(name).get();
  }

  private void create(String name, Map<String, String> data) {
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(settings.namespace())
            .addToLabels("app.kubernetes.io/managed-by", "sluice")
            .endMetadata()
            .withType("kubernetes.io/tls")
            .withData(data)
            .build();
    client.resource(secret).create();
    LOG.info("secret={} created", name);
  }

  private void update(Secret stored, Map<String, String> data) {
    client.resource(new SecretBuilder(stored).withData(data).build()).update();
    LOG.info("secret={} renewed", stored.getMetadata().getName());
  }

  private static <T> T optimistically(String secret, Supplier<T> attempt) {
    for (int tried = 1; ; tried++) {
      try {
        return attempt.get();
      } catch (KubernetesClientException refused) {
        if (refused.getCode() != HttpURLConnection.HTTP_CONFLICT || tried == ATTEMPTS) {
          throw refused;
        }
        LOG.debug("secret={} was written by another replica, it is read again", secret);
      }
    }
  }
}
