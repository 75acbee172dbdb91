package dev.sluice.policy.event;

import static dev.sluice.policy.event.CanonicalText.name;

import java.nio.charset.StandardCharsets;

/**
 * The one JSON text of an event: members in the order of their names, none that is null, no space,
 * and only the escapes that JSON demands (RFC 8785). The character NUL, which PostgreSQL does not
 * keep, is U+FFFD in it. {@link Event#hash()} is the SHA-256 of this text without the member {@code
 * hash}; since it has the member {@code previousHash}, each hash vouches for all events before it.
 * A member that came later is left out where it is null, so that older events keep their hashes.
 * One instance is for one thread.
 */
public final class CanonicalEvent {
  private static final byte[] CHAIN = name("chain");
  private static final byte[] ID = name("id");
  private static final byte[] PREVIOUS_HASH = name("previousHash");

  private final CanonicalForm form = new CanonicalForm(Sha256.ofTheRuntime());
  private final CanonicalText text = new CanonicalText(2048);

  /** One that is used again and again. */
  public CanonicalEvent() {}

  /**
   * The text of an event with its right hash, whatever the event's own says.
   *
   * @param event the event
   * @return the hash and the text
   */
  public Sealed seal(Event event) {
    CanonicalForm.Place place =
        new CanonicalForm.Place(
            member(CHAIN, event.chain()),
            member(ID, event.id()),
            member(PREVIOUS_HASH, event.previousHash()));
    text.cut(0);
    form.write(
        text,
        place,
        event.sequence(),
        new EventMembers.Witness(
            event.namespace(), event.serviceAccount(), event.pod(), event.podUid()),
        new EventMembers.Subject(
            event.access(),
            event.database(),
            event.purpose(),
            event.session(),
            event.serverProcess(),
            event.application()),
        new EventMembers.Statement(
            event.statement(),
            event.fingerprint(),
            event.kind(),
            event.relations(),
            event.maskedColumns(),
            event.columnsRead(),
            event.columnsWritten()),
        event);
    byte[] hash = new byte[2 * Sha256.LENGTH];
    form.copyHash(hash, 0);
    return new Sealed(new String(hash, StandardCharsets.US_ASCII), text.copy());
  }

  private byte[] member(byte[] name, String value) {
    text.cut(0);
    text.member(name, value);
    return text.copy();
  }

  /**
   * Whether an event is as it was when it was sealed.
   *
   * @param event the event
   */
  public boolean isIntact(Event event) {
    return seal(event).hash().equals(event.hash());
  }

  /**
   * A sealed event.
   *
   * @param hash its hash, in hexadecimal digits
   * @param json its text in UTF-8, with the hash
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  public record Sealed(String hash, byte[] json) {}
}
