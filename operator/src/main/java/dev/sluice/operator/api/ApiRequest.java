package dev.sluice.operator.api;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request, free of how it came.
 *
 * @param method such as {@code GET}
 * @param path such as {@code /v1/bundle}
 * @param parameters reads those of the query, the last of each name
 * @param authorization the header; null: absent
 * @param ifNoneMatch the header; null: absent
 * @param body reads the body, which is read by nobody whose token was not accepted
 */
public record ApiRequest(
    String method,
    String path,
    Supplier<Map<String, String>> parameters,
    @Nullable String authorization,
    @Nullable String ifNoneMatch,
    Supplier<String> body) {
  /** Without token and body. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
