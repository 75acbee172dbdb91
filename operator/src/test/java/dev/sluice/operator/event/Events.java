package dev.sluice.operator.event;

import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.Parameter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes events of one pod's chain. */
public final class Events {
  private final String namespace;
  private final String serviceAccount;
  private final String pod;
  private final String podUid;
  private final String chain = UUID.randomUUID().toString();
  private String accessNamespace;
  private String application = "shop";
  private @Nullable String trace;
  private @Nullable List<String> read;
  private @Nullable List<String> written;
  private @Nullable Long lost;
  private long sequence;
  private String previous = "0".repeat(64);

  /** A chain that has no event yet. */
  public Events(String namespace, String serviceAccount, String pod, String podUid) {
    this.namespace = namespace;
    this.accessNamespace = namespace;
    this.serviceAccount = serviceAccount;
    this.pod = pod;
    this.podUid = podUid;
  }

  /** The next events of the chain. */
  public List<Event> next(int count) {
    List<Event> events = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      events.add(next(Event.Outcome.ALLOWED));
    }
    return List.copyOf(events);
  }

  /** The next event of the chain. */
  public Event next(Event.Outcome outcome) {
    sequence++;
    Event open = event(outcome, "");
    previous = new CanonicalEvent().seal(open).hash();
    return withHash(open, previous);
  }

  /** The next event of the chain, about a loss. */
  public Event nextLoss(long count) {
    lost = count;
    Event event = next(Event.Outcome.FAILED);
    lost = null;
    return event;
  }

  /** The next event of the chain, of an application that calls itself so. */
  public Event next(String name) {
    application = name;
    return next(Event.Outcome.ALLOWED);
  }

  /** The same pod's chain with events of a trace from now on. */
  public Events of(String traceId) {
    trace = traceId;
    return this;
  }

  /** The same pod's chain with events about an access of another namespace. */
  public Events about(String otherNamespace) {
    accessNamespace = otherNamespace;
    return this;
  }

  /** The same pod's chain with events of these columns, with bytes and a value from now on. */
  public Events with(List<String> columnsRead, List<String> columnsWritten) {
    read = columnsRead;
    written = columnsWritten;
    return this;
  }

  private Event event(Event.Outcome outcome, String sealed) {
    return new Event(
        UUID.randomUUID().toString(),
        Instant.now().truncatedTo(ChronoUnit.MICROS),
        chain,
        sequence,
        previous,
        sealed,
        lost == null ? Event.Type.STATEMENT : Event.Type.EVENTS_LOST,
        accessNamespace + "/orders",
        "databases/orders",
        "order-processing",
        namespace,
        serviceAccount,
        pod,
        podUid,
        "1",
        4711,
        application,
        "SELECT $1",
        "50fde20626009aba",
        "SELECT",
        List.of("public.orders"),
        List.of(),
        1,
        250,
        outcome,
        null,
        null,
        null,
        null,
        20L,
        Map.of("route", "/orders"),
        trace,
        read == null ? null : 30L,
        read,
        written,
        read == null ? null : List.of(new Parameter(Parameter.Form.TEXT, 300, "a value")),
        lost,
        lost == null ? null : Instant.EPOCH,
        read == null ? null : Map.of("Email", 3L));
  }

  /** The event with the hash of its content. */
  static Event sealed(Event event) {
    return withHash(event, new CanonicalEvent().seal(event).hash());
  }

  private static Event withHash(Event event, String hash) {
    return new Event(
        event.id(),
        event.time(),
        event.chain(),
        event.sequence(),
        event.previousHash(),
        hash,
        event.type(),
        event.access(),
        event.database(),
        event.purpose(),
        event.namespace(),
        event.serviceAccount(),
        event.pod(),
        event.podUid(),
        event.session(),
        event.serverProcess(),
        event.application(),
        event.statement(),
        event.fingerprint(),
        event.kind(),
        event.relations(),
        event.maskedColumns(),
        event.rows(),
        event.durationMicros(),
        event.outcome(),
        event.rule(),
        event.reason(),
        event.code(),
        event.sqlState(),
        event.bytes(),
        event.tags(),
        event.traceId(),
        event.bytesReceived(),
        event.columnsRead(),
        event.columnsWritten(),
        event.parameters(),
        event.lost(),
        event.lostSince(),
        event.detected());
  }
}
