package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.crds.MaskingPolicySpec.DateUnit;
import dev.sluice.crds.MaskingPolicySpec.JsonValueMask;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.ColumnType.Family;
import dev.sluice.policy.mask.JsonPath;
import dev.sluice.policy.mask.Mask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What single masks promise of their values, asked of the server. */
class MaskPropertiesTest {
  private static final ColumnType TEXT = ColumnType.of("text", Family.TEXT);
  private static final ColumnType SMALLINT = ColumnType.of("smallint", Family.SMALLINT);
  private static final ColumnType INTEGER = ColumnType.of("integer", Family.INTEGER);
  private static final ColumnType BIGINT = ColumnType.of("bigint", Family.BIGINT);
  private static final ColumnType NUMERIC = ColumnType.of("numeric", Family.NUMERIC);
  private static final ColumnType UUID = ColumnType.of("uuid", Family.UUID);
  private static final ColumnType DATE = ColumnType.of("date", Family.DATE);
  private static final ColumnType INET = ColumnType.of("inet", Family.ADDRESS);
  private static final Path GOLDEN = Path.of("src/test/resources/masks");

  static IntStream versions() {
    return TestServer.versions();
  }

  private static Governed prepared(int version, String sql) throws SQLException {
    Governed database = Governed.database(version, Admin.TABLE_OWNER, sql);
    database.engine.prepare();
    return database;
  }

  private static String masked(Mask mask, String column, ColumnType type) {
    return MaskExpressions.expression(mask, "t", column, type, false);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void tokensOfAHundredThousandIdsAreAHundredThousand(int version) throws SQLException {
    Governed database =
        prepared(
            version,
            """
            CREATE TABLE t AS SELECT g - 500 AS i4, g::bigint AS small, 4000000000000000000 + g::bigint * 37 AS i8,
              g::numeric / 100 AS n, 'C-' || lpad(g::text, 6, '0') AS tx, lpad(g::text, 9, '0') AS dg,
              '4' || lpad((g * 7919)::text, 14, '0') AS payload, md5(g::text)::uuid AS u, '10.0.0.0'::inet + g AS ad
            FROM generate_series(1, 100000) g;
            """);
    for (Map.Entry<String, ColumnType> column :
        Map.of(
                "i4", INTEGER, "small", BIGINT, "i8", BIGINT, "n", NUMERIC, "tx", TEXT, "dg", TEXT,
                "u", UUID, "ad", INET)
            .entrySet()) {
      assertThat(
              database.superuser(
                  "SELECT count(DISTINCT %s) FROM t"
                      .formatted(masked(new Mask.Token(), column.getKey(), column.getValue()))))
          .as(column.getKey())
          .containsExactly("100000");
    }
    // Cards too, as texts and as numbers, each with other last four digits.
    assertThat(
            database.superuser(
                """
                SELECT count(DISTINCT token) || ' ' || count(*) FILTER (WHERE right(token, 4) = right(card, 4)) || ' '
                  || count(*) FILTER (WHERE sluice.luhn_digit(left(token, -1)::bigint) <> right(token, 1)::int) || ' '
                  || count(*) FILTER (WHERE token <> number::text)
                FROM (SELECT card, sluice.mask_token(card, key) AS token,
                             sluice.mask_token_whole(card::bigint, 9223372036854775807, key) AS number
                      FROM (SELECT payload || sluice.luhn_digit(payload::bigint) AS card FROM t WHERE small <= 20000) c, sluice.keys) x
                """))
        .containsExactly("20000 0 0 0");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void permutationsHitEverythingOnce(int version) throws SQLException {
    Governed database = prepared(version, "SELECT 1");
    assertThat(
            database.superuser(
                """
                SELECT size FROM unnest(ARRAY[1, 2, 3, 9, 10, 16, 17, 90, 260, 999, 4096, 5000]) AS size, sluice.keys
                WHERE (SELECT array_agg(p ORDER BY p) FROM (
                         SELECT sluice.mask_permute(g, size, 0, key) AS p FROM generate_series(0, size - 1) g) x)
                  IS DISTINCT FROM ARRAY(SELECT generate_series(0::bigint, size - 1))
                """))
        .isEmpty();
    // All numbers of a type at its ends, and all of few digits on both sides of zero.
    assertThat(
            database.superuser(
                """
                SELECT count(*) - count(DISTINCT token) FROM (
                  SELECT sluice.mask_token_whole(g, 32767, key) AS token FROM generate_series(-32768, 32767) g, sluice.keys) x
                """))
        .containsExactly("0");
    assertThat(
            database.superuser(
                """
                SELECT count(*) - count(DISTINCT token) FROM (
                  SELECT sluice.mask_token_decimal(g::numeric / 1000, key) AS token
                  FROM generate_series(-12000, 12000) g, sluice.keys) x
                """))
        .containsExactly("0");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aThousandOutputsOfKeyedMasksHoldNoInput(int version) throws SQLException {
    Governed database =
        prepared(
            version,
            """
            CREATE TABLE t AS SELECT md5(g::text) AS tx, 'p' || md5(g::text) || '@example.com' AS mail,
              ('x' || left(md5(g::text), 15))::bit(60)::bigint + 1000000000000000000 AS i8, md5(g::text)::uuid AS u,
              date '1900-01-01' + g * 40 AS d, '2001:db8::'::inet + g AS ad, (md5(g::text) || repeat('7', 9))::text AS long
            FROM generate_series(1, 1000) g;
            """);
    Map<String, ColumnType> columns =
        Map.of("tx", TEXT, "i8", BIGINT, "u", UUID, "ad", INET, "long", TEXT);
    for (Mask mask : List.of(new Mask.Hash(), new Mask.Token())) {
      for (Map.Entry<String, ColumnType> column : columns.entrySet()) {
        holdsNoInput(database, masked(mask, column.getKey(), column.getValue()), column.getKey());
      }
    }
    holdsNoInput(database, masked(new Mask.Email(), "mail", TEXT), "split_part(mail, '@', 1)");
  }

  private static void holdsNoInput(Governed database, String masked, String input)
      throws SQLException {
    assertThat(
            database.superuser(
                """
                WITH output AS (SELECT string_agg((%s)::text, ' ') AS all_of_them FROM t)
                SELECT (%s)::text FROM t, output WHERE strpos(all_of_them, (%2$s)::text) > 0
                """
                    .formatted(masked, input)))
        .as(masked)
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void datesMoveWithTheirSubject(int version) throws SQLException {
    Governed database =
        prepared(
            version,
            """
            CREATE TABLE t AS SELECT g % 200 AS customer, (g % 200)::bigint AS same, (g % 200)::numeric(9,2) AS again,
              CASE WHEN g % 200 = 7 THEN NULL ELSE g % 200 END AS perhaps,
              date '2020-01-01' + g AS d, timestamp '2020-01-01 10:00' + g * interval '1 day' AS ts,
              timestamptz '2020-01-01 10:00Z' + g * interval '1 day' AS tz, ARRAY[date '2020-01-01' + g, NULL] AS ds
            FROM generate_series(1, 2000) g;
            """);
    Mask bySubject = new Mask.DateShift(30, new Mask.Subject("customer", INTEGER));
    String moved = "%s - d".formatted(masked(bySubject, "d", DATE));
    assertThat(
            database.superuser(
                "SELECT customer FROM t GROUP BY customer HAVING count(DISTINCT %s) > 1"
                    .formatted(moved)))
        .isEmpty();
    assertThat(
            database.superuser(
                "SELECT bool_and(m BETWEEN -30 AND 30 AND m <> 0) AND count(DISTINCT m) > 20 FROM (SELECT %s AS m FROM t) x"
                    .formatted(moved)))
        .containsExactly("t");
    // Whatever the types of the dates and of the subject.
    for (String other :
        List.of(
            "CAST(%s AS date) - d"
                .formatted(
                    masked(
                        bySubject,
                        "ts",
                        ColumnType.of("timestamp without time zone", Family.TIMESTAMP))),
            "CAST(%s AT TIME ZONE 'UTC' AS date) - d"
                .formatted(
                    masked(
                        bySubject,
                        "tz",
                        ColumnType.of("timestamp with time zone", Family.TIMESTAMP_WITH_ZONE))),
            "(%s)[1] - d"
                .formatted(masked(bySubject, "ds", ColumnType.of("date[]", Family.ARRAY, DATE))),
            "%s - d"
                .formatted(
                    masked(new Mask.DateShift(30, new Mask.Subject("same", BIGINT)), "d", DATE)),
            "%s - d"
                .formatted(
                    masked(
                        new Mask.DateShift(30, new Mask.Subject("again", NUMERIC)), "d", DATE)))) {
      assertThat(
              database.superuser(
                  "SELECT d FROM t WHERE %s IS DISTINCT FROM %s".formatted(moved, other)))
          .as(other)
          .isEmpty();
    }
    // Who has no subject moves by itself, and still moves.
    assertThat(
            database.superuser(
                "SELECT count(DISTINCT %1$s - d) > 3, count(*) FILTER (WHERE %1$s = d) FROM t WHERE perhaps IS NULL"
                    .formatted(
                        masked(
                            new Mask.DateShift(30, new Mask.Subject("perhaps", INTEGER)),
                            "d",
                            DATE))))
        .containsExactly("t");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void theEndsOfEveryTypeAreKept(int version) throws SQLException {
    Governed database =
        prepared(
            version,
            """
            CREATE TABLE t (i2 smallint, i4 integer, i8 bigint, n52 numeric(5,2), r real, f double precision, d date, ts timestamp,
              tz timestamptz);
            INSERT INTO t VALUES
              (-32768, -2147483648, -9223372036854775808, -999.99, -3.4028235e38, -1.7976931348623157e308, '4714-11-24 BC',
               '4714-11-24 BC', '4714-11-24 00:00:00+00 BC'),
              (32767, 2147483647, 9223372036854775807, 999.99, 3.4028235e38, 1.7976931348623157e308, '5874897-12-31',
               '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00'),
              (0, 0, 0, 'NaN', 1e-45, 5e-324, 'infinity', 'infinity', 'infinity'), (0, 0, 0, 0, -1e-45, -5e-324, '-infinity', '-infinity', '-infinity');
            """);
    Map<String, ColumnType> numbers =
        Map.of(
            "i2",
            SMALLINT,
            "i4",
            INTEGER,
            "i8",
            BIGINT,
            "n52",
            new ColumnType("numeric(5,2)", Family.NUMERIC, null, 5, 2, List.of(), null),
            "r",
            ColumnType.of("real", Family.FLOAT),
            "f",
            ColumnType.of("double precision", Family.FLOAT));
    Map<String, ColumnType> dates =
        Map.of(
            "d", DATE,
            "ts", ColumnType.of("timestamp without time zone", Family.TIMESTAMP),
            "tz", ColumnType.of("timestamp with time zone", Family.TIMESTAMP_WITH_ZONE));
    List<String> read = new ArrayList<>();
    numbers.forEach(
        (column, type) -> {
          for (long width : new long[] {1, 3, 1000, 1_000_000_000_000_000L}) {
            read.add(masked(new Mask.Bucket(width), column, type));
          }
          for (int percent : new int[] {1, 50, 100}) {
            read.add(masked(new Mask.Noise(percent), column, type));
          }
        });
    dates.forEach(
        (column, type) -> {
          for (Mask mask :
              List.of(
                  new Mask.DateShift(366, null),
                  new Mask.DateTrunc(DateUnit.Year),
                  new Mask.DateTrunc(DateUnit.Month),
                  new Mask.Token())) {
            read.add(masked(mask, column, type));
          }
        });
    try (Connection connection =
        database.server.connect(database.database, TestServer.SUPERUSER, "")) {
      for (String expression : read) {
        assertThat(strings(connection, "SELECT " + expression + " FROM t")).hasSize(4);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void bucketsAndNoiseStayClose(int version) throws SQLException {
    Governed database =
        prepared(
            version,
            "CREATE TABLE t AS SELECT g * 37 - 90000 AS i4, (g * 37 - 90000) * 0.01 AS n, (g * 37 -"
                + " 90000) * 0.37::float8 AS f FROM generate_series(1, 5000) g");
    Map<String, ColumnType> numbers =
        Map.of("i4", INTEGER, "n", NUMERIC, "f", ColumnType.of("double precision", Family.FLOAT));
    for (Map.Entry<String, ColumnType> column : numbers.entrySet()) {
      String name = column.getKey();
      String bucket = masked(new Mask.Bucket(25), name, column.getValue());
      assertThat(
              database.superuser(
                  "SELECT %1$s FROM t WHERE (%2$s)::numeric %% 25 <> 0 OR %2$s > %1$s OR %1$s - %2$s >= 25"
                      .formatted(name, bucket)))
          .as(bucket)
          .isEmpty();
      String noise = masked(new Mask.Noise(10), name, column.getValue());
      // As close as the percentage, but for rounding to whole numbers or hundredths.
      assertThat(
              database.superuser(
                  "SELECT %1$s, %2$s FROM t WHERE abs(%2$s - %1$s) > abs(%1$s) * 0.1 + %3$s"
                      .formatted(
                          name,
                          noise,
                          name.equals("i4") ? "0.5" : name.equals("n") ? "0.005" : "0.000001")))
          .as(noise)
          .isEmpty();
      assertThat(
              database.superuser(
                  "SELECT count(*) FILTER (WHERE %2$s <> %1$s) > 4900 AND abs(avg(%2$s::float8 / nullif(%1$s, 0)) - 1) < 0.01 FROM t"
                      .formatted(name, noise)))
          .as(noise)
          .containsExactly("t");
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void textsOfAnyCollationAreMasked(int version) throws SQLException {
    Governed database = prepared(version, "SELECT 1");
    assumeThat(
            database.superuser(
                "SELECT collname FROM pg_collation WHERE collprovider = 'i' LIMIT 1"))
        .as("the server was built with ICU")
        .isNotEmpty();
    database.admin(
        """
        CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TABLE t (tx text COLLATE caseless);
        INSERT INTO t VALUES ('Jane@Example.com'), ('10.1.2.3'), ('AB-12 3'), ('4111 1111 1111 1111'), ('a\\b');
        """);
    try (Connection connection =
        database.server.connect(database.database, TestServer.SUPERUSER, "")) {
      for (Mask mask :
          List.of(
              new Mask.Hash(),
              new Mask.Token(),
              new Mask.Email(),
              new Mask.KeepFirst(2),
              new Mask.KeepLast(2),
              new Mask.PostalCode(2),
              new Mask.Network(8, 16))) {
        assertThat(strings(connection, "SELECT " + masked(mask, "tx", TEXT) + " FROM t"))
            .hasSize(5);
      }
    }
  }

  /** Cases in files: each line is a value, an arrow and what a mask without a key makes of it. */
  @ParameterizedTest
  @MethodSource("versions")
  void goldenValues(int version) throws SQLException, IOException {
    Governed database = prepared(version, "SELECT 1");
    ColumnType json = ColumnType.of("json", Family.JSON);
    ColumnType jsonb = ColumnType.of("jsonb", Family.JSON);
    List<JsonPath> paths =
        Stream.of("$.contact.email", "$.items[*].card", "$..ssn", "$.\"a b\"")
            .map(JsonPath::parse)
            .toList();
    golden(database, "json-paths", new Mask.JsonPaths(paths, JsonValueMask.Nullify), jsonb);
    golden(database, "json-paths-of-json", new Mask.JsonPaths(paths, JsonValueMask.Nullify), json);
    golden(database, "json-keys", new Mask.JsonKeys(), jsonb);
    golden(database, "postal-code", new Mask.PostalCode(3), TEXT);
    golden(database, "network", new Mask.Network(16, 48), INET);
    golden(
        database,
        "network-of-cidr",
        new Mask.Network(16, 48),
        ColumnType.of("cidr", Family.ADDRESS));
    golden(database, "network-of-text", new Mask.Network(16, 48), TEXT);
    golden(database, "bucket", new Mask.Bucket(1000), SMALLINT);
    golden(database, "date-trunc", new Mask.DateTrunc(DateUnit.Year), DATE);
  }

  private static void golden(Governed database, String name, Mask mask, ColumnType type)
      throws SQLException, IOException {
    List<String> lines = Files.readAllLines(GOLDEN.resolve(name + ".txt"));
    List<String> found = new ArrayList<>();
    try (Connection connection =
        database.server.connect(database.database, TestServer.SUPERUSER, "")) {
      for (String line : lines) {
        String value = line.split(" => ?", -1)[0];
        found.add(
            value
                + " => "
                + strings(
                        connection,
                        "SELECT %s FROM (SELECT %s::%s AS v) t"
                            .formatted(masked(mask, "v", type), Sql.literal(value), type.name()))
                    .getFirst());
      }
    }
    assertThat(found).as(name).containsExactlyElementsOf(lines);
  }
}
