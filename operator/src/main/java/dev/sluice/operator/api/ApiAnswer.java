package dev.sluice.operator.api;

import dev.sluice.policy.control.Problem;
import io.avaje.jsonb.Jsonb;
import org.jspecify.annotations.Nullable;

/**
 * An answer, free of how it goes.
 *
 * @param status the HTTP status
 * @param contentType of the body; empty: there is no body
 * @param entityTag for the header {@code ETag}; null: none
 * @param body the body, may hold a password
 */
public record ApiAnswer(int status, String contentType, @Nullable String entityTag, String body) {
  private static final Jsonb JSON = Jsonb.instance();

  static <T> ApiAnswer json(Class<T> type, T value) {
    return new ApiAnswer(200, "application/json", null, JSON.type(type).toJson(value));
  }

  static ApiAnswer unchanged(String entityTag) {
    return new ApiAnswer(304, "", entityTag, "");
  }

  static ApiAnswer problem(Problem problem) {
    return new ApiAnswer(
        problem.status(),
        "application/problem+json",
        null,
        JSON.type(Problem.class).toJson(problem));
  }

  ApiAnswer tagged(String tag) {
    return new ApiAnswer(status, contentType, tag, body);
  }

  /** Without the body. */
  @Override
  public String toString() {
    return "ApiAnswer[status=%d]".formatted(status);
  }
}
