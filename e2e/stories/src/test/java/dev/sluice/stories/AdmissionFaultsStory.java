package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.stories.stage.Creations;
import dev.sluice.stories.stage.Creations.Kind;
import dev.sluice.stories.stage.Creations.Outcome;
import dev.sluice.stories.stage.Kubectl;
import dev.sluice.stories.stage.LocalNode;
import dev.sluice.stories.stage.WebhookPods;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A thousand pods are created while the webhook, the operator and the API server are ended in turns
 * and a certificate is renewed: what is refused once is created later, and nothing ever slips
 * through.
 */
@Tag("disruptive")
class AdmissionFaultsStory {
  private static final String ENFORCED = "story-faults";
  private static final String ELSEWHERE = "story-faults-elsewhere";
  private static final int PODS_DURING_EACH = 250;
  private static final String OPERATOR = "the operator is ended and a certificate renewed";
  private static final String API_SERVER = "the API server is restarted";
  private static final String ONE_OF_TWO = "one webhook is ended";
  private static final String BOTH = "both webhooks are ended";
  private static final String SELECTOR = "app.kubernetes.io/component=operator";

  @BeforeAll
  static void namespaces() {
    Creations.makeNamespaces(ENFORCED, ELSEWHERE);
  }

  @AfterAll
  static void tidy() {
    Kubectl.run("delete", "namespace", ENFORCED, ELSEWHERE, "--wait=false").required();
  }

  @Test
  void nothingSlipsThroughWhateverIsEnded() {
    try (var creations = new Creations(ENFORCED, ELSEWHERE)) {
      operatorIsEndedAndACertificateRenewed(creations);
      if (LocalNode.isUsed()) {
        turn(creations, API_SERVER, () -> LocalNode.restart("kube-apiserver"), () -> true);
      }
      turn(creations, ONE_OF_TWO, () -> end(WebhookPods.names().subList(0, 1)), WebhookPods::areUp);
      turn(creations, BOTH, () -> end(WebhookPods.names()), WebhookPods::areUp);

      System.out.printf("%d pods: %s%n", creations.begun(), told(creations.answers()));
      assertPromises(creations.answers());
      assertStored();
    }
  }

  private static void operatorIsEndedAndACertificateRenewed(Creations creations) {
    var webhooks = WebhookPods.identities();
    var old = WebhookPods.certificatesServed();
    turn(
        creations,
        OPERATOR,
        () -> {
          // The operator that comes makes it anew at once; one that is there would within a minute.
          Kubectl.run(Kubectl.words("-n sluice-system delete secret sluice-webhook-tls"))
              .required();
          Kubectl.run(
                  Kubectl.words(
                      "-n sluice-system delete pods --force --grace-period=0 -l " + SELECTOR))
              .required();
          await("a new certificate")
              .atMost(Duration.ofSeconds(60))
              .until(
                  () ->
                      Kubectl.run(Kubectl.words("-n sluice-system get secret sluice-webhook-tls"))
                          .isSuccess());
          WebhookPods.hasten();
        },
        () -> WebhookPods.certificatesServed().stream().noneMatch(old::contains));
    assertThat(WebhookPods.identities()).isEqualTo(webhooks);
    await("the operator")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                Kubectl.path(
                        "{.status.readyReplicas}",
                        "deployment/sluice-operator",
                        "-n",
                        "sluice-system")
                    .equals("1"));
  }

  /**
   * Creates pods before, while and after something happens.
   *
   * @param happens what happens
   * @param isOver whether the cluster has recovered
   */
  private static void turn(
      Creations creations, String during, Runnable happens, BooleanSupplier isOver) {
    int before = creations.begun();
    var started = Instant.now();
    creations.during(during);
    creations.begin(PODS_DURING_EACH / 4);
    await("the first of them").until(() -> creations.settled() >= before + PODS_DURING_EACH / 8);
    creations.begin(PODS_DURING_EACH / 4);
    happens.run();
    await("recovery, while %s".formatted(during))
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(
            () -> {
              creations.begin(2);
              return isOver.getAsBoolean();
            });
    creations.begin(Math.max(PODS_DURING_EACH / 4, before + PODS_DURING_EACH - creations.begun()));
    await("all are answered for good, while %s".formatted(during))
        .atMost(Duration.ofSeconds(60))
        .until(creations::areSettled);
    System.out.printf(
        "%s: %d pods, %d s%n",
        during, creations.begun() - before, Duration.between(started, Instant.now()).toSeconds());
  }

  private static void end(List<String> pods) {
    pods.forEach(
        pod ->
            Kubectl.run("-n", "sluice-system", "delete", "pod", pod, "--force", "--grace-period=0")
                .required());
  }

  private static void assertPromises(List<Creations.Answer> answers) {
    // Of thousands only those that break a promise are worth reading.
    assertThat(answers.stream().filter(answer -> !isAsPromised(answer))).isEmpty();
    for (var kind : Kind.values()) {
      assertThat(answers)
          .anyMatch(
              each ->
                  each.kind() == kind
                      && each.outcome()
                          == (kind == Kind.BYPASS ? Outcome.REFUSED : Outcome.CREATED));
    }
    assertThat(answers)
        .as("both webhooks away are felt, or nothing was tried")
        .anyMatch(each -> each.during().equals(BOTH) && each.outcome() == Outcome.NOBODY_TO_ASK);
  }

  private static boolean isAsPromised(Creations.Answer answer) {
    var isSaid =
        switch (answer.outcome()) {
          case CREATED ->
              answer.status() != 201 || answer.gated() == (answer.kind() == Kind.ACCESS);
          case REFUSED ->
              Stream.of(
                      "container \"one\"",
                      "PGHOST",
                      "Database databases/orders",
                      "sluice.dev/access: orders")
                  .allMatch(answer.message()::contains);
          case NOBODY_TO_ASK ->
              answer
                      .message()
                      .matches(
                          "(?s).*failed calling webhook \"(inject|gated|pods)\\.sluice\\.dev\".*")
                  && answer.message().contains("sluice-webhook.sluice-system.svc");
          case NO_SERVER, OTHER -> true;
        };
    return isSaid && possible(answer).contains(answer.outcome());
  }

  /** What may become of a pod: in the end one thing, and before that it may have to wait. */
  private static Set<Outcome> possible(Creations.Answer answer) {
    var possible = EnumSet.of(answer.kind() == Kind.BYPASS ? Outcome.REFUSED : Outcome.CREATED);
    if (answer.kind() != Kind.ELSEWHERE && Set.of(ONE_OF_TWO, BOTH).contains(answer.during())) {
      possible.add(Outcome.NOBODY_TO_ASK);
    }
    if (answer.during().equals(API_SERVER)) {
      possible.add(Outcome.NO_SERVER);
    }
    return possible;
  }

  /** The same of what is stored: an answer that was lost has left a pod, too. */
  private static void assertStored() {
    JsonNode pods = Kubectl.get("pods", "-n", ENFORCED).path("items");
    assertThat(pods.size()).isGreaterThan(PODS_DURING_EACH);
    assertThat(pods)
        .allSatisfy(
            pod -> {
              var kind = pod.path("metadata").path("labels").path("kind").asText();
              assertThat(kind).isNotEqualTo(Kind.BYPASS.name());
              assertThat(Creations.isGated(pod)).isEqualTo(kind.equals(Kind.ACCESS.name()));
            });
  }

  private static String told(List<Creations.Answer> answers) {
    return answers.stream()
        .collect(
            Collectors.groupingBy(
                Creations.Answer::during,
                TreeMap::new,
                Collectors.groupingBy(
                    Creations.Answer::outcome, TreeMap::new, Collectors.counting())))
        .toString();
  }
}
