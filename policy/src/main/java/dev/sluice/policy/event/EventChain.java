package dev.sluice.policy.event;

import static dev.sluice.policy.event.CanonicalText.ascii;
import static dev.sluice.policy.event.CanonicalText.name;

/**
 * Seals events one after the other, as lines of the JSON text that {@link CanonicalEvent} tells.
 * Lines gather until {@link #clear}. For one thread.
 */
public final class EventChain {
  /** What the first event of a chain has for the hash of the one before. */
  public static final String START = "0".repeat(64);

  private static final int CAPACITY = 4096;

  /** Memory that is kept for the lines to come. */
  private static final int KEPT = 64 * 1024;

  private static final int ID_AT = name("id").length + 1;
  private static final int PREVIOUS_AT = name("previousHash").length + 1;

  private final EventMembers.Witness witness;
  private final CanonicalForm form;
  private final CanonicalForm.Place place;
  private final byte[] hashBefore = new byte[2 * Sha256.LENGTH];
  private CanonicalText text = new CanonicalText(CAPACITY);
  private long sequence;
  private long sequenceBefore;

  /**
   * A chain without events.
   *
   * @param chain its name
   * @param witness who all its events are about
   * @param sha256 makes the hashes
   */
  public EventChain(String chain, EventMembers.Witness witness, Sha256 sha256) {
    this.witness = witness;
    this.form = new CanonicalForm(sha256);
    CanonicalText member = new CanonicalText(64);
    member.member(name("chain"), chain);
    this.place =
        new CanonicalForm.Place(
            member.copy(),
            ascii("\"id\":\"" + "0".repeat(36) + "\","),
            ascii("\"previousHash\":\"" + START + "\","));
    clear();
  }

  /**
   * Adds an event.
   *
   * @param idHigh the first half of its id
   * @param idLow the second half
   * @param subject the grant and the session
   * @param statement the statement
   * @param happening all else
   */
  public void add(
      long idHigh,
      long idLow,
      EventMembers.Subject subject,
      EventMembers.Statement statement,
      Happening happening) {
    CanonicalText.uuid(idHigh, idLow, place.id(), ID_AT);
    form.write(text, place, sequence + 1, witness, subject, statement, happening);
    text.raw('\n');
    form.copyHash(place.previousHash(), PREVIOUS_AT);
    sequence++;
  }

  /** The lines: what is in it up to {@link #size}. It is written to again. */
  public byte[] lines() {
    return text.bytes();
  }

  /** Bytes of the lines. */
  public int size() {
    return text.size();
  }

  /** The place of the last event; 0: there is none. */
  public long sequence() {
    return sequence;
  }

  /** Forgets the lines: they are where they belong, and the chain goes on from them. */
  public void clear() {
    if (text.bytes().length > KEPT) {
      text = new CanonicalText(CAPACITY);
    }
    text.cut(0);
    sequenceBefore = sequence;
    System.arraycopy(place.previousHash(), PREVIOUS_AT, hashBefore, 0, hashBefore.length);
  }

  /** Takes the events of the lines out of the chain, as if they had never been. */
  public void undo() {
    System.arraycopy(hashBefore, 0, place.previousHash(), PREVIOUS_AT, hashBefore.length);
    sequence = sequenceBefore;
    clear();
  }
}
