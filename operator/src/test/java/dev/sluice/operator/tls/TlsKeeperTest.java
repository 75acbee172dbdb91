package dev.sluice.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.fixtures.RealApiServer;
import dev.sluice.operator.MovableClock;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TlsKeeperTest {
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(300);
  private static final Duration CERTIFICATE_LIFE = Duration.ofDays(30);
  private static final Duration OVERLAP = Duration.ofHours(1);

  private final RealApiServer server = RealApiServer.shared();
  private final String namespace = server.newNamespace("tls");
  private final MovableClock clock =
      new MovableClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
  private final TlsKeeper keeper = keeper();

  @Test
  void makesWhatIsMissingOnceAndLeavesItAlone() {
    TlsMaterial first = keeper.keep();
    TlsMaterial second = keeper().keep();

    assertThat(second).isEqualTo(first);
    assertThat(secret("sluice-webhook-tls").getType()).isEqualTo("kubernetes.io/tls");
    assertThat(secret("sluice-operator-tls").getData())
        .containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
  }

  @Test
  void theApiIsCalledByTheNameOfItsService() throws Exception {
    TlsMaterial material = keeper.keep();

    verify(material.api().certificate(), Pem.certificates(material.trusted()));
    assertThat(material.api().certificate().getSubjectAlternativeNames())
        .contains(List.of(2, "sluice-operator.%s.svc".formatted(namespace)));
  }

  @Test
  void replicasThatStartTogetherAgree() throws Exception {
    try (var replicas = Executors.newFixedThreadPool(4)) {
      Callable<TlsMaterial> replica = () -> keeper().keep();
      List<TlsMaterial> seen =
          replicas.invokeAll(List.of(replica, replica, replica, replica)).stream()
              .map(TlsKeeperTest::result)
              .toList();

      assertThat(seen.stream().map(TlsMaterial::trusted).distinct()).hasSize(1);
      assertThat(seen.stream().map(each -> each.api().certificate()).distinct()).hasSize(1);
    }
  }

  @Test
  void certificatesAreRenewedBeforeTheyExpire() throws Exception {
    TlsMaterial before = keeper.keep();
    clock.advance(CERTIFICATE_LIFE.dividedBy(2));
    assertThat(keeper.keep()).isEqualTo(before);

    clock.advance(CERTIFICATE_LIFE.dividedBy(4));
    TlsMaterial after = keeper.keep();

    assertThat(after.api()).isNotEqualTo(before.api());
    assertThat(after.trusted()).isEqualTo(before.trusted());
    verify(after.api().certificate(), Pem.certificates(before.trusted()));
  }

  @Test
  void aNewAuthorityIsTrustedBeforeItSignsAndTheOldOneUntilItExpires() throws Exception {
    TlsMaterial old = keeper.keep();
    clock.advance(AUTHORITY_LIFE.multipliedBy(2).dividedBy(3).plusHours(1));

    TlsMaterial announced = keeper.keep();
    assertThat(Pem.certificates(announced.trusted())).hasSize(2);
    verify(announced.api().certificate(), Pem.certificates(old.trusted()));

    clock.advance(OVERLAP.plusMinutes(1));
    TlsMaterial changed = keeper.keep();
    assertThat(Pem.certificates(changed.trusted())).hasSize(2);
    verify(changed.api().certificate(), Pem.certificates(announced.trusted()));
    assertThatThrownBy(() -> verify(changed.api().certificate(), Pem.certificates(old.trusted())))
        .isInstanceOf(GeneralSecurityException.class);
    verify(announced.api().certificate(), Pem.certificates(changed.trusted()));

    clock.advance(AUTHORITY_LIFE.dividedBy(3));
    assertThat(Pem.certificates(keeper.keep().trusted())).hasSize(1);
  }

  @Test
  void anAuthorityIsReplacedWhenAskedAndNotTrustedAnyMoreWhenTakenOut() throws Exception {
    TlsMaterial old = keeper.keep();
    ask();

    TlsMaterial announced = keeper.keep();
    assertThat(Pem.certificates(announced.trusted())).hasSize(2);
    verify(announced.api().certificate(), Pem.certificates(old.trusted()));
    assertThat(secret("sluice-ca").getMetadata().getAnnotations()).isNullOrEmpty();
    // Asked once more before it signs: the same one.
    ask();
    assertThat(keeper.keep()).isEqualTo(announced);

    clock.advance(OVERLAP.plusMinutes(1));
    TlsMaterial changed = keeper.keep();
    verify(changed.api().certificate(), Pem.certificates(announced.trusted()));
    assertThat(changed.api()).isNotEqualTo(announced.api());

    Secret stored = secret("sluice-ca");
    Map<String, String> data = new java.util.HashMap<>(stored.getData());
    data.put("ca.crt", data.get("tls.crt"));
    server.client().resource(new SecretBuilder(stored).withData(data).build()).update();
    TlsMaterial alone = keeper.keep();
    assertThat(Pem.certificates(alone.trusted())).hasSize(1);
    verify(alone.api().certificate(), Pem.certificates(alone.trusted()));
  }

  private void ask() {
    Secret stored = secret("sluice-ca");
    server
        .client()
        .resource(
            new SecretBuilder(stored)
                .editMetadata()
                .addToAnnotations("sluice.dev/renew", "now")
                .endMetadata()
                .build())
        .update();
  }

  @Test
  void anAuthorityThatExpiredUnseenIsReplaced() throws Exception {
    TlsMaterial old = keeper.keep();
    clock.advance(AUTHORITY_LIFE.plusDays(10));

    TlsMaterial fresh = keeper.keep();

    assertThat(fresh.trusted()).isNotEqualTo(old.trusted());
    verify(fresh.api().certificate(), Pem.certificates(fresh.trusted()));
  }

  @Test
  void aBrokenServerCertificateIsMadeAnewAndABrokenAuthorityIsNot() {
    keeper.keep();
    breakKey("sluice-operator-tls");
    assertThat(keeper.keep().api().key().getAlgorithm()).isEqualTo("EC");

    breakKey("sluice-ca");
    assertThatThrownBy(keeper::keep)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Secret %s/sluice-ca is broken".formatted(namespace));
  }

  private void breakKey(String name) {
    Secret stored = secret(name);
    Map<String, String> data = new java.util.HashMap<>(stored.getData());
    data.put("tls.key", Base64.getEncoder().encodeToString(new byte[] {1, 2, 3}));
    server.client().resource(new SecretBuilder(stored).withData(data).build()).update();
  }

  private TlsKeeper keeper() {
    return new TlsKeeper(
        server.client(),
        new TlsSettings(namespace, AUTHORITY_LIFE, CERTIFICATE_LIFE, OVERLAP),
        new dev.sluice.operator.tls.CertificateFactory(clock, new SecureRandom()),
        clock);
  }

  private Secret secret(String name) {
    return server.client().secrets().inNamespace(namespace).withName(name).require();
  }

  private void verify(X509Certificate certificate, List<X509Certificate> trusted)
      throws GeneralSecurityException {
    var anchors =
        trusted.stream().map(each -> new TrustAnchor(each, null)).collect(Collectors.toSet());
    var parameters = new PKIXParameters(anchors);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(clock.instant()));
    var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate));
    CertPathValidator.getInstance("PKIX").validate(path, parameters);
  }

  private static TlsMaterial result(Future<TlsMaterial> future) {
    return future.resultNow();
  }
}
