package dev.sluice.operator.access;

import dev.sluice.operator.engine.DatabaseEngine;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.BundleCompiler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What the control plane knows of each access at this moment: reconciliation writes it, the API
 * that gates call reads it and waits for changes. It lives in memory; a new leader fills it by
 * reconciling every access once.
 */
public final class AccessDirectory {
  private final Clock clock;
  private final Duration tombstones;
  private final Map<String, Grant> grants = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> signals = new ConcurrentHashMap<>();

  /**
   * An empty directory.
   *
   * @param clock tells when a tombstone is over
   * @param tombstones how long gates are told that an access is gone
   */
  public AccessDirectory(Clock clock, Duration tombstones) {
    this.clock = clock;
    this.tombstones = tombstones;
  }

  /**
   * What is known of an access.
   *
   * @param access {@code namespace/name}
   * @return it, or null where nothing is known
   */
  public @Nullable Grant find(String access) {
    return grants.get(access);
  }

  /**
   * Takes what is in force.
   *
   * @param grant the access
   */
  public void publish(Grant grant) {
    grants.put(grant.access(), grant);
    wake(grant.access());
  }

  /**
   * Takes that an access could not be given. The bundle of before stays what gates obey, for the
   * database is as it was.
   *
   * @param access {@code namespace/name}
   * @param serviceAccounts its subjects
   * @param message the message of the condition
   */
  public void refuse(String access, Set<String> serviceAccounts, String message) {
    Bundle last = lastBundle(access);
    publish(new Grant(access, serviceAccounts, new State.NotReady(message, last)));
  }

  /**
   * Takes that an access could not be given as it is written now, and what stays of before.
   *
   * @param access {@code namespace/name}
   * @param serviceAccounts its subjects
   * @param message the message of the condition
   * @param kept what gates obey
   */
  public void keep(String access, Set<String> serviceAccounts, String message, Bundle kept) {
    publish(new Grant(access, serviceAccounts, new State.NotReady(message, kept)));
  }

  /**
   * Takes that an access is gone or has ended. Whoever asks in the next time is told so, even where
   * this control plane never knew its bundle: a gate may have it from the one before.
   *
   * @param access {@code namespace/name}
   * @param serviceAccounts its subjects
   * @param reason for a person
   */
  public void end(String access, Set<String> serviceAccounts, String reason) {
    Grant known = grants.get(access);
    if (known != null && known.state() instanceof State.Ended) {
      return;
    }
    Bundle last = known == null ? null : known.bundle();
    publish(
        new Grant(
            access,
            serviceAccounts,
            new State.Ended(
                reason,
                last == null ? null : BundleCompiler.revoked(last, reason),
                clock.instant().plus(tombstones))));
  }

  /**
   * Forgets an access, so that another of the same name begins anew.
   *
   * @param access {@code namespace/name}
   */
  public void forget(String access) {
    grants.remove(access);
    wake(access);
  }

  /** Forgets the accesses of which nobody needs to be told any more that they ended. */
  public void sweep() {
    Instant longGone = clock.instant().minus(tombstones.multipliedBy(10));
    grants
        .values()
        .removeIf(
            grant ->
                grant.state() instanceof State.Ended ended && ended.until().isBefore(longGone));
  }

  /**
   * Waits until the bundle of an access is another than the one that somebody has.
   *
   * @param access {@code namespace/name}
   * @param revision the revision that is there already; null: none, so any bundle will do
   * @param longest how long to wait
   * @return what is known then, news or not; null where nothing is known
   * @throws InterruptedException where the thread is asked to stop
   */
  public @Nullable Grant awaitNews(String access, @Nullable String revision, Duration longest)
      throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    while (true) {
      // The signal is taken before the state, so that no change falls between the two.
      CompletableFuture<Void> signal =
          signals.computeIfAbsent(access, key -> new CompletableFuture<>());
      Grant grant = grants.get(access);
      Bundle bundle = grant == null ? null : grant.bundle();
      long left = end - System.nanoTime();
      if (grant == null
          || bundle == null
          || revision == null
          || !bundle.revision().equals(revision)
          || left <= 0) {
        return grant;
      }
      try {
        signal.get(left, TimeUnit.NANOSECONDS);
      } catch (TimeoutException over) {
        return grant;
      } catch (ExecutionException impossible) {
        throw new IllegalStateException("a signal only ever completes", impossible);
      }
    }
  }

  private @Nullable Bundle lastBundle(String access) {
    Grant known = grants.get(access);
    return known == null ? null : known.bundle();
  }

  private void wake(String access) {
    CompletableFuture<Void> signal = signals.remove(access);
    if (signal != null) {
      signal.complete(null);
    }
  }

  /**
   * What is known of one access.
   *
   * @param access {@code namespace/name}
   * @param serviceAccounts the service accounts that may use it
   * @param state how it stands
   */
  public record Grant(String access, Set<String> serviceAccounts, State state) {
    /** An immutable copy. */
    public Grant {
      serviceAccounts = Set.copyOf(serviceAccounts);
    }

    /** What gates are to obey; null: nothing yet. */
    public @Nullable Bundle bundle() {
      return switch (state) {
        case State.Ready ready -> ready.bundle();
        case State.NotReady notReady -> notReady.last();
        case State.Ended ended -> ended.bundle();
      };
    }
  }

  /** How an access stands. */
  public sealed interface State {
    /**
     * It is in force.
     *
     * @param bundle what gates obey
     * @param plan what was applied
     * @param engine where logins are made
     */
    record Ready(Bundle bundle, AccessPlan plan, DatabaseEngine engine) implements State {}

    /**
     * It could not be given, or not any more as it is written now.
     *
     * @param message why
     * @param last what gates obey as long as that lasts; null: nothing
     */
    record NotReady(String message, @Nullable Bundle last) implements State {}

    /**
     * It is gone or has ended.
     *
     * @param reason why, for a person
     * @param bundle tells gates so; null: there never was one here, and they are answered so
     * @param until until when they are told
     */
    record Ended(String reason, @Nullable Bundle bundle, Instant until) implements State {}
  }
}
