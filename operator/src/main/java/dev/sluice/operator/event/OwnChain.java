package dev.sluice.operator.event;

import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.EventChain;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The chain of events that the operator itself is the witness of: one for each life of it, so that
 * what is missing shows as with gates.
 */
public final class OwnChain {
  private static final String SERVICE_ACCOUNT = "sluice-operator";

  private final LedgerLink ledger;
  private final String namespace;
  private final String pod;
  private final SecureRandom random;
  private final String chain = UUID.randomUUID().toString();
  private long sequence;
  private String previous = EventChain.START;

  /**
   * A chain without events.
   *
   * @param ledger where they go
   * @param namespace of the control plane
   * @param pod the operator's pod
   * @param random for ids
   */
  public OwnChain(LedgerLink ledger, String namespace, String pod, SecureRandom random) {
    this.ledger = ledger;
    this.namespace = namespace;
    this.pod = pod;
    this.random = random;
  }

  /**
   * What an event tells.
   *
   * @param time when it happened
   * @param database the Database, {@code namespace/name}
   * @param application the application_name of the session
   * @param statement the text without its values; null: not known
   * @param kind what was done, as SQL writes it
   * @param relations what was changed
   * @param rule by which it is told
   * @param reason for a person
   */
  public record Entry(
      Instant time,
      String database,
      String application,
      @Nullable String statement,
      String kind,
      List<String> relations,
      String rule,
      String reason) {
    /** An immutable copy. */
    public Entry {
      relations = List.copyOf(relations);
    }
  }

  /**
   * Appends events, all or none.
   *
   * @param entries what they tell
   * @throws LedgerException where they were not taken
   */
  public synchronized void append(List<Entry> entries) {
    Ledger open = ledger.ledger();
    if (open == null) {
      throw new IllegalStateException("there is no ledger");
    }
    long next = sequence;
    String hash = previous;
    CanonicalEvent canonical = new CanonicalEvent();
    List<Event> events = new ArrayList<>();
    for (Entry entry : entries) {
      next++;
      String id = id(entry.time());
      Event unsealed = event(id, entry, next, hash, "");
      String before = hash;
      hash = canonical.seal(unsealed).hash();
      events.add(event(id, entry, next, before, hash));
    }
    open.append(events);
    sequence = next;
    previous = hash;
  }

  private Event event(String id, Entry entry, long place, String before, String hash) {
    return new Event(
        id,
        entry.time(),
        chain,
        place,
        before,
        hash,
        Event.Type.SCHEMA_CHANGED,
        "",
        entry.database(),
        "",
        namespace,
        SERVICE_ACCOUNT,
        pod,
        chain,
        "",
        0,
        entry.application(),
        entry.statement(),
        null,
        entry.kind(),
        entry.relations(),
        List.of(),
        -1,
        -1,
        Event.Outcome.WARNED,
        entry.rule(),
        entry.reason(),
        null,
        null);
  }

  /** A UUID of version 7, whose order is that of time. */
  private String id(Instant time) {
    return new UUID(
            (time.toEpochMilli() << 16) | 0x7000L | random.nextInt(1 << 12),
            (random.nextLong() >>> 2) | Long.MIN_VALUE)
        .toString();
  }
}
