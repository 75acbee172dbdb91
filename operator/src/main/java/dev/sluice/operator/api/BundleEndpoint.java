package dev.sluice.operator.api;

import dev.sluice.operator.access.AccessDirectory.Grant;
import dev.sluice.operator.access.AccessDirectory.State;
import dev.sluice.policy.Code;
import dev.sluice.policy.bundle.Bundle;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/bundle}: what a gate is to obey, as soon as it changes. */
final class BundleEndpoint {
  private static final int LONGEST_SECONDS = 60;

  private final Accesses accesses;
  private final PodCheck pods;
  private final Clock clock;

  BundleEndpoint(Accesses accesses, PodCheck pods, Clock clock) {
    this.accesses = accesses;
    this.pods = pods;
    this.clock = clock;
  }

  ApiAnswer get(Caller.Pod caller, ApiRequest request) throws InterruptedException {
    String access = Accesses.name(request.parameters().get().get("access"));
    Duration wait = wait(request.parameters().get().get("wait"));
    String known = revision(request.ifNoneMatch());
    pods.asks(caller, access);
    PodCheck.isSubject(caller, accesses.require(access));
    accesses.directory().awaitNews(access, known, wait);
    // Who may have it is looked at again: it may be just that which changed.
    Grant grant = accesses.require(access);
    PodCheck.isSubject(caller, grant);
    Bundle bundle = bundle(grant);
    String tag = "\"" + bundle.revision() + "\"";
    return bundle.revision().equals(known)
        ? ApiAnswer.unchanged(tag)
        : ApiAnswer.json(Bundle.class, bundle).tagged(tag);
  }

  private Bundle bundle(Grant grant) {
    return switch (grant.state()) {
      case State.Ready ready -> ready.bundle();
      case State.NotReady notReady -> {
        Bundle last = notReady.last();
        if (last == null) {
          throw new Refusal(409, Code.ACCESS_NOT_READY, notReady.message());
        }
        yield last;
      }
      case State.Ended ended -> {
        Bundle last = ended.bundle();
        if (last == null || !clock.instant().isBefore(ended.until())) {
          throw new Refusal(410, Code.GRANT_ENDED, ended.reason());
        }
        yield last;
      }
    };
  }

  private static Duration wait(@Nullable String text) {
    if (text == null) {
      return Duration.ZERO;
    }
    try {
      int seconds = Integer.parseInt(text);
      if (seconds >= 0 && seconds <= LONGEST_SECONDS) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException notANumber) {
      // told below, together with a number out of bounds
    }
    throw new Refusal(
        400,
        Code.BAD_REQUEST,
        "wait must be whole seconds from 0 to %d.".formatted(LONGEST_SECONDS));
  }

  private static @Nullable String revision(@Nullable String ifNoneMatch) {
    if (ifNoneMatch == null) {
      return null;
    }
    String tag = ifNoneMatch.strip();
    boolean quoted = tag.length() > 2 && tag.startsWith("\"") && tag.endsWith("\"");
    return quoted ? tag.substring(1, tag.length() - 1) : null;
  }
}
