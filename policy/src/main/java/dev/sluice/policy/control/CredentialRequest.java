package dev.sluice.policy.control;

import io.avaje.jsonb.Json;

/**
 * The body of {@code POST /v1/credentials}. Who asks is told by the bearer token alone.
 *
 * @param access the DatabaseAccess, {@code namespace/name}
 */
@Json
public record CredentialRequest(String access) {}
