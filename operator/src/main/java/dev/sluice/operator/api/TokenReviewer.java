package dev.sluice.operator.api;

import dev.sluice.crds.ApiGroup;
import dev.sluice.policy.Code;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server who a token is of. What it accepted is remembered for a short time under the
 * token's hash, never the token; what it did not accept is asked again.
 */
public final class TokenReviewer {
  private static final Logger LOG = LoggerFactory.getLogger(TokenReviewer.class);
  private static final String BEARER = "Bearer ";
  private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
  private static final String POD_UID = "authentication.kubernetes.io/pod-uid";
  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
  private static final int REMEMBERED = 10_000;
  private static final int LONGEST_TOKEN = 16_384;

  private final KubernetesClient client;
  private final Clock clock;
  private final Duration memory;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /**
   * A reviewer.
   *
   * @param client may create TokenReviews
   * @param clock tells when a memory is over
   * @param memory how long an accepted token is not asked about again
   */
  public TokenReviewer(KubernetesClient client, Clock clock, Duration memory) {
    this.client = client;
    this.clock = clock;
    this.memory = memory;
  }

  /**
   * Tells who asks.
   *
   * @param authorization the header {@code Authorization}; null: absent
   * @return who it is
   * @throws Refusal where the token is not accepted
   */
  public Caller review(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw new Refusal(401, Code.TOKEN_NOT_ACCEPTED, "The request has no bearer token.");
    }
    String token = authorization.substring(BEARER.length()).strip();
    if (token.isEmpty() || token.length() > LONGEST_TOKEN) {
      throw new Refusal(401, Code.TOKEN_NOT_ACCEPTED, "The bearer token has no credible length.");
    }
    String hash = hash(token);
    Instant now = clock.instant();
    Known remembered = known.get(hash);
    if (remembered != null && now.isBefore(remembered.until())) {
      return remembered.caller();
    }
    Caller caller = ask(token);
    if (known.size() >= REMEMBERED) {
      known.values().removeIf(entry -> !now.isBefore(entry.until()));
    }
    if (known.size() < REMEMBERED) {
      known.put(hash, new Known(caller, now.plus(memory)));
    }
    return caller;
  }

  private Caller ask(String token) {
    TokenReview review =
        new TokenReviewBuilder()
            .withNewSpec()
            .withToken(token)
            .withAudiences(ApiGroup.TOKEN_AUDIENCE)
            .endSpec()
            .build();
    TokenReviewStatus status;
    try {
      status = client.resource(review).create().getStatus();
    } catch (KubernetesClientException failure) {
      LOG.warn("a token could not be reviewed: status={}", failure.getCode(), failure);
      throw new Refusal(
          503, Code.CLUSTER_AWAY, "The token could not be reviewed by the API server.");
    }
    boolean accepted =
        status != null
            && Boolean.TRUE.equals(status.getAuthenticated())
            && status.getAudiences() != null
            && status.getAudiences().contains(ApiGroup.TOKEN_AUDIENCE)
            && status.getUser() != null
            && status.getUser().getUsername() != null;
    if (status == null || !accepted) {
      throw new Refusal(
          401, Code.TOKEN_NOT_ACCEPTED, "The API server does not accept the bearer token.");
    }
    return caller(status.getUser());
  }

  private static Caller caller(UserInfo user) {
    Map<String, List<String>> extra = user.getExtra() == null ? Map.of() : user.getExtra();
    String podName = single(extra, POD_NAME);
    String podUid = single(extra, POD_UID);
    if (podName != null && podUid != null && user.getUsername().startsWith(SERVICE_ACCOUNT)) {
      String[] account = user.getUsername().substring(SERVICE_ACCOUNT.length()).split(":", -1);
      if (account.length == 2) {
        return new Caller.Pod(account[0], account[1], podName, podUid);
      }
    }
    return new Caller.Person(
        user.getUsername(),
        Objects.requireNonNullElse(user.getUid(), ""),
        user.getGroups() == null ? List.of() : user.getGroups(),
        extra);
  }

  private static @Nullable String single(Map<String, List<String>> extra, String key) {
    List<String> values = extra.get(key);
    return values == null || values.size() != 1 ? null : values.getFirst();
  }

  private static String hash(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java runtime has SHA-256", impossible);
    }
  }

  private record Known(Caller caller, Instant until) {}
}
