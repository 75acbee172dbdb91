package dev.sluice.sidecar.detect;

/**
 * A value that is refused.
 *
 * @param rule the rule that refuses it
 * @param reason what is wrong with it
 */
public record Found(String rule, String reason) {}
