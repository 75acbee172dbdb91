package dev.sluice.policy.detect;

/** Takes what a detector finds. */
interface Found {
  void add(Kind kind, int start, int end);
}
