package dev.sluice.operator;

/**
 * The control plane's own namespace.
 *
 * @param name such as {@code sluice-system}
 */
public record ControlNamespace(String name) {}
