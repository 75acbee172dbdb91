package dev.sluice.sidecar.control;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.sidecar.session.Grant;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the credential of a grant fresh: asks for the next one after two thirds of the life of the
 * last. The last one stays valid until its own end, so that no login fails in between.
 */
public final class CredentialKeeper implements Runnable {
  /** Between two credentials at least, however often the server refuses them. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Grant grant;
  private final ControlPlane control;
  private final Consumer<Credential> renewed;
  private final RandomGenerator random;
  private final Consumer<String> log;
  private final BackOff backOff;
  private final Semaphore wake = new Semaphore(0);
  private @Nullable String lastFailure;

  /**
   * One for a grant.
   *
   * @param grant whose credential it keeps
   * @param control where credentials come from
   * @param renewed is told of each credential that is used after another one
   * @param random for times between attempts
   * @param log takes sentences for the person who runs the gate
   */
  public CredentialKeeper(
      Grant grant,
      ControlPlane control,
      Consumer<Credential> renewed,
      RandomGenerator random,
      Consumer<String> log) {
    this.grant = grant;
    this.control = control;
    this.renewed = renewed;
    this.random = random;
    this.log = log;
    this.backOff = new BackOff(random, Duration.ofSeconds(15));
  }

  /** Has the next credential asked for now. */
  public void renewNow() {
    if (wake.availablePermits() == 0) {
      wake.release();
    }
  }

  /** Asks until the thread is interrupted. */
  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Duration pause = step();
        if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          Thread.sleep(PAUSE);
          wake.drainPermits();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks once; how long to wait before the next time. */
  private Duration step() {
    Bundle bundle = grant.bundle();
    if (bundle != null && bundle.state() == Bundle.State.REVOKED) {
      return PAUSE;
    }
    try {
      Credential credential = control.credential(grant.access());
      Credential before = grant.credential();
      backOff.reset();
      if (lastFailure != null) {
        lastFailure = null;
        log.accept("there is a credential of %s again".formatted(grant.access()));
      }
      if (!credential.equals(before)) {
        grant.use(credential);
        if (before != null) {
          renewed.accept(credential);
        }
      } else if (grant.isRefused(credential)) {
        return PAUSE;
      }
      return untilRenewal(credential);
    } catch (IOException failure) {
      return failed(String.valueOf(failure.getMessage()));
    } catch (RuntimeException failure) {
      return failed(failure.toString());
    }
  }

  /** Tells of a failure, once; how long to wait before the next time. */
  private Duration failed(String text) {
    if (!text.equals(lastFailure)) {
      lastFailure = text;
      log.accept("a credential of %s cannot be had: %s".formatted(grant.access(), text));
      grant.unavailable(text);
    }
    return backOff.next();
  }

  /** Two thirds of its life, by its own clock, and up to a twentieth less, so that gates differ. */
  private Duration untilRenewal(Credential credential) {
    long life = Duration.between(credential.issuedAt(), credential.validUntil()).toMillis();
    long spread = random.nextLong(Math.max(1, life / 20));
    return Duration.ofMillis(Math.max(PAUSE.toMillis(), life * 2 / 3 - spread));
  }
}
