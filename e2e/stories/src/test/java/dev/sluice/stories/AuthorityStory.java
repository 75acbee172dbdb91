package dev.sluice.stories;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.stories.stage.Creations;
import dev.sluice.stories.stage.Creations.Kind;
import dev.sluice.stories.stage.Creations.Outcome;
import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.Ledger;
import dev.sluice.stories.stage.Load;
import dev.sluice.stories.stage.Team;
import dev.sluice.stories.stage.WebhookPods;
import java.io.ByteArrayInputStream;
import java.io.UncheckedIOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The control plane's certificate authority is replaced by another one while pods are created,
 * statements run and credentials are renewed: nothing restarts, and nothing fails.
 */
@Tag("disruptive")
class AuthorityStory {
  private static final String ENFORCED = "story-authority";
  private static final String ELSEWHERE = "story-authority-elsewhere";
  private static final String OPERATOR = "deployment/sluice-operator";

  @BeforeAll
  static void stage() {
    Team.shop();
    Creations.makeNamespaces(ENFORCED, ELSEWHERE);
    // An overlap that is as long as a kubelet takes to bring a changed ConfigMap into a pod.
    tellOperator("SLUICE_TLS_OVERLAP=PT150S", "SLUICE_TLS_CHECK_INTERVAL=PT5S");
  }

  @AfterAll
  static void tidy() {
    tellOperator("SLUICE_TLS_OVERLAP-", "SLUICE_TLS_CHECK_INTERVAL-");
    Kubectl.run("delete", "namespace", ENFORCED, ELSEWHERE, "--wait=false").required();
  }

  @Test
  void anotherAuthorityTakesOverAndNothingFails() {
    var pods = controlPlanePods();
    var old = certificate("sluice-ca").getSubjectX500Principal();

    try (var creations = new Creations(ENFORCED, ELSEWHERE);
        var load = Load.begin()) {
      Kubectl.run(
              Kubectl.words(
                  "-n sluice-system annotate secret sluice-ca sluice.dev/renew=now --overwrite"))
          .required();
      await("another authority signs")
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> !subjectWhileCreating(creations).equals(old));
      var successor = certificate("sluice-ca").getSubjectX500Principal();
      await("all webhooks answer by it")
          .atMost(Duration.ofMinutes(4))
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptionsInstanceOf(UncheckedIOException.class)
          .until(
              () -> {
                creations.begin(2);
                var served = WebhookPods.certificatesServed();
                return !served.isEmpty()
                    && served.stream()
                        .allMatch(each -> each.getIssuerX500Principal().equals(successor));
              });
      assertThat(certificate("sluice-operator-tls").getIssuerX500Principal()).isEqualTo(successor);
      // Gates come to the operator for each of these.
      var before = rotations();
      await("credentials that are renewed")
          .atMost(Duration.ofMinutes(4))
          .pollInterval(Duration.ofSeconds(5))
          .until(
              () -> {
                creations.begin(2);
                return rotations() >= before + 2;
              });
      await("all answers").atMost(Duration.ofMinutes(1)).until(creations::areSettled);

      System.out.printf("%d pods; %s%n", creations.begun(), load.counts());
      assertThat(creations.answers()).allSatisfy(AuthorityStory::assertAsEver);
      assertThat(load.counts().path("failures").asLong()).isZero();
      assertThat(load.counts().path("statements").asLong()).isGreaterThan(1_000);
    }
    assertThat(controlPlanePods()).isEqualTo(pods);
  }

  private static X500Principal subjectWhileCreating(Creations creations) {
    creations.begin(2);
    return certificate("sluice-ca").getSubjectX500Principal();
  }

  private static void assertAsEver(Creations.Answer answer) {
    assertThat(answer.outcome())
        .as(answer.toString())
        .isEqualTo(answer.kind() == Kind.BYPASS ? Outcome.REFUSED : Outcome.CREATED);
    if (answer.outcome() == Outcome.CREATED) {
      assertThat(answer.gated()).as(answer.toString()).isEqualTo(answer.kind() == Kind.ACCESS);
    }
  }

  private static long rotations() {
    return Ledger.events("CREDENTIAL_ROTATED", "shop/orders").size();
  }

  /** Who they are, and how often each was started anew. */
  private static String controlPlanePods() {
    return controlPlanePods(
        "{range .items[*]}{.metadata.uid} {.status.containerStatuses[0].restartCount}{'\\n'}{end}");
  }

  private static String controlPlanePods(String jsonPath) {
    return Kubectl.path(
        jsonPath,
        "pods",
        "-n",
        "sluice-system",
        "-l",
        "app.kubernetes.io/component in (operator, webhook)");
  }

  private static void tellOperator(String... variables) {
    for (var variable : variables) {
      Kubectl.run("-n", "sluice-system", "set", "env", OPERATOR, variable).required();
    }
    Kubectl.run("-n", "sluice-system", "rollout", "status", OPERATOR, "--timeout=3m").required();
    await("the pods of before are gone")
        .until(() -> controlPlanePods("{.items[*].metadata.deletionTimestamp}").isEmpty());
  }

  private static X509Certificate certificate(String secret) {
    var text = Kubectl.path("{.data.tls\\.crt}", "secret", secret, "-n", "sluice-system");
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(Base64.getDecoder().decode(text.getBytes(UTF_8))));
    } catch (CertificateException e) {
      throw new AssertionError("tls.crt of Secret %s is not a certificate".formatted(secret), e);
    }
  }
}
