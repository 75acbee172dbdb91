package dev.sluice.policy.control;

import io.avaje.jsonb.Json;

/**
 * The answer of {@code POST /v1/events}.
 *
 * @param accepted how many of the posted events the ledger now holds, those that it held before
 *     included
 */
@Json
public record Acknowledgement(int accepted) {}
