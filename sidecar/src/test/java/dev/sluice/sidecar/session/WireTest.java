package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestGate;
import dev.sluice.sidecar.postgres.ServerConnector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequences of messages that drivers send seldom or never. */
class WireTest {
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
  void aRefusalWithinAPipelineSkipsToTheNextSync() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client
          .parse("", "SELECT 1")
          .bind("", "")
          .execute("", 0)
          .parse("", "DROP TABLE orders")
          .bind("", "")
          .execute("", 0)
          .parse("", "SELECT 2")
          .bind("", "")
          .execute("", 0)
          .empty('S')
          .parse("", "SELECT 3")
          .bind("", "")
          .execute("", 0)
          .empty('S')
          .query("SELECT 4; SELECT 5")
          .send();
      assertThat(client.untilReady())
          .containsExactly("1", "2", "D 1", "C SELECT 1", "E 42501", "Z I");
      assertThat(client.untilReady()).containsExactly("1", "2", "D 3", "C SELECT 1", "Z I");
      assertThat(client.untilReady())
          .containsExactly("T", "D 4", "C SELECT 1", "T", "D 5", "C SELECT 1", "Z I");
      assertThat(gate.statements())
          .extracting(Event::statement, Event::outcome)
          .containsExactly(
              tuple("SELECT $1", Event.Outcome.ALLOWED),
              tuple("DROP TABLE orders", Event.Outcome.DENIED),
              tuple("SELECT $1", Event.Outcome.ALLOWED),
              tuple("SELECT $1", Event.Outcome.ALLOWED),
              tuple("SELECT $1", Event.Outcome.ALLOWED));
    }
  }

  @Test
  void aSyncWithinACopyIsIgnoredAsByTheServer() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      for (String rows : new String[] {"1\tcopied\n", "x\tcopied\n"}) {
        client
            .parse("", "COPY orders(customer_id, note) FROM STDIN")
            .bind("", "")
            .execute("", 0)
            .empty('S')
            .copyData(rows)
            .empty('c')
            .empty('S')
            .parse("", "SELECT 'after'")
            .bind("", "")
            .execute("", 0)
            .empty('S')
            .send();
        assertThat(client.untilReady())
            .containsExactly(
                rows.startsWith("1")
                    ? new String[] {"1", "2", "G", "C COPY 1", "Z I"}
                    : new String[] {"1", "2", "G", "E 22P02", "Z I"});
        assertThat(client.untilReady()).containsExactly("1", "2", "D after", "C SELECT 1", "Z I");
        client.query("DROP TABLE orders").send();
        assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
      }
      client.query("COPY orders(note) FROM STDIN").copyData("a\n").empty('f').send();
    }
    await().until(() -> gate.statements().size() == 7);
  }

  @Test
  void aFailedCopyBySimpleQueryLeavesTheRestInOrder() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client
          .query("COPY orders(customer_id) FROM STDIN")
          .copyData("x\n")
          .copyData("2\n")
          .empty('c')
          .query("SELECT 'after'")
          .send();
      assertThat(client.untilReady()).containsExactly("G", "E 22P02", "Z I");
      assertThat(client.untilReady()).containsExactly("T", "D after", "C SELECT 1", "Z I");
    }
  }

  @Test
  void aQueryAfterAnErrorWithoutSyncIsSkippedAsByTheServer() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client
          .parse("", "DROP TABLE orders")
          .query("SELECT 'skipped'")
          .empty('S')
          .query("SELECT 'seen'")
          .send();
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
      assertThat(client.untilReady()).containsExactly("T", "D seen", "C SELECT 1", "Z I");
    }
  }

  @Test
  void functionCallsAreDecidedToo() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      // 1598 is random(), 2078 set_config.
      client.out().begin((byte) 'F').int32(1598).int16(0).int16(0).int16(1).end();
      client.out().begin((byte) 'F').int32(2078).int16(0).int16(0).int16(1).end();
      client.query("SELECT 'after'").send();
      assertThat(client.untilReady()).containsExactly("V", "Z I");
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
      assertThat(client.untilReady()).containsExactly("T", "D after", "C SELECT 1", "Z I");
    }
    assertThat(gate.statements()).hasSize(3);
  }

  @Test
  void namedStatementsThatFailLeaveTheFormerOnes() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.parse("s", "SELECT 'first'").empty('S').send();
      assertThat(client.untilReady()).containsExactly("1", "Z I");
      client.parse("s", "SELECT 'second'").empty('S').send();
      assertThat(client.untilReady()).containsExactly("E 42P05", "Z I");
      client.parse("s", "DROP TABLE orders").empty('S').send();
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
      client.bind("p", "s").describe('P', "p").execute("p", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("2", "T", "D first", "C SELECT 1", "Z I");
      client.closing('S', "s").bind("", "s").empty('S').send();
      assertThat(client.untilReady()).containsExactly("3", "E 26000", "Z I");
    }
  }

  @Test
  void emptyTextsAndPausesAreNothingSpecial() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query("").query("-- nothing").parse("", "").bind("", "").execute("", 0).empty('H');
      client.parse("", "SELECT n FROM generate_series(1, 3) n").bind("", "").execute("", 2);
      client.execute("", 2).empty('S').send();
      assertThat(client.untilReady()).containsExactly("I", "Z I");
      assertThat(client.untilReady()).containsExactly("I", "Z I");
      assertThat(client.untilReady())
          .containsExactly("1", "2", "I", "1", "2", "D 1", "D 2", "s", "D 3", "C SELECT 1", "Z I");
    }
    assertThat(gate.statements()).extracting(Event::rows).containsExactly(2L, 1L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 4096})
  void messagesMayComeInPieces(int size) throws IOException {
    try (RawClient client = new RawClient(gate.port())) {
      client.startup("database", shop.database().name());
      client.untilReady();
      client
          .query("SELECT 'a'")
          .query("DROP TABLE orders")
          .parse("", "SELECT ssn FROM" + " public.customers WHERE id = 7")
          .bind("", "")
          .execute("", 0)
          .empty('S');
      byte[] bytes = client.out().toByteArray();
      client.out().clear();
      for (int offset = 0; offset < bytes.length; offset += size) {
        client.out().bytes(bytes, offset, Math.min(size, bytes.length - offset));
        client.send();
      }
      assertThat(client.untilReady()).containsExactly("T", "D a", "C SELECT 1", "Z I");
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
      assertThat(client.untilReady()).containsExactly("1", "2", "D ***7", "C SELECT 1", "Z I");
    }
  }

  @Test
  void noLengthIsTrusted() throws IOException {
    for (byte[] message :
        List.of(
            new byte[] {'Q', 0, 0, 0, 3},
            new byte[] {'Q', -1, -1, -1, -1},
            new byte[] {'S', 0, 1, 0, 0},
            new byte[] {'z', 0, 0, 0, 4},
            new byte[] {'Q', 0, 0, 0, 6, 'x', 'y'},
            new byte[] {'Q', 0, 0, 0, 7, 'x', 0, 0},
            new byte[] {'P', 0, 0, 0, 5, 'x'},
            new byte[] {'E', 0, 0, 0, 5, 0},
            new byte[] {'F', 0, 0, 0, 5, 0})) {
      try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
        client.out().bytes(message);
        client.send();
        assertThat(client.untilReady())
            .as(Arrays.toString(message))
            .containsExactly("E 08P01", "end");
      }
    }
    for (byte[] message :
        List.of(
            new byte[] {0, 0, 0, 7, 0, 0, 0},
            new byte[] {127, 0, 0, 0, 0, 3, 0, 0},
            new byte[] {0, 0, 0, 8, 0, 2, 0, 0},
            // A request to cancel without a secret.
            new byte[] {0, 0, 0, 12, 4, (byte) 210, 22, 46, 0, 0, 0, 1},
            new byte[] {0, 0, 0, 10, 0, 3, 0, 0, 'a', 'b'},
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
      try (RawClient client = new RawClient(gate.port())) {
        client.out().bytes(message);
        client.send();
        assertThat(client.untilReady())
            .as(Arrays.toString(message))
            .containsExactly("E 08P01", "end");
      }
    }
    await()
        .untilAsserted(
            () ->
                assertThat(gate.events())
                    .filteredOn(event -> "SLU-G12".equals(event.code()))
                    .extracting(Event::type)
                    .hasSize(15)
                    .containsOnly(Event.Type.SESSION_CLOSED, Event.Type.SESSION_REFUSED));
  }

  @Test
  void newerProtocolsAreNegotiatedDown() throws IOException {
    try (RawClient client = new RawClient(gate.port())) {
      client.out().beginUntyped().int32((3 << 16) + 9999).text("user").text("app");
      client.out().text("database").text(shop.database().name());
      client.out().text("_pq_.new").text("1").int8((byte) 0).end();
      client.send();
      assertThat(ByteBuffer.wrap(client.read().content()).getInt()).isEqualTo((3 << 16) + 2);
      assertThat(client.untilReady()).containsExactly("R", "K", "Z I");
    }
  }

  @Test
  void whatWasSentBeforeTheClientLeftIsStillEvidence() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query("UPDATE orders SET note = note WHERE id <= 10").send();
    }
    await().until(() -> gate.statements().size() == 1);
    assertThat(gate.statements().getFirst().rows()).isEqualTo(10);
  }

  @Test
  void unsafeEncodingsAreRefusedOrUnread() throws IOException {
    try (RawClient client = new RawClient(gate.port())) {
      client.startup("database", shop.database().name(), "client_encoding", "SJIS");
      assertThat(client.untilReady()).containsExactly("E 22023", "end");
    }
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query("SET client_encoding TO latin1").send();
      assertThat(client.untilReady()).containsExactly("C SET", "Z I");
      client
          .out()
          .begin((byte) 'Q')
          .bytes(
              "SELECT 'é' FROM public.customers WHERE id = 7\0"
                  .getBytes(StandardCharsets.ISO_8859_1))
          .end();
      client.send();
      client.untilReady();
    }
    assertThat(gate.statements().getLast())
        .satisfies(event -> assertThat(event.kind()).isEqualTo("SELECT"));
  }

  /**
   * Any sequence of ordinary messages, in any pieces, is answered through a gate as without one.
   */
  @Test
  void aGateIsNotNoticed() throws IOException {
    SplittableRandom random = new SplittableRandom(20261122);
    ServerConnector connector =
        new ServerConnector(shop.bundle().target(), Duration.ofSeconds(10), new SecureRandom());
    for (int round = 0; round < 60; round++) {
      List<Runnable> script = new ArrayList<>();
      try (RawClient direct = new RawClient(connector.open(shop.credential("a"), Map.of()));
          RawClient through = RawClient.open(gate.port(), "database", shop.database().name())) {
        int ends = compose(random.split(), script, direct, through);
        script.forEach(Runnable::run);
        byte[] bytes = through.out().toByteArray();
        direct.send();
        through.out().clear();
        for (int offset = 0; offset < bytes.length; ) {
          int size = Math.min(1 + random.nextInt(60), bytes.length - offset);
          through.out().bytes(bytes, offset, size);
          through.send();
          offset += size;
        }
        for (int end = 0; end < ends; end++) {
          assertThat(through.untilReady()).isEqualTo(direct.untilReady());
        }
      }
    }
  }

  private static int compose(SplittableRandom random, List<Runnable> script, RawClient... clients) {
    String[] texts = {
      "SELECT 1",
      "SELECT 1; SELECT 2",
      "",
      "SELEC",
      "BEGIN",
      "ROLLBACK",
      "SELECT * FROM secrets",
      "SELECT ssn FROM customers WHERE id < 3 ORDER BY id",
      "SELECT 1/0",
      "SET work_mem = '5MB'",
      "PREPARE n0 AS SELECT 7",
      "DEALLOCATE ALL",
      "COPY orders TO STDOUT",
      "COPY (SELECT 1) TO STDOUT"
    };
    int ends = 0;
    boolean open = false;
    for (int step = 0; step < 12; step++) {
      String text = texts[random.nextInt(texts.length)];
      String name = random.nextBoolean() ? "" : "n" + random.nextInt(3);
      int kind = random.nextInt(5);
      if (kind == 0 && !open) {
        ends++;
        script.add(() -> each(clients, client -> client.query(text)));
      } else if (kind == 1) {
        ends++;
        open = false;
        script.add(() -> each(clients, client -> client.empty('S')));
      } else if (kind == 2) {
        open = true;
        script.add(() -> each(clients, client -> client.parse(name, text)));
      } else if (kind == 3) {
        open = true;
        script.add(() -> each(clients, client -> client.bind("", name).execute("", 0)));
      } else {
        open = true;
        script.add(() -> each(clients, client -> client.closing('S', name)));
      }
    }
    script.add(() -> each(clients, client -> client.empty('S')));
    return ends + 1;
  }

  private static void each(RawClient[] clients, Consumer<RawClient> action) {
    for (RawClient client : clients) {
      action.accept(client);
    }
  }
}
