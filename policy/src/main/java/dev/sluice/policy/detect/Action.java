package dev.sluice.policy.detect;

/** What becomes of a value in which something was found, from the mildest to the strictest. */
public enum Action {
  /** The event tells how much was found. */
  Observe,
  /** It is replaced within the value. */
  Redact,
  /** The statement ends with an error before the row is sent. */
  Refuse
}
