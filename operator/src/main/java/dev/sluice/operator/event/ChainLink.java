package dev.sluice.operator.event;

import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * How far a chain has come.
 *
 * @param sequence the last event's place, 0 before the first
 * @param hash the last event's hash
 */
record ChainLink(long sequence, String hash) {
  /** Before the first event. */
  static final ChainLink START = new ChainLink(0, "0".repeat(64));

  /** What can be wrong with the next event's place. */
  enum Gap {
    /** Events between are not there. */
    MISSING,
    /** It follows by number, and speaks of another event before it. */
    BROKEN,
    /** Its place is taken by another event. */
    REPEATED,
    /** Its hash is not that of its content. */
    ALTERED
  }

  /**
   * Looks whether an event continues the chain.
   *
   * @param event the event, which is not in the ledger
   * @param canonical computes hashes
   * @return what is wrong; null: nothing
   */
  @Nullable Gap gapBefore(Event event, CanonicalEvent canonical) {
    if (!canonical.isIntact(event)) {
      return Gap.ALTERED;
    }
    if (event.sequence() <= sequence) {
      return Gap.REPEATED;
    }
    if (event.sequence() > sequence + 1) {
      return Gap.MISSING;
    }
    return event.previousHash().equals(hash) ? null : Gap.BROKEN;
  }

  /** The chain with this event. */
  ChainLink with(Event event) {
    return event.sequence() > sequence ? new ChainLink(event.sequence(), event.hash()) : this;
  }
}
