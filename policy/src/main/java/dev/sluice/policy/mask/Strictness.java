package dev.sluice.policy.mask;

/** Which of two masks is the stricter. */
public final class Strictness {
  private Strictness() {}
}
