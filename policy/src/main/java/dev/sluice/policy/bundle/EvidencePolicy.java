package dev.sluice.policy.bundle;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * How much evidence of a grant there is and how safe it is.
 *
 * @param bindValues what events have of the values that are bound to statements
 * @param fsync when events are forced to the medium
 * @param whenFull what happens to statements when the spool takes no more events
 * @param hashKey the key of {@link BindValues#HASH} in Base64, 32 bytes; null: there is none, so
 *     that no value is told
 */
@Json
public record EvidencePolicy(
    BindValues bindValues, Fsync fsync, WhenFull whenFull, @Nullable String hashKey) {

  /** Where nothing is said. */
  public static final EvidencePolicy DEFAULT =
      new EvidencePolicy(BindValues.NONE, Fsync.NEVER, WhenFull.BLOCK, null);

  /**
   * The stricter of two in what holds for a spool: one that is shared forces to the medium as often
   * as any of its grants wants it, and drops nothing unless all of them permit it.
   *
   * @param other another one
   * @return one whose other parts are this one's
   */
  public EvidencePolicy strictest(EvidencePolicy other) {
    return new EvidencePolicy(
        bindValues,
        fsync.compareTo(other.fsync) >= 0 ? fsync : other.fsync,
        whenFull.compareTo(other.whenFull) >= 0 ? whenFull : other.whenFull,
        hashKey);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "EvidencePolicy[bindValues=%s, fsync=%s, whenFull=%s]"
        .formatted(bindValues, fsync, whenFull);
  }

  /** What events have of bound values. */
  public enum BindValues {
    /** Nothing. */
    NONE,
    /** A keyed hash of each that meets no masked or classified column. */
    HASH,
    /** The beginning of each that meets no masked or classified column. */
    PLAIN
  }

  /** When events are forced to the medium, from the laxest to the strictest. */
  public enum Fsync {
    /** When the operating system does: they survive the gate's end, and not the node's. */
    NEVER,
    /** Once a second. */
    EVERY_SECOND,
    /** Before the client has its answer. */
    ALWAYS
  }

  /** What happens when the spool takes no more, from the laxest to the strictest. */
  public enum WhenFull {
    /**
     * Statements run; their events are counted, and the loss is an event as soon as there is room.
     */
    DROP,
    /** Statements wait. */
    BLOCK
  }
}
