package dev.sluice.policy.plan;

/**
 * The spec of a cluster-scoped resource with its name.
 *
 * @param name the resource's name
 * @param spec what it says
 * @param <S> the type of spec
 */
public record Named<S>(String name, S spec) {}
