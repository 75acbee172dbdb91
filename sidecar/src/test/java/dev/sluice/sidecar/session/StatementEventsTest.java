package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestGate;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One event for each thing that ran, and what it says of it. */
class StatementEventsTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  private static GovernedShop shop;
  private TestGate gate;

  @BeforeAll
  static void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
  }

  @BeforeEach
  void open() {
    gate = new TestGate(shop, shop.bundle());
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @Test
  void eachPieceOfAPortalAndEachFetchHasItsOwnRowsAndBytes() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client
          .parse("", "SELECT n FROM generate_series(1, 3) AS n")
          .bind("", "")
          .execute("", 2)
          .execute("", 0)
          .empty('S')
          .send();
      client.untilReady();
      client
          .query("BEGIN; DECLARE c CURSOR FOR SELECT n FROM generate_series(1, 3) AS n; FETCH 2 c")
          .send();
      client.untilReady();
      client.query("FETCH 2 c").send();
      client.untilReady();
    }
    // A row with one digit: type, length, number of columns, length of the column, the digit.
    assertThat(gate.statements())
        .extracting(Event::kind, Event::rows, Event::bytes)
        .containsExactly(
            tuple("SELECT", 2L, 24L),
            tuple("SELECT", 1L, 12L),
            tuple("TRANSACTION", -1L, 0L),
            tuple("DECLARE", -1L, 0L),
            tuple("FETCH", 2L, 24L),
            tuple("FETCH", 1L, 12L));
  }

  @Test
  void aCopyToTheClientHasBytesAndOneFromItIsNotCounted() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query("COPY (SELECT 'ab') TO STDOUT; SELECT 5").send();
      client.untilReady();
      client
          .query("COPY orders(customer_id, note) FROM STDIN")
          .copyData("1\tx\n")
          .empty('c')
          .send();
      client.untilReady();
    }
    assertThat(gate.statements())
        .extracting(Event::kind, Event::rows, Event::bytes)
        .containsExactly(tuple("COPY", 1L, 8L), tuple("SELECT", 1L, 12L), tuple("COPY", 1L, null));
  }

  @Test
  void tagsOfTheTextAreToldWhereverItRunsAndWhateverBecomesOfIt() throws IOException {
    String tags = " /*route='%2Forders',traceparent='00-" + TRACE + "-00f067aa0ba902b7-01'*/";
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.parse("", "SELECT 1" + tags).bind("", "").execute("", 0).empty('S').send();
      client.untilReady();
      client.query("DROP TABLE orders" + tags).query("SELECT 1/0" + tags).send();
      client.untilReady();
      client.untilReady();
      client.query("SELECT 'open" + tags).query("SELECT 1").send();
      client.untilReady();
      client.untilReady();
    }
    Map<String, String> told =
        Map.of("route", "/orders", "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
    assertThat(gate.statements())
        .extracting(Event::outcome, Event::tags, Event::traceId)
        .containsExactly(
            tuple(Event.Outcome.ALLOWED, told, TRACE),
            tuple(Event.Outcome.DENIED, told, TRACE),
            tuple(Event.Outcome.FAILED, told, TRACE),
            // Nobody knows what is a comment in it.
            tuple(Event.Outcome.FAILED, null, null),
            tuple(Event.Outcome.ALLOWED, null, null));
    CanonicalEvent canonical = new CanonicalEvent();
    assertThat(gate.statements()).allMatch(canonical::isIntact);
  }
}
