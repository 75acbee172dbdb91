package dev.sluice.sidecar.control;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.session.Grant;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the bundle of a grant up to date. While the control plane is away, the last one stays in
 * force.
 */
public final class BundleKeeper implements Runnable {
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final Grant grant;
  private final ControlPlane control;
  private final Consumer<Bundle> applied;
  private final Consumer<String> log;
  private final BackOff backOff;
  private @Nullable String lastFailure;

  /**
   * One for a grant.
   *
   * @param grant whose bundle it keeps
   * @param control where bundles come from
   * @param applied is told of each bundle that is put in force
   * @param random for times between attempts
   * @param log takes sentences for the person who runs the gate
   */
  public BundleKeeper(
      Grant grant,
      ControlPlane control,
      Consumer<Bundle> applied,
      RandomGenerator random,
      Consumer<String> log) {
    this.grant = grant;
    this.control = control;
    this.applied = applied;
    this.log = log;
    this.backOff = new BackOff(random, Duration.ofSeconds(15));
  }

  /** Asks until the thread is interrupted. */
  @Override
  public void run() {
    String revision = null;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          Optional<Bundle> bundle = control.bundle(grant.access(), revision, WAIT);
          backOff.reset();
          recovered();
          if (bundle.isPresent()) {
            apply(bundle.get());
            revision = bundle.get().revision();
          }
        } catch (ControlPlaneException refusal) {
          failed(String.valueOf(refusal.getMessage()));
          revision = refused(refusal, revision);
          Thread.sleep(backOff.next());
        } catch (IOException failure) {
          failed(String.valueOf(failure.getMessage()));
          Thread.sleep(backOff.next());
        } catch (RuntimeException failure) {
          // Whatever went wrong this time, the next bundle may be the end of the grant.
          failed(failure.toString());
          Thread.sleep(backOff.next());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void apply(Bundle bundle) {
    if (bundle.format() != Bundle.FORMAT) {
      log.accept(
          "the bundle of %s has format %d, and this gate reads %d: it is not applied"
              .formatted(grant.access(), bundle.format(), Bundle.FORMAT));
      return;
    }
    if (grant.apply(bundle)) {
      log.accept(
          "the bundle of %s, revision %s, is in force: %s%s"
              .formatted(
                  grant.access(),
                  bundle.revision(),
                  bundle.state(),
                  bundle.stateReason().isEmpty() ? "" : ", " + bundle.stateReason()));
      applied.accept(bundle);
    }
  }

  /** Ends a grant of which the control plane says that it is no more; what to ask next. */
  private @Nullable String refused(ControlPlaneException refusal, @Nullable String revision) {
    grant.unavailable(String.valueOf(refusal.getMessage()));
    Bundle last = grant.bundle();
    if (!refusal.isEnd() || last == null || last.state() == Bundle.State.REVOKED) {
      return revision;
    }
    String reason = refusal.problem().detail();
    apply(last.revoked(reason == null || reason.isEmpty() ? refusal.problem().title() : reason));
    // Whatever comes next is news.
    return null;
  }

  private void failed(String text) {
    if (!text.equals(lastFailure)) {
      lastFailure = text;
      grant.unavailable(text);
      log.accept("the bundle of %s cannot be had: %s".formatted(grant.access(), text));
    }
  }

  private void recovered() {
    if (!Objects.isNull(lastFailure)) {
      lastFailure = null;
      log.accept("the control plane answers again about %s".formatted(grant.access()));
    }
  }
}
