package dev.sluice.operator.api;

import dev.sluice.crds.Durations;
import dev.sluice.operator.event.EventQuery;
import dev.sluice.operator.event.Ledger;
import dev.sluice.operator.event.LedgerException;
import dev.sluice.policy.Code;
import dev.sluice.policy.control.Acknowledgement;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.EventBatch;
import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewSpecBuilder;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /v1/events}: gates bring evidence, people read it. */
final class EventEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(EventEndpoint.class);
  private static final Jsonb JSON = Jsonb.instance();
  private static final int DEFAULT_LIMIT = 100;
  private static final int MOST_POSTED = 1000;
  private static final int LONGEST_CHAIN = 200;

  /** What may be asked for, as the reference of the events tells. */
  static final List<String> PARAMETERS =
      List.of(
          "access",
          "namespace",
          "pod",
          "outcome",
          "type",
          "since",
          "before",
          "trace",
          "relation",
          "column",
          "limit");

  private static final Pattern TRACE = Pattern.compile("[0-9a-f]{32}");

  private final @Nullable Ledger ledger;
  private final Permissions permissions;
  private final Clock clock;

  EventEndpoint(@Nullable Ledger ledger, Permissions permissions, Clock clock) {
    this.ledger = ledger;
    this.permissions = permissions;
    this.clock = clock;
  }

  ApiAnswer post(Caller.Pod caller, ApiRequest request) {
    try {
      List<Event> events = read(request.body().get());
      events.forEach(event -> check(caller, event));
      int accepted = events.isEmpty() ? 0 : ledger().append(events);
      return ApiAnswer.json(Acknowledgement.class, new Acknowledgement(accepted));
    } catch (LedgerException failure) {
      throw told(caller, refusal(failure));
    } catch (Refusal refusal) {
      throw told(caller, refusal);
    }
  }

  /** Evidence that is refused for good is missing in the ledger from then on. */
  private static Refusal told(Caller.Pod caller, Refusal refusal) {
    if (refusal.status() < 500) {
      LOG.warn(
          "events refused: pod={}/{} code={} {}",
          caller.namespace(),
          caller.name(),
          refusal.code().code(),
          refusal.getMessage());
    }
    return refusal;
  }

  ApiAnswer get(Caller caller, ApiRequest request) {
    requireViewer(caller);
    EventQuery query = query(request.parameters().get());
    try {
      return ApiAnswer.json(EventBatch.class, new EventBatch(ledger().find(query)));
    } catch (LedgerException failure) {
      throw refusal(failure);
    }
  }

  private Ledger ledger() {
    Ledger present = ledger;
    if (present == null) {
      throw new Refusal(
          503, Code.LEDGER_AWAY, "No ledger is configured.", "Set sluice.ledger.url.");
    }
    return present;
  }

  private static Refusal refusal(LedgerException failure) {
    return switch (failure) {
      case LedgerException.Unavailable away -> {
        LOG.warn("the ledger cannot be used", away);
        yield new Refusal(503, Code.LEDGER_AWAY, "The ledger's database does not answer.");
      }
      case LedgerException.ForeignChain foreign ->
          new Refusal(403, Code.EVENTS_OF_ANOTHER_POD, String.valueOf(foreign.getMessage()));
      case LedgerException.Unkeepable unkeepable ->
          new Refusal(400, Code.BAD_REQUEST, String.valueOf(unkeepable.getMessage()));
    };
  }

  private static List<Event> read(String body) {
    List<Event> events;
    try {
      events = JSON.type(EventBatch.class).fromJson(withoutNul(body)).events();
    } catch (JsonException | NullPointerException | IllegalArgumentException malformed) {
      throw new Refusal(
          400, Code.BAD_REQUEST, "The body must be {\"events\": [...]} in JSON: events are wrong.");
    }
    if (events.size() > MOST_POSTED) {
      throw new Refusal(
          400,
          Code.BAD_REQUEST,
          "A batch holds at most %d events, this one has %d."
              .formatted(MOST_POSTED, events.size()));
    }
    return events;
  }

  /**
   * A body whose texts have another character in place of NUL, which PostgreSQL does not keep. The
   * hash of an event is the same with either.
   */
  private static String withoutNul(String body) {
    if (!body.contains("\\u0000")) {
      return body;
    }
    StringBuilder mended = new StringBuilder(body.length());
    int from = 0;
    int escape = body.indexOf('\\');
    while (escape >= 0) {
      // An escape is looked at whole, so that a backslash which is escaped itself begins none.
      boolean isNul = body.startsWith("u0000", escape + 1);
      int end = Math.min(body.length(), escape + (isNul ? 6 : 2));
      mended.append(body, from, escape).append(isNul ? "\\ufffd" : body.substring(escape, end));
      from = end;
      escape = body.indexOf('\\', from);
    }
    return mended.append(body, from, body.length()).toString();
  }

  private static void check(Caller.Pod caller, Event event) {
    boolean sane =
        present(event.id())
            && isUuid(event.id())
            && present(event.chain())
            && event.chain().length() <= LONGEST_CHAIN
            && event.sequence() > 0
            && present(event.hash())
            && present(event.previousHash())
            && event.time() != null
            && event.type() != null
            && event.outcome() != null
            && event.access() != null
            && event.database() != null;
    if (!sane) {
      throw new Refusal(
          400,
          Code.BAD_REQUEST,
          "An event lacks one of id (a UUID), chain, sequence, hash, previousHash, time, type,"
              + " outcome, access, database.");
    }
    if (!caller.namespace().equals(event.namespace())
        || !caller.serviceAccount().equals(event.serviceAccount())
        || !caller.name().equals(event.pod())
        || !caller.uid().equals(event.podUid())) {
      throw new Refusal(
          403,
          Code.EVENTS_OF_ANOTHER_POD,
          "Event %s is not of pod %s/%s with UID %s."
              .formatted(event.id(), caller.namespace(), caller.name(), caller.uid()));
    }
    if (!event.access().startsWith(caller.namespace() + "/")) {
      throw new Refusal(
          403,
          Code.EVENTS_OF_ANOTHER_POD,
          "Event %s of pod %s/%s names a DatabaseAccess of another namespace."
              .formatted(event.id(), caller.namespace(), caller.name()));
    }
  }

  /** JSON may leave out what the record says is always there. */
  private static boolean present(@Nullable String text) {
    return text != null && !text.isEmpty();
  }

  private static boolean isUuid(String text) {
    try {
      return UUID.fromString(text).toString().equals(text);
    } catch (IllegalArgumentException other) {
      return false;
    }
  }

  private void requireViewer(Caller caller) {
    boolean permitted =
        permissions.may(
            caller,
            new SubjectAccessReviewSpecBuilder()
                .withNewNonResourceAttributes()
                .withPath("/v1/events")
                .withVerb("get")
                .endNonResourceAttributes()
                .build());
    if (!permitted) {
      throw new Refusal(
          403,
          Code.EVENTS_NOT_PERMITTED,
          "%s may not get /v1/events.".formatted(caller.username()));
    }
  }

  private EventQuery query(Map<String, String> parameters) {
    try {
      for (String name : parameters.keySet()) {
        // Who misspells a filter must not take everything for what was asked for.
        if (!PARAMETERS.contains(name)) {
          throw new IllegalArgumentException(
              "\"%s\" is none, there are %s".formatted(name, PARAMETERS));
        }
      }
      String outcome = parameters.get("outcome");
      String type = parameters.get("type");
      String before = parameters.get("before");
      String limit = parameters.get("limit");
      int most = limit == null ? DEFAULT_LIMIT : Integer.parseInt(limit);
      if (most < 1 || most > EventQuery.MOST) {
        throw new IllegalArgumentException("limit must be 1 to %d".formatted(EventQuery.MOST));
      }
      return new EventQuery(
          parameters.get("access"),
          parameters.get("namespace"),
          parameters.get("pod"),
          outcome == null ? null : Event.Outcome.valueOf(outcome),
          type == null ? null : Event.Type.valueOf(type),
          since(parameters.get("since")),
          before == null ? null : UUID.fromString(before),
          most,
          trace(parameters.get("trace")),
          parameters.get("relation"),
          parameters.get("column"));
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(
          400,
          Code.BAD_REQUEST,
          "A parameter is wrong: "
              + malformed.getMessage()
              + ". outcome is one of "
              + List.of(Event.Outcome.values())
              + ", type one of "
              + List.of(Event.Type.values())
              + ", since an instant such as 2026-01-31T08:00:00Z or a duration such as 1h30m,"
              + " before the identifier of an event, trace 32 hexadecimal digits, relation a name"
              + " such as public.orders, column a name such as public.orders.note, limit a number"
              + " from 1 to "
              + EventQuery.MOST
              + ".");
    }
  }

  private static @Nullable String trace(@Nullable String text) {
    if (text != null && !TRACE.matcher(text).matches()) {
      throw new IllegalArgumentException("trace must be 32 hexadecimal digits in lower case");
    }
    return text;
  }

  private @Nullable Instant since(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException notAnInstant) {
      return clock.instant().minus(Durations.parse(text));
    }
  }
}
