package dev.sluice.stories.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What the shop's service does without a pause, through its gate, between begin and end. */
public final class Load implements AutoCloseable {
  private static final String PATH = "/api/v1/namespaces/shop/services/shop-api:8080/proxy/load";

  private Load() {}

  /** Begins it. */
  public static Load begin() {
    Kubectl.with("", "create", "--raw", PATH, "-f", "-").required();
    return new Load();
  }

  /** So far: {@code statements}, {@code connections} and {@code failures}. */
  public JsonNode counts() {
    try {
      return new ObjectMapper().readTree(Kubectl.run("get", "--raw", PATH).required().output());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends it; what it counted can still be asked for. */
  @Override
  public void close() {
    Kubectl.run("delete", "--raw", PATH);
  }
}
