package dev.sluice.sidecar.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.detect.Action;
import dev.sluice.policy.detect.Inspection;
import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyManager;

/** What a masking policy has looked for does not reach the client, by whatever way it is asked. */
class DetectionTest {
  private static final String CARD = "4111111111111111";
  private static final List<Kind> KINDS = List.of(Kind.Email, Kind.PaymentCard, Kind.Secret);
  private static GovernedShop shop;
  private static SegmentRelay relay;
  private static TestGate gate;

  private static Bundle.Detection detection(Action action, List<Kind> kinds, String... columns) {
    return new Bundle.Detection("texts/spec.rules[0]", kinds, action, List.of(columns), List.of());
  }

  @BeforeAll
  static void open() throws SQLException, IOException {
    shop = GovernedShop.create(PostgresVersion.V15);
    shop.asSuperuser(
        """
        CREATE EXTENSION IF NOT EXISTS hstore SCHEMA public;
        CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
        CREATE TYPE public.contact AS (id int, mail text, tags text[]);
        CREATE TYPE public.level AS ENUM ('low@example.com', 'high');
        GRANT USAGE ON SCHEMA public TO %1$s;
        CREATE UNIQUE INDEX ON orders (note);
        UPDATE customers SET name = 'name' || id || '@example.com' WHERE id <= 3;
        UPDATE orders SET note = 'write to note' || id || '@example.com' WHERE id <= 3;
        """
            .formatted(shop.group()));
    relay = new SegmentRelay(shop.postgres().port());
    gate = new TestGate(shop, bundle());
  }

  @AfterAll
  static void close() throws IOException {
    gate.close();
    relay.close();
  }

  @BeforeEach
  void redactEverything() {
    relay.cut(() -> 64 * 1024);
    apply(detection(Action.Redact, KINDS));
  }

  private static Bundle bundle() {
    Bundle.Target target = shop.bundle().target();
    return TestBundles.withTarget(
        shop.bundle(),
        new Bundle.Target(
            target.engine(),
            List.of(new Bundle.Endpoint("127.0.0.1", relay.port())),
            target.database(),
            target.tls(),
            target.serverVersion()));
  }

  private static void apply(Bundle.Detection... detections) {
    gate.grant().apply(TestBundles.withDetections(bundle(), detections));
  }

  private static RawClient client(String... parameters) throws IOException {
    List<String> all = new ArrayList<>(List.of("database", shop.database().name()));
    all.addAll(List.of(parameters));
    return RawClient.open(gate.port(), all.toArray(String[]::new));
  }

  private static List<String> query(String text) throws IOException {
    try (RawClient client = client()) {
      client.query(text).send();
      return client.untilReady();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "&binaryTransferEnable=TEXT,VARCHAR,TEXT_ARRAY&prepareThreshold=-1",
        "&preferQueryMode=simple",
        "&prepareThreshold=1"
      })
  void redactsValuesOfAnyType(String options) throws SQLException {
    try (Connection connection = gate.connect(options)) {
      for (int again = 0; again < 3; again++) {
        assertThat(one(connection, "SELECT 'to a@example.com'::text"))
            .isEqualTo("to *************");
        assertThat(one(connection, "SELECT 'a@example.com'::varchar(20)"))
            .isEqualTo("*************");
        assertThat(one(connection, "SELECT 'a@b.example'::char(12)")).isEqualTo("*********** ");
        assertThat(one(connection, "SELECT 'a@example.com'::name")).isEqualTo("*************");
        assertThat(one(connection, "SELECT 'a@example.com'::citext")).isEqualTo("*************");
        assertThat(one(connection, "SELECT 'a@example.com'")).isEqualTo("*************");
        assertThat(one(connection, "SELECT '<a>a@example.com</a>'::xml"))
            .isEqualTo("<a>*************</a>");
        assertThat(
                one(
                    connection,
                    "SELECT '{\"a\": \"x\\na@example.com\", \"n\": %s}'::json".formatted(CARD)))
            .isEqualTo("{\"a\": \"x***************\", \"n\": 1000000000000000}");
        assertThat(one(connection, "SELECT '{\"n\": %s}'::jsonb".formatted(CARD)))
            .isEqualTo("{\"n\": 1000000000000000}");
        assertThat(one(connection, "SELECT '%s'::jsonb".formatted(CARD)))
            .isEqualTo("1000000000000000");
        assertThat(one(connection, "SELECT 'k=>a@example.com'::hstore"))
            .isEqualTo("\"k\"=>\"*************\"");
        assertThat(one(connection, "SELECT 'low@example.com'::level")).isEqualTo("***************");
        assertThat(one(connection, "SELECT ARRAY['a@example.com', 'b \"c', NULL]"))
            .isIn("{*************,\"b \\\"c\",NULL}", "{\"*************\",\"b \\\"c\",NULL}");
        assertThat(
                one(connection, "SELECT ROW(7, 'a@example.com', ARRAY['b@example.com'])::contact"))
            .isEqualTo("(7,*************,{*************})");
        assertThat(one(connection, "SELECT %s::bigint".formatted(CARD))).isEqualTo(CARD);
      }
    }
  }

  @Test
  void bytesAreNotLookedAt() throws SQLException {
    try (Connection connection = gate.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 'a@example.com'::bytea")) {
      rows.next();
      assertThat(rows.getBytes(1)).asString(UTF_8).isEqualTo("a@example.com");
    }
  }

  @Test
  void elementsOfArraysStayElements() throws SQLException {
    try (Connection connection = gate.connect("&prepareThreshold=-1");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT ARRAY['%s', repeat('x', 97) || ' a@example.com'], 1"
                    .formatted("y".repeat(64)))) {
      rows.next();
      Array array = rows.getArray(1);
      assertThat((String[]) array.getArray())
          .containsExactly("y".repeat(64), "x".repeat(97) + " *************");
    }
  }

  private static String one(Connection connection, String text) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(text);
        ResultSet rows = statement.executeQuery()) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  /** Binary formats of all types, asked for by hand. */
  @Test
  void redactsWithinBinaryFormats() throws IOException {
    try (RawClient client = client()) {
      for (String value :
          List.of(
              "'a@example.com'::text",
              "'{\"a\": \"a@example.com\"}'::jsonb",
              "'k=>a@example.com'::hstore",
              "ARRAY['" + "y".repeat(64) + "', 'a@example.com']",
              "ARRAY[ROW(7, 'a@example.com', ARRAY['b@example.com'])::contact]",
              "ROW(7, 'a@example.com', ARRAY['b@example.com', NULL])::contact",
              "ROW('a@example.com'::text, 1)",
              "'a@example.com'::citext")) {
        for (boolean described : List.of(true, false)) {
          client.parse("", "SELECT " + value);
          if (described) {
            client.describe('S', "");
          }
          client.out().begin((byte) 'B').text("").text("").int16(0).int16(0);
          client.out().int16(1).int16(1).end();
          client.execute("", 0).empty('S').send();
          String answers = client.untilReady().toString();
          assertThat(answers).doesNotContain("@example").contains("*************");
          assertThat(answers).contains("Z I").doesNotContain("E ");
        }
      }
    }
  }

  @Test
  void rowsStayRowsWhereverTheirSegmentsAreCut() throws IOException {
    String text =
        "SELECT i, 'mail a' || i || '@example.com', '%s', 'plain' FROM generate_series(1, 5) i"
            .formatted(CARD);
    List<String> whole = query(text);
    assertThat(whole).hasSize(8);
    assertThat(whole.toString()).doesNotContain("@example").doesNotContain(CARD).contains("plain");
    for (int size = 1; size <= 120; size++) {
      int cut = size;
      relay.cut(() -> cut);
      assertThat(query(text)).isEqualTo(whole);
    }
    Random random = new Random(7);
    relay.cut(() -> 1 + random.nextInt(9));
    for (int round = 0; round < 20; round++) {
      assertThat(query(text)).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        2_000, 2_040, 16_300, 16_350, 16_384, 16_400, 70_000, 1_000_000, 1_100_000, 5_000_000
      })
  void largeValuesAreLookedAtToTheirEnds(int length) throws SQLException {
    try (Connection connection = gate.connect()) {
      for (int place : new int[] {0, length / 2, 49_130, 65_530, length}) {
        int at = Math.min(place, length);
        String value =
            one(
                connection,
                "SELECT repeat('x ', %d) || 'a@example.com' || repeat(' y', %d)"
                    .formatted(at / 2, (length - at) / 2));
        assertThat(value).hasSize(2 * (at / 2) + 13 + 2 * ((length - at) / 2));
        assertThat(value).doesNotContain("@").contains(" *************".strip());
        assertThat(value.chars().filter(character -> character == '*').count()).isEqualTo(13);
      }
      assertThat(one(connection, "SELECT 'after'")).isEqualTo("after");
    }
  }

  @Test
  void aLargeDocumentStaysOne() throws SQLException {
    try (Connection connection = gate.connect()) {
      String value =
          one(
              connection,
              "SELECT json_agg(json_build_object('pan', %s, 'mail', 'a' || i || '@example.com'))"
                      .formatted(CARD)
                  + "::text FROM generate_series(1, 40000) i");
      assertThat(value).hasSizeGreaterThan(1 << 20).doesNotContain("@").doesNotContain(CARD);
      assertThat(value.split("1000000000000000", -1)).hasSize(40_001);
    }
  }

  @Test
  void redactsCopiesInEveryFormat() throws SQLException, IOException {
    try (Connection connection = gate.connect()) {
      CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
      String rows =
          "SELECT 1, E'x\\tline\\na@example.com', '%1$s', '{\"pan\": %1$s}'::json, NULL"
              .formatted(CARD);
      assertThat(copied(copies, "COPY (" + rows + ") TO STDOUT"))
          .isEqualTo(
              "1\tx\\tline***************\t1000000000000000\t{\"pan\": 1000000000000000}\t\\N\n");
      assertThat(copied(copies, "COPY (" + rows + ") TO STDOUT (FORMAT csv)"))
          .isEqualTo(
              "1,\"x\tline|*************\",1000000000000000,\"{\"\"pan\"\": 1000000000000000}\",|"
                  .replace('|', '\n'));
      String csv =
          copied(copies, "COPY (SELECT 1, 'a, b@example.com', 2) TO STDOUT (FORMAT csv, HEADER)");
      assertThat(csv).isEqualTo("?column?,?column?,?column?\n1,\"a, *************\",2\n");
      ByteArrayOutputStream binary = new ByteArrayOutputStream();
      copies.copyOut(
          "COPY (SELECT i, 'a@example.com', ARRAY['b@example.com'] FROM generate_series(1, 5) i)"
              + " TO STDOUT (FORMAT binary)",
          binary);
      String content = binary.toString(UTF_8);
      assertThat(content).doesNotContain("@example").endsWith("\0\0\0\r*************\ufffd\ufffd");
      assertThat(content.split("\\*{13}", -1)).hasSize(11);
      String long1 =
          copied(copies, "COPY (SELECT repeat('z ', 900000) || 'a@example.com') TO STDOUT");
      assertThat(long1).hasSize(1_800_014).endsWith("z *************\n");
    }
  }

  private static String copied(CopyManager copies, String text) throws SQLException, IOException {
    StringWriter writer = new StringWriter();
    copies.copyOut(text, writer);
    return writer.toString();
  }

  @Test
  void redactsErrorsNoticesAndNotifications() throws SQLException {
    try (Connection connection = gate.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO orders(note) VALUES ('dup@example.com')");
      assertThatThrownBy(
              () -> statement.execute("INSERT INTO orders(note) VALUES ('dup@example.com')"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("Key (note)=(***************) already exists")
          .hasMessageNotContaining("dup@");
      assertThatThrownBy(() -> statement.execute("SELECT 'a@example.com'::int"))
          .hasMessageContaining("\"*************\"");
      assertThatThrownBy(
              () ->
                  statement.execute("SELECT '%s a@example.com'::int".formatted("x ".repeat(9000))))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("x  *************\"");

      statement.execute("DO $$ BEGIN RAISE NOTICE 'see a@example.com'; END $$");
      assertThat(statement.getWarnings().getMessage()).isEqualTo("see *************");

      statement.execute("LISTEN news");
      statement.execute("NOTIFY news, 'from a@example.com'");
      PGNotification[] news = connection.unwrap(PGConnection.class).getNotifications(5000);
      assertThat(news).hasSize(1);
      assertThat(news[0].getParameter()).isEqualTo("from *************");
    }
  }

  @Test
  void onlyColumnsThatAreNamedAreLookedAtAndWhatMayBeOfThem() throws SQLException {
    apply(detection(Action.Redact, KINDS, "public.orders.note"));
    for (String options : List.of("", "&prepareThreshold=-1", "&preferQueryMode=simple")) {
      try (Connection connection = gate.connect(options)) {
        for (int again = 0; again < 2; again++) {
          assertThat(one(connection, "SELECT name FROM customers WHERE id = 1"))
              .isEqualTo("name1@example.com");
          assertThat(one(connection, "SELECT name FROM public.customers WHERE id = 1"))
              .isEqualTo("name1@example.com");
          assertThat(one(connection, "SELECT note AS name FROM orders WHERE id = 1"))
              .isEqualTo("write to " + "*".repeat(17));
          assertThat(one(connection, "SELECT upper(name) FROM customers WHERE id = 1"))
              .isEqualTo("*".repeat(17));
          assertThat(one(connection, "SELECT o::text FROM orders o WHERE id = 1"))
              .isEqualTo("(1,1,\"write to " + "*".repeat(17) + "\")");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"binary", "text"})
  void aPolicyThatChangesWithinAResultIsForTheNextOne(String format) throws IOException {
    try (RawClient client = client()) {
      client
          .query(
              "COPY (SELECT 'a@example.com', repeat('x', 500) FROM generate_series(1, 60000))"
                  + " TO STDOUT (FORMAT %s)".formatted(format))
          .send();
      client.read();
      client.read();
      apply(detection(Action.Redact, List.of(Kind.Phone)));
      List<String> rows = client.untilReady();
      assertThat(rows.subList(rows.size() - 3, rows.size()))
          .containsExactly("c", "C COPY 60000", "Z I");
      client.query("SELECT 'a@example.com +49 30 901820'").send();
      assertThat(client.untilReady().get(1)).isEqualTo("D a@example.com *************");
    }
  }

  @Test
  void whatIsExemptIsNotLookedAt() throws SQLException {
    apply(
        new Bundle.Detection(
            "texts/spec.rules[0]",
            KINDS,
            Action.Redact,
            List.of(),
            List.of("public.customers.name")));
    try (Connection connection = gate.connect()) {
      assertThat(one(connection, "SELECT name FROM customers WHERE id = 1"))
          .isEqualTo("name1@example.com");
      assertThat(one(connection, "SELECT note FROM orders WHERE id = 1"))
          .isEqualTo("write to " + "*".repeat(17));
    }
  }

  @Test
  void cursorsPortalsAndPipelinesAreLookedAt() throws SQLException, IOException {
    try (Connection connection = gate.connect()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(2);
        try (ResultSet rows =
            statement.executeQuery(
                "SELECT 'a' || i || '@example.com' FROM generate_series(1, 5) i")) {
          while (rows.next()) {
            assertThat(rows.getString(1)).isEqualTo("*".repeat(14));
          }
        }
        statement.execute("DECLARE c CURSOR FOR SELECT note FROM orders ORDER BY id");
        assertThat(one(connection, "FETCH 1 FROM c")).isEqualTo("write to " + "*".repeat(17));
      }
    }
    try (RawClient client = client()) {
      client.parse("s", "SELECT 'a@example.com' FROM generate_series(1, 2)");
      for (int time = 0; time < 3; time++) {
        client.bind("p", "s").execute("p", 1).execute("p", 0).closing('P', "p");
      }
      client.empty('S').send();
      String row = "D *************";
      assertThat(client.untilReady())
          .containsExactly(
              "1",
              "2",
              row,
              "s",
              row,
              "C SELECT 1",
              "3",
              "2",
              row,
              "s",
              row,
              "C SELECT 1",
              "3",
              "2",
              row,
              "s",
              row,
              "C SELECT 1",
              "3",
              "Z I");
    }
  }

  @Test
  void aFunctionCallIsLookedAt() throws IOException {
    try (RawClient client = client()) {
      client.query("SELECT 'pg_catalog.current_setting(text)'::regprocedure::oid").send();
      int function = Integer.parseInt(client.untilReady().get(1).substring(2));
      client.query("SET sluice.test = 'a@example.com'").send();
      client.untilReady();
      client.out().begin((byte) 'F').int32(function).int16(0).int16(1).int32(11);
      client.out().bytes("sluice.test".getBytes(UTF_8)).int16(0).end();
      client.send();
      RawClient.Answer answer = client.read();
      if (answer.type() == 'V') {
        assertThat(answer.text()).endsWith("*************");
      }
    }
  }

  @Test
  void otherEncodingsAreReadAsTheyAre() throws IOException {
    for (String encoding : List.of("LATIN1", "WIN1252", "KOI8R")) {
      try (RawClient client = client("client_encoding", encoding)) {
        client.query("SELECT 'a@example.com', 'plain'").send();
        assertThat(client.untilReady().toString()).contains("*************").contains("plain");
      }
    }
  }

  @Test
  void refusesARowBeforeItIsSent() throws IOException {
    apply(detection(Action.Refuse, List.of(Kind.Email)));
    try (RawClient client = client()) {
      String text =
          "SELECT CASE WHEN i = 3 THEN 'a@example.com' ELSE 'row' END FROM generate_series(1, 5) i";
      client.query(text).send();
      assertThat(client.untilReady()).containsExactly("T", "D row", "D row", "E 42501", "Z I");
      client.parse("", text).bind("", "").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("1", "2", "D row", "D row", "E 42501", "Z I");
      client.query("COPY (" + text + ") TO STDOUT").send();
      assertThat(client.untilReady()).containsExactly("H", "d", "d", "E 42501", "Z I");
      client.query("SELECT repeat('x ', 100000) || 'a@example.com'").send();
      assertThat(client.untilReady()).containsExactly("T", "E 42501", "Z I");
      client.query("SELECT repeat('x ', 1000000)").send();
      assertThat(client.untilReady()).containsExactly("T", "E 42501", "Z I");
      client.query("SELECT 'fine'").send();
      assertThat(client.untilReady()).containsExactly("T", "D fine", "C SELECT 1", "Z I");
    }
    assertThat(gate.statements().reversed())
        .anySatisfy(
            event -> {
              assertThat(event.outcome()).isEqualTo(Event.Outcome.FAILED);
              assertThat(event.rule()).isEqualTo("texts/spec.rules[0]");
              assertThat(event.code()).isEqualTo("SLU-S31");
              assertThat(event.rows()).isEqualTo(2);
              assertThat(event.detected()).isEqualTo(Map.of("Email", 1L));
            });
  }

  @Test
  void theStrictestActionHoldsAndEventsCount() throws IOException {
    apply(
        detection(Action.Observe, List.of(Kind.Email, Kind.PaymentCard)),
        detection(Action.Redact, List.of(Kind.PaymentCard)));
    try (RawClient client = client()) {
      client
          .query(
              "SELECT 'a@example.com b@example.com %s' FROM generate_series(1, 3)".formatted(CARD))
          .send();
      assertThat(client.untilReady().get(1))
          .endsWith("a@example.com b@example.com ****************");
    }
    Event event = gate.statements().getLast();
    assertThat(event.detected()).isEqualTo(Map.of("Email", 6L, "PaymentCard", 3L));
    assertThat(event.toString()).doesNotContain("a@example.com");
  }

  /** Whatever a client asks for: nothing is left in it that the detectors find. */
  @Test
  void nothingIsLeftThatIsFound() throws IOException {
    Random random = new Random(11);
    Inspection inspection = new Inspection(EnumSet.copyOf(KINDS));
    String[] pieces = {
      "a@example.com",
      CARD,
      "4111 1111 1111 1111",
      "AKIAIOSFODNN7EXAMPLE",
      " ",
      ",",
      "\\\\",
      "\"",
      "{",
      "}",
      "\\n",
      "x",
      "é",
      "9",
      "@"
    };
    try (RawClient client = client()) {
      for (int round = 0; round < 200; round++) {
        StringBuilder text = new StringBuilder();
        for (int piece = 1 + random.nextInt(8); piece > 0; piece--) {
          text.append(pieces[random.nextInt(pieces.length)]);
        }
        String value = "E'" + text + "'";
        client
            .query("SELECT %1$s, ARRAY[%1$s], ROW(%1$s, 1), to_json(%1$s::text)".formatted(value))
            .send();
        for (String answer : client.untilReady()) {
          assertThat(answer).doesNotStartWith("E");
          for (String column : answer.split("\0\0\0.", -1)) {
            byte[] bytes = column.getBytes(UTF_8);
            assertThat(inspection.find(bytes, 0, bytes.length))
                .as("%s: %s", text, column)
                .isEmpty();
          }
        }
      }
    }
  }
}
