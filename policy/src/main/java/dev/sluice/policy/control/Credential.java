package dev.sluice.policy.control;

import io.avaje.jsonb.Json;
import java.time.Instant;

/**
 * The answer of {@code POST /v1/credentials}, and the content of {@code credentials.json}: how a
 * gate logs in for a short time.
 *
 * @param username the login role
 * @param password its password, told once
 * @param issuedAt when it was made
 * @param validUntil after which the server refuses new logins with it
 */
@Json
public record Credential(String username, String password, Instant issuedAt, Instant validUntil) {
  /** Without the password. */
  @Override
  public String toString() {
    return "Credential[username=%s, validUntil=%s]".formatted(username, validUntil);
  }
}
