package dev.sluice.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.control.Problem;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.session.Grant;
import dev.sluice.sidecar.spool.Batch;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Those who keep a grant's bundle and credential, against answers of all kinds. */
class KeeperTest {
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Answers answers = new Answers();
  private final Grant grant =
      new Grant(
          "shop/orders",
          () -> {
            throw new UnsupportedOperationException();
          },
          new SecureRandom());
  private @Nullable Thread keeper;

  @AfterEach
  void end() {
    if (keeper != null) {
      keeper.interrupt();
    }
  }

  @Test
  void theNextBundleIsAppliedThoughSomethingFailedWithTheLast() {
    AtomicInteger applied = new AtomicInteger();
    keep(
        new BundleKeeper(
            grant,
            answers,
            _ -> {
              if (applied.incrementAndGet() == 1) {
                throw new IllegalStateException("a fault");
              }
            },
            new Random(1),
            log::add));
    answers.give(TestBundles.ofRevision("one"));
    await().until(() -> log.stream().anyMatch(line -> line.contains("a fault")));

    answers.give(TestBundles.ofRevision("two").revoked("taken back"));

    await().until(this::isRevoked);
  }

  @Test
  void aRefusalOfWhatStandsBetweenEndsNothing() {
    keepBundle();
    answers.give(TestBundles.ofRevision("one"));
    answers.refuse(403, "");
    answers.refuse(410, "");
    answers.refuse(404, "SLU-C12");
    answers.give(TestBundles.ofRevision("two"));

    await().until(() -> log.stream().anyMatch(line -> line.contains("revision two")));
    assertThat(log).noneMatch(line -> line.contains("REVOKED"));
  }

  @Test
  void anAccessThatIsNotThereAnyMoreIsAnEnd() {
    keepBundle();
    answers.give(TestBundles.ofRevision("one"));
    answers.refuse(404, "SLU-C05");

    await().until(this::isRevoked);
  }

  @Test
  void aCredentialIsAskedForAgainAfterAFault() {
    AtomicInteger renewed = new AtomicInteger();
    keep(
        new CredentialKeeper(
            grant,
            answers,
            _ -> {
              if (renewed.incrementAndGet() == 1) {
                throw new IllegalStateException("a fault");
              }
            },
            new Random(1),
            log::add));

    await().until(() -> renewed.get() > 1);
    assertThat(log).anyMatch(line -> line.contains("a fault"));
  }

  private boolean isRevoked() {
    Bundle bundle = grant.bundle();
    return bundle != null && bundle.state() == Bundle.State.REVOKED;
  }

  private void keepBundle() {
    keep(new BundleKeeper(grant, answers, _ -> {}, new Random(1), log::add));
  }

  private void keep(Runnable work) {
    keeper = Thread.ofPlatform().daemon().start(work);
  }

  /** A control plane that gives what a test put in, one after the other, and then waits. */
  private static final class Answers implements ControlPlane {
    private final LinkedBlockingQueue<Object> bundles = new LinkedBlockingQueue<>();
    private final AtomicInteger credentials = new AtomicInteger();

    void give(Bundle bundle) {
      bundles.add(bundle);
    }

    void refuse(int status, String code) {
      bundles.add(
          new ControlPlaneException(new Problem("refused", status, code, "no more of it", "")));
    }

    @Override
    public Optional<Bundle> bundle(String access, @Nullable String revision, Duration wait)
        throws IOException, InterruptedException {
      return switch (bundles.poll(wait.toSeconds(), TimeUnit.SECONDS)) {
        case Bundle bundle -> Optional.of(bundle);
        case ControlPlaneException refusal -> throw refusal;
        case null -> Optional.empty();
        case Object other -> throw new IllegalStateException(other.toString());
      };
    }

    @Override
    public Credential credential(String access) {
      Instant now = Instant.now();
      return new Credential(
          "login-" + credentials.incrementAndGet(), "password", now, now.plusMillis(10));
    }

    @Override
    public void events(Batch batch) {
      throw new UnsupportedOperationException();
    }
  }
}
