package dev.sluice.policy.bundle;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * Limits of the statements that a rule matches.
 *
 * @param rows that a statement may return; null: any number
 * @param timeMillis for which it may run; null: any time
 * @param concurrentStatements how many sessions of one gate may run such statements at one time;
 *     null: any number
 */
@Json
public record RuleLimit(
    @Nullable Long rows, @Nullable Long timeMillis, @Nullable Integer concurrentStatements) {}
