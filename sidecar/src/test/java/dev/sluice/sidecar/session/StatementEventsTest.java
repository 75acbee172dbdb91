package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestGate;
import java.io.IOException;
import java.util.List;
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
  void aCopyHasTheBytesOfItsRowsInTheDirectionThatTheyWent() throws IOException {
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
        .extracting(Event::kind, Event::rows, Event::bytes, Event::bytesReceived)
        .containsExactly(
            tuple("COPY", 1L, 8L, null),
            tuple("SELECT", 1L, 12L, null),
            tuple("COPY", 1L, null, 9L));
  }

  @Test
  void theColumnsThatAStatementReadsAndWritesAreTold() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client
          .query(
              "UPDATE orders SET note = 'x' FROM customers c WHERE c.id = customer_id AND c.id = 0")
          .query("SELECT nobody.knows FROM nobody")
          .send();
      client.untilReady();
      client.untilReady();
    }
    assertThat(gate.statements())
        .extracting(Event::columnsRead, Event::columnsWritten)
        .containsExactly(
            tuple(
                List.of("public.customers.id", "public.orders.customer_id"),
                List.of("public.orders.note")),
            tuple(List.of("nobody.knows"), null));
  }

  @Test
  void whatRunsByANameHasTheColumnsOfWhatItRuns() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query("PREPARE p AS SELECT ssn FROM customers WHERE id = $1").send();
      client.untilReady();
      client.query("EXECUTE p(1)").send();
      client.untilReady();
      client.parse("q", "SELECT note FROM orders").empty('S').query("EXECUTE q").send();
      client.untilReady();
      client.untilReady();
      client.query("BEGIN").query("DECLARE c CURSOR FOR TABLE customers").query("FETCH 1 c").send();
      client.untilReady();
      client.untilReady();
      client.untilReady();
    }
    assertThat(gate.statements())
        .filteredOn(event -> List.of("EXECUTE", "FETCH").contains(event.kind()))
        .extracting(Event::columnsRead, Event::maskedColumns)
        .containsExactly(
            tuple(
                List.of("public.customers.id", "public.customers.ssn"),
                List.of("public.customers.ssn")),
            tuple(List.of("public.orders.note"), List.of()),
            tuple(
                List.of(
                    "public.customers.*",
                    "public.customers.id",
                    "public.customers.name",
                    "public.customers.ssn"),
                List.of("public.customers.ssn")));
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
