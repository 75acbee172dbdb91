package dev.sluice.operator.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.fixtures.TestDatabase;
import dev.sluice.policy.event.Event;
import io.agroal.api.AgroalDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private final TestDatabase database = RealPostgres.shared(PostgresVersion.V18).newDatabase();
  private final AgroalDataSource connections = open(database.jdbcUrl());
  private final Ledger ledger = new Ledger(connections);
  private final Events pod = new Events("shop", "shop-api", "api-1", UUID.randomUUID().toString());

  @AfterEach
  void close() {
    connections.close();
  }

  @Test
  void eventsAreTakenOnceAndReadNewestFirst() {
    List<Event> events = pod.next(3);

    assertThat(ledger.append(events)).isEqualTo(3);
    assertThat(ledger.append(events)).isEqualTo(3);

    assertThat(ledger.find(all())).containsExactlyElementsOf(events.reversed());
    assertThat(ledger.gaps()).isZero();
  }

  @Test
  void aChainGoesOnInTheNextBatch() {
    ledger.append(pod.next(2));
    ledger.append(pod.next(2));

    assertThat(ledger.gaps()).isZero();
  }

  @Test
  void missingBrokenAndRepeatedPlacesAreRecorded() {
    List<Event> first = pod.next(4);
    ledger.append(List.of(first.get(0), first.get(2)));
    assertThat(ledger.gaps()).isEqualTo(1);

    ledger.append(List.of(first.get(1)));
    assertThat(ledger.gaps()).isEqualTo(2);

    Event next = first.get(3);
    ledger.append(List.of(Events.sealed(withPrevious(next, "f".repeat(64)))));
    assertThat(ledger.gaps()).isEqualTo(3);
    assertThat(ledger.find(all())).hasSize(4);
  }

  @Test
  void anEventThatIsNotAsItWasSealedIsRecorded() {
    Event event = pod.next(1).getFirst();
    ledger.append(List.of(withPrevious(event, "f".repeat(64))));
    assertThat(ledger.gaps()).isEqualTo(1);
  }

  @Test
  void aChainOfAnotherPodIsRefusedAndNothingIsTaken() {
    List<Event> mine = pod.next(1);
    ledger.append(mine);
    Event forged = ofPod(pod.next(1).getFirst(), UUID.randomUUID().toString());

    assertThatThrownBy(() -> ledger.append(List.of(forged)))
        .isInstanceOf(LedgerException.ForeignChain.class);
    assertThat(ledger.find(all())).containsExactlyElementsOf(mine);
  }

  @Test
  void aValueThatCannotBeKeptIsToldApartFromALedgerThatIsAway() {
    assertThatThrownBy(() -> ledger.append(List.of(pod.next("a\0b"))))
        .isInstanceOf(LedgerException.Unkeepable.class)
        .hasMessageContaining("SQLSTATE 22");
    assertThat(ledger.find(all())).isEmpty();
  }

  @Test
  void filtersAndBoundsHold() {
    List<Event> events = new ArrayList<>(pod.next(2));
    events.add(pod.next(Event.Outcome.DENIED));
    ledger.append(events);
    Events other = new Events("billing", "api", "api-9", UUID.randomUUID().toString());
    ledger.append(other.next(1));

    assertThat(ledger.find(new EventQuery("shop/orders", null, null, null, null, null, null, 10)))
        .hasSize(3);
    assertThat(ledger.find(new EventQuery(null, "billing", null, null, null, null, null, 10)))
        .hasSize(1);
    assertThat(ledger.find(new EventQuery(null, null, "api-9", null, null, null, null, 10)))
        .hasSize(1);
    assertThat(
            ledger.find(
                new EventQuery(null, null, null, Event.Outcome.DENIED, null, null, null, 10)))
        .containsExactly(events.get(2));
    assertThat(
            ledger.find(
                new EventQuery(null, null, null, null, Event.Type.SESSION_OPENED, null, null, 10)))
        .isEmpty();
    assertThat(
            ledger.find(
                new EventQuery(
                    "shop/orders", null, null, null, null, events.get(1).time(), null, 10)))
        .hasSize(2);
    assertThat(ledger.find(new EventQuery(null, null, null, null, null, null, null, 1))).hasSize(1);
  }

  @Test
  void aServerThatComesBackIsUsedAgain() {
    try (RealPostgres server = RealPostgres.start(PostgresVersion.V15, RealPostgres.TlsUse.OFF)) {
      TestDatabase own = server.newDatabase();
      try (AgroalDataSource pool =
          LedgerDataSource.open(own.jdbcUrl(), own.admin().user(), own.admin().password(), 4)) {
        Ledger restarted = new Ledger(pool);
        restarted.append(pod.next(1));
        server.stop();
        List<Event> late = pod.next(1);
        assertThatThrownBy(() -> restarted.append(late))
            .isInstanceOf(LedgerException.Unavailable.class);

        server.resume();

        await()
            .ignoreExceptionsInstanceOf(LedgerException.class)
            .untilAsserted(() -> assertThat(restarted.append(late)).isEqualTo(1));
        assertThat(restarted.find(all())).hasSize(2);
      }
    }
  }

  @Test
  void allIsReadPageByPage() {
    List<Event> written = pod.next(7);
    ledger.append(written);

    List<Event> read = new ArrayList<>();
    List<Event> page = ledger.find(new EventQuery(null, null, null, null, null, null, null, 3));
    while (!page.isEmpty()) {
      read.addAll(page);
      UUID last = UUID.fromString(read.getLast().id());
      page = ledger.find(new EventQuery(null, null, null, null, null, null, last, 3));
    }

    assertThat(read).containsExactlyInAnyOrderElementsOf(written);
  }

  @Test
  void batchesThatComeTogetherAllArrive() throws Exception {
    List<Event> same = pod.next(20);
    try (var gates = Executors.newFixedThreadPool(4)) {
      Callable<Integer> post = () -> ledger.append(same);
      for (var future : gates.invokeAll(List.of(post, post, post, post))) {
        assertThat(future.get()).isEqualTo(20);
      }
    }
    assertThat(ledger.find(all())).hasSize(20);
  }

  @Test
  void anEmptyDatabaseInPlaceOfTheFirstIsTaken() throws Exception {
    ledger.append(pod.next(1));
    database.execute(database.admin(), "DROP TABLE gaps, events, chains, ledger_version CASCADE");

    ledger.append(pod.next(1));

    assertThat(ledger.find(all())).hasSize(1);
  }

  @Test
  void aLedgerThatIsAwayIsTold() {
    try (AgroalDataSource nowhere = open("jdbc:postgresql://127.0.0.1:1/ledger")) {
      assertThatThrownBy(() -> new Ledger(nowhere).append(pod.next(1)))
          .isInstanceOf(LedgerException.Unavailable.class);
    }
  }

  private static EventQuery all() {
    return new EventQuery(null, null, null, null, null, null, null, 1000);
  }

  private AgroalDataSource open(String url) {
    return LedgerDataSource.open(url, database.admin().user(), database.admin().password(), 4);
  }

  @Test
  void eventsOfATraceAndOfARelationAreFound() {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    ledger.append(pod.next(2));
    List<Event> traced = pod.of(trace).next(2);
    ledger.append(traced);

    assertThat(ledger.find(where(trace, null))).containsExactlyElementsOf(traced.reversed());
    assertThat(ledger.find(where("0".repeat(32), null))).isEmpty();
    assertThat(ledger.find(where(null, "public.orders"))).hasSize(4);
    assertThat(ledger.find(where(trace, "public.order"))).isEmpty();
    assertThat(ledger.gaps()).isZero();
  }

  @Test
  void eventsOfAColumnAreFoundAndAllOfThemIsKept() {
    ledger.append(pod.next(2));
    List<Event> events =
        pod.with(List.of("public.orders.id"), List.of("public.orders.note")).next(1);
    ledger.append(events);

    assertThat(ledger.find(column("public.orders.id"))).isEqualTo(events);
    assertThat(ledger.find(column("public.orders.note"))).isEqualTo(events);
    assertThat(ledger.find(column("public.orders.card"))).isEmpty();
    assertThat(ledger.gaps()).isZero();
  }

  @Test
  void whatGatesLostIsCounted() {
    ledger.append(pod.next(1));
    assertThat(ledger.lost()).isZero();
    ledger.append(List.of(pod.nextLoss(40), pod.nextLoss(2)));
    assertThat(ledger.lost()).isEqualTo(42);
    assertThat(ledger.gaps()).isZero();
  }

  private static EventQuery column(String column) {
    return new EventQuery(null, null, null, null, null, null, null, 10, null, null, column);
  }

  @Test
  void aBatchOfWhichHalfIsKeptIsTakenOnce() {
    List<Event> events = pod.next(4);
    ledger.append(events.subList(0, 2));

    assertThat(ledger.append(events)).isEqualTo(4);

    assertThat(ledger.find(all())).containsExactlyElementsOf(events.reversed());
    assertThat(ledger.gaps()).isZero();
  }

  @Test
  void aLedgerOfTheFormerVersionKeepsItsEventsAndItsChainsGoOn() throws Exception {
    List<Event> events = pod.next(2);
    ledger.append(events);
    try (Connection connection = connections.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "DROP INDEX events_trace, events_relations, events_columns_read, events_columns_written");
      statement.execute("DELETE FROM ledger_version WHERE version > 1");
    }
    Ledger newer = new Ledger(connections);
    List<Event> more = pod.next(1);
    newer.append(more);

    assertThat(newer.find(all())).hasSize(3).endsWith(events.getFirst());
    assertThat(newer.gaps()).isZero();
    try (Connection connection = connections.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT to_regclass('events_trace') IS NOT NULL")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getBoolean(1)).isTrue();
    }
  }

  private static EventQuery where(@Nullable String trace, @Nullable String relation) {
    return new EventQuery(null, null, null, null, null, null, null, 10, trace, relation, null);
  }

  private static Event withPrevious(Event event, String previousHash) {
    return copy(event, event.podUid(), previousHash);
  }

  private static Event ofPod(Event event, String podUid) {
    return copy(event, podUid, event.previousHash());
  }

  private static Event copy(Event event, String podUid, String previousHash) {
    return new Event(
        event.id(),
        event.time(),
        event.chain(),
        event.sequence(),
        previousHash,
        event.hash(),
        event.type(),
        event.access(),
        event.database(),
        event.purpose(),
        event.namespace(),
        event.serviceAccount(),
        event.pod(),
        podUid,
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
