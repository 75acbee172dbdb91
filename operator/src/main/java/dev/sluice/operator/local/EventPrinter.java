package dev.sluice.operator.local;

import dev.sluice.policy.event.Event;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.PrintStream;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints the events that a gate tells, a readable line each, or as they are. */
final class EventPrinter {
  private static final int STATEMENT_LENGTH = 80;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

  private final PrintStream out;
  private final boolean json;
  private final ZoneId zone;
  private final JsonType<Event> events = Jsonb.instance().type(Event.class);

  EventPrinter(PrintStream out, boolean json, ZoneId zone) {
    this.out = out;
    this.json = json;
    this.zone = zone;
  }

  /** Prints what stands on one line of the gate's output. */
  void print(String line) {
    if (json || !line.startsWith("{")) {
      out.println(line);
      return;
    }
    out.println(readable(events.fromJson(line)));
  }

  /** Time, who, outcome, kind, rows, statement, and what decided. */
  private String readable(Event event) {
    String who =
        event.application().isEmpty()
            ? event.session()
            : event.session() + " " + event.application();
    String what =
        Objects.requireNonNullElse(
            event.statement(), event.type().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    String why =
        Stream.of(event.code(), event.rule(), event.sqlState(), event.reason())
            .filter(Objects::nonNull)
            .collect(Collectors.joining(" "));
    return "%s  %-20s %-7s %-8s %5s  %s%s"
        .formatted(
            TIME.format(event.time().atZone(zone)),
            shortened(who, 20),
            event.outcome(),
            Objects.requireNonNullElse(event.kind(), ""),
            event.rows() < 0 ? "" : String.valueOf(event.rows()),
            shortened(what, STATEMENT_LENGTH),
            why.isEmpty() ? "" : "  -- " + why);
  }

  private static String shortened(String text, int length) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= length ? line : line.substring(0, length - 1) + "…";
  }
}
