package dev.sluice.operator.api;

import dev.sluice.operator.access.AccessDirectory.Grant;
import dev.sluice.operator.access.AccessDirectory.State;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.policy.Code;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.control.CredentialRequest;
import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import java.time.Clock;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /v1/credentials}: a short-lived login for one pod. */
final class CredentialEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialEndpoint.class);
  private static final Jsonb JSON = Jsonb.instance();

  private final Accesses accesses;
  private final PodCheck pods;
  private final Clock clock;

  CredentialEndpoint(Accesses accesses, PodCheck pods, Clock clock) {
    this.accesses = accesses;
    this.pods = pods;
    this.clock = clock;
  }

  ApiAnswer post(Caller.Pod caller, ApiRequest request) {
    String access = Accesses.name(read(request.body().get()).access());
    pods.asks(caller, access);
    Grant grant = accesses.require(access);
    PodCheck.isSubject(caller, grant);
    return switch (grant.state()) {
      case State.Ready ready -> ApiAnswer.json(Credential.class, issue(caller, access, ready));
      case State.NotReady notReady ->
          throw new Refusal(409, Code.ACCESS_NOT_READY, notReady.message());
      case State.Ended ended -> throw new Refusal(410, Code.GRANT_ENDED, ended.reason());
    };
  }

  private Credential issue(Caller.Pod caller, String access, State.Ready ready) {
    Instant expiry = ready.plan().expiresAt();
    if (expiry != null && !clock.instant().isBefore(expiry)) {
      throw new Refusal(
          410, Code.GRANT_ENDED, "DatabaseAccess %s ended at %s.".formatted(access, expiry));
    }
    try {
      Credential credential = ready.engine().issueLogin(ready.plan(), caller.uid());
      LOG.info(
          "credential issued: access={} pod={} role={} until={}",
          access,
          caller.name(),
          credential.username(),
          credential.validUntil());
      return credential;
    } catch (EngineException failure) {
      LOG.warn(
          "credential refused: access={} pod={} reason={}",
          access,
          caller.name(),
          failure.category(),
          failure);
      throw failure.category() == EngineException.Category.AccessNotFound
          ? new Refusal(409, Code.ACCESS_NOT_READY, failure.sentence())
          : new Refusal(503, Code.DATABASE_AWAY, failure.sentence());
    }
  }

  private static CredentialRequest read(String body) {
    try {
      return JSON.type(CredentialRequest.class).fromJson(body);
    } catch (JsonException | NullPointerException malformed) {
      throw new Refusal(
          400, Code.BAD_REQUEST, "The body must be {\"access\": \"namespace/name\"} in JSON.");
    }
  }
}
