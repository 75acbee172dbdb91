package dev.sluice.policy.detect;

/**
 * Something that was found.
 *
 * @param start index of its first byte
 * @param end index after its last byte
 * @param kind what it is
 */
public record Span(int start, int end, Kind kind) {}
