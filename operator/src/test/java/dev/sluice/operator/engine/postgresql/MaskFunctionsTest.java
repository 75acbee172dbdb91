package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.crds.MaskingPolicySpec.DateUnit;
import dev.sluice.crds.MaskingPolicySpec.JsonValueMask;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.JsonPath;
import dev.sluice.policy.mask.Mask;
import dev.sluice.policy.mask.MaskFit;
import dev.sluice.policy.plan.Catalogue;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every mask promises, over many values of every type. */
class MaskFunctionsTest {
  private static final int VALUES = 400;

  /** A seed of its own, so that every run tries the same values. */
  private static final long SEED = 20261122;

  private static final List<Mask> MASKS =
      List.of(
          new Mask.Nullify(),
          new Mask.Hash(),
          new Mask.Token(),
          new Mask.Email(),
          new Mask.KeepFirst(2),
          new Mask.KeepLast(3),
          new Mask.DateTrunc(DateUnit.Year),
          new Mask.DateTrunc(DateUnit.Month),
          new Mask.DateShift(30, null),
          new Mask.DateShift(
              366, new Mask.Subject("i4", ColumnType.of("integer", ColumnType.Family.INTEGER))),
          new Mask.Bucket(10),
          new Mask.Bucket(1_000_000_000_000_000L),
          new Mask.Noise(1),
          new Mask.Noise(100),
          new Mask.PostalCode(3),
          new Mask.Network(16, 48),
          new Mask.JsonPaths(List.of(JsonPath.parse("$..a")), JsonValueMask.Token),
          new Mask.JsonPaths(
              List.of(JsonPath.parse("$[*].\"o'd\\d\"\"\""), JsonPath.parse("$.a")),
              JsonValueMask.Nullify),
          new Mask.JsonKeys());

  private static final String TABLE =
      """
      CREATE TYPE mood AS ENUM ('good', 'bad');
      CREATE DOMAIN zip AS varchar(8) CHECK (length(VALUE) > 1);
      CREATE TABLE v (
        id int PRIMARY KEY, t text, vc varchar(12), c char(9), n name, z zip, i2 smallint, i4 int, i8 bigint,
        nu numeric, n52 numeric(5,2), n33 numeric(3,3), n100 numeric(10,0), f float8, b boolean, d date, ts timestamp, ts3 timestamp(3),
        tz timestamptz, u uuid, j jsonb, by bytea, m mood, a int[]);
      """;

  /** Types that came later, with values made of the row's number. */
  private static final String MORE =
      """
      CREATE DOMAIN plate AS text CHECK (VALUE ~ '^[A-Z]{2}-[0-9]{3}$');
      CREATE DOMAIN tags AS text[];
      ALTER TABLE v ADD r real, ADD ad inet, ADD net cidr, ADD ta varchar(6)[], ADD na numeric(5,2)[], ADD da date[],
        ADD ia inet[], ADD ma mood[], ADD za zip[], ADD ja json[], ADD tg tags, ADD p plate, ADD ir int4range,
        ADD nr numrange, ADD dr daterange, ADD tr tstzrange, ADD mr int4multirange, ADD js json, ADD bp bpchar, ADD bt bit(3),
        ADD ov oidvector;
      UPDATE v SET
        r = CASE id WHEN 1 THEN 'NaN' WHEN 2 THEN 'Infinity' WHEN 3 THEN 3.4028235e38 WHEN 4 THEN -1e-45 ELSE id * -1.37 END::real,
        ad = CASE id % 4 WHEN 0 THEN ('2001:db8::' || id || ':5/64')::inet WHEN 1 THEN ('::ffff:1.2.3.' || id % 256)::inet
                         WHEN 2 THEN ('192.168.' || id % 256 || '.77/24')::inet ELSE ('10.9.8.' || id % 256)::inet END,
        net = CASE id % 2 WHEN 0 THEN ('2001:db8:' || id || '::/48')::cidr ELSE ('10.' || id % 256 || '.0.0/16')::cidr END,
        ta = CASE id % 5 WHEN 0 THEN '{}' WHEN 1 THEN ARRAY[t, NULL, 'é']::varchar(6)[] WHEN 2 THEN '[2:3][0:1]={{a,b1},{NULL,dd}}'
                         WHEN 3 THEN ('[-1:0]={x' || id || ',y}')::varchar(6)[] ELSE '{{{{{{a,b}}}}}}' END,
        na = ARRAY[n52, NULL, 0], da = ARRAY[d, NULL], ia = ARRAY[('10.9.8.' || id % 256)::inet, '::1'], ma = '{good,NULL}',
        za = '{ab,cd}', ja = ARRAY['{"a":1}'::json, NULL], tg = ARRAY[t, 'x'], p = 'AB-' || lpad(id::text, 3, '0'),
        ir = int4range(id, id + 5), nr = numrange(id, NULL), dr = daterange('2020-01-01', NULL), tr = tstzrange(tz, NULL),
        mr = '{[1,2)}', js = ('{"a": ' || id || ', "a": "x", "b": "\\u0000"}')::json, bp = 'ab ' || id, bt = '101', ov = '1 2'
      WHERE id > 0;
      """;

  private static final String FROM_15 =
      """
      ALTER TABLE v ADD n3m numeric(3,-2), ADD n35 numeric(3,5);
      UPDATE v SET n3m = (id - 200) * 450, n35 = (id - 200) * 0.00002 WHERE id > 0;
      """;

  static IntStream versions() {
    return TestServer.versions();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void everyMaskKeepsTypeAndNullAndIsDeterministic(int version) throws SQLException {
    Governed database = Governed.database(version, Admin.TABLE_OWNER, TABLE);
    database.engine.prepare();
    fill(database, version);
    boolean citext = citext(database);
    Catalogue.Relation table =
        database.engine.catalogue(List.of("public")).relations().values().stream()
            .filter(relation -> relation.name().name().equals("v"))
            .findFirst()
            .orElseThrow();
    int tried = 0;
    try (Connection connection =
        database.server.connect(database.database, TestServer.SUPERUSER, "")) {
      for (Catalogue.Column column : table.columns()) {
        for (Mask mask : MASKS) {
          if (MaskFit.problem(mask, column.type()) == null) {
            tried++;
            check(connection, column.name(), column.type(), mask);
          }
        }
      }
    }
    assertThat(tried).isGreaterThan(200);
    assertThat(table.column("ct") != null).isEqualTo(citext);
  }

  /** Adds a column of type citext where the server has that extension. */
  private static boolean citext(Governed database) throws SQLException {
    if (database
        .superuser("SELECT name FROM pg_available_extensions WHERE name = 'citext'")
        .isEmpty()) {
      return false;
    }
    database.server.superuser(database.database, "CREATE EXTENSION citext");
    database.admin("ALTER TABLE v ADD ct citext; UPDATE v SET ct = t");
    return true;
  }

  @ParameterizedTest
  @MethodSource("versions")
  void textsThatAreEqualWhateverTheirCaseStayEqual(int version) throws SQLException {
    Governed database = Governed.database(version, Admin.TABLE_OWNER, "CREATE TABLE v (t text)");
    database.engine.prepare();
    assumeThat(citext(database)).as("the server brings the extension citext").isTrue();
    database.admin("INSERT INTO v (ct) VALUES ('Jane-12'), ('JANE-12')");
    ColumnType type =
        Objects.requireNonNull(
                Objects.requireNonNull(
                        database
                            .engine
                            .catalogue(List.of("public"))
                            .relations()
                            .get(new RelationName("public", "v")))
                    .column("ct"))
            .type();
    for (Mask mask : List.of(new Mask.Hash(), new Mask.Token())) {
      assertThat(
              database.superuser(
                  "SELECT DISTINCT %s::text FROM v"
                      .formatted(MaskExpressions.expression(mask, "v", "ct", type, false))))
          .as("%s", mask)
          .hasSize(1);
    }
  }

  private static void check(Connection connection, String name, ColumnType type, Mask mask)
      throws SQLException {
    String column = "v." + Sql.name(name);
    String masked = MaskExpressions.expression(mask, "v", name, type, false);
    String what = "%s on %s".formatted(mask, type.name());
    assertThat(
            strings(
                connection,
                "SELECT DISTINCT pg_typeof(%s) = %s::regtype FROM v"
                    .formatted(masked, Sql.literal(type.name()))))
        .as("type of " + what)
        .containsExactly("t");
    assertThat(
            strings(
                connection,
                "SELECT count(*) FROM v WHERE %s IS NULL AND %s IS NOT NULL"
                    .formatted(column, masked)))
        .as("NULL of " + what)
        .containsExactly("0");
    // As a session with other habits computes it: nothing of them may show.
    Governed.run(
        connection,
        "DROP TABLE IF EXISTS pg_temp.once; CREATE TEMP TABLE once AS SELECT id AS number, %s AS value FROM v"
            .formatted(masked));
    Governed.run(
        connection,
        "SET DateStyle = 'ISO, DMY'; SET TimeZone = 'Asia/Tokyo'; SET IntervalStyle ="
            + " 'sql_standard'; SET extra_float_digits = 0; SET bytea_output = escape");
    assertThat(
            strings(
                connection,
                "SELECT count(*) FROM v JOIN once ON number = id WHERE (%1$s)%2$s IS DISTINCT FROM value%2$s"
                    .formatted(
                        masked, type.valued().family() == ColumnType.Family.JSON ? "::text" : "")))
        .as("deterministic " + what)
        .containsExactly("0");
    Governed.run(connection, "RESET ALL");
    if (type.family() == ColumnType.Family.ARRAY && !(mask instanceof Mask.Nullify)) {
      assertThat(
              strings(
                  connection,
                  "SELECT count(*) FROM v JOIN once ON number = id WHERE array_dims(value) IS DISTINCT FROM array_dims(%s)"
                      .formatted(column)))
          .as("shape of " + what)
          .containsExactly("0");
      assertThat(
              strings(
                  connection,
                  """
                  SELECT count(*) FROM v JOIN once ON number = id
                  WHERE (SELECT array_agg(e IS NULL) FROM unnest(value) e) IS DISTINCT FROM (SELECT array_agg(e IS NULL) FROM unnest(%s) e)
                  """
                      .formatted(column)))
          .as("NULL within " + what)
          .containsExactly("0");
    }
    if (mask instanceof Mask.Hash || mask instanceof Mask.Token) {
      long differing =
          Long.parseLong(
              strings(
                      connection,
                      "SELECT count(*) FROM v WHERE (%s)::text <> %s::text"
                          .formatted(masked, column))
                  .getFirst());
      assertThat(differing).as("differs " + what).isGreaterThan(VALUES / 3);
    }
  }

  private static void fill(Governed database, int version) throws SQLException {
    Random random = new Random(SEED);
    StringBuilder rows = new StringBuilder("INSERT INTO v (id) VALUES (0); INSERT INTO v VALUES ");
    for (int id = 1; id <= VALUES; id++) {
      String text = text(random, random.nextInt(id % 50 == 0 ? 300 : 30));
      rows.append(
          (id == 1 ? "(" : ", (")
              + "%d, %s, %s, %s, %s, %s, %d, %d, %d, %s, %s, %s, %d, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
                  .formatted(
                      id,
                      Sql.literal(text),
                      Sql.literal(
                          text.codePoints()
                              .limit(12)
                              .collect(
                                  StringBuilder::new,
                                  StringBuilder::appendCodePoint,
                                  StringBuilder::append)
                              .toString()),
                      Sql.literal(digits(random, 9)),
                      Sql.literal("n" + digits(random, 20)),
                      Sql.literal(digits(random, 2 + random.nextInt(6))),
                      random.nextInt(65536) - 32768,
                      id == 1 ? Integer.MIN_VALUE : random.nextInt() >> random.nextInt(31),
                      id == 1 ? Long.MIN_VALUE : random.nextLong() >> random.nextInt(63),
                      id == 2
                          ? "'NaN'"
                          : id == 3 ? "'Infinity'" : digits(random, 30) + "." + digits(random, 12),
                      "%d.%02d".formatted(random.nextInt(1000), random.nextInt(100)),
                      "0." + digits(random, 3),
                      random.nextInt(1_000_000_000),
                      String.valueOf(random.nextGaussian()),
                      String.valueOf(random.nextBoolean()),
                      id == 4 ? "'infinity'" : "date '0001-01-01' + " + random.nextInt(2_000_000),
                      id == 4
                          ? "'-infinity'"
                          : "timestamp '1970-01-01' + interval '1 second' * " + random.nextInt(),
                      "timestamp '1970-01-01' + interval '1 millisecond' * " + random.nextInt(),
                      id == 4
                          ? "'infinity'"
                          : "timestamptz '1970-01-01 00:00Z' + interval '1 second' * "
                              + random.nextInt(),
                      "'%s'".formatted(new java.util.UUID(random.nextLong(), random.nextLong())),
                      "'{\"a\": %d}'".formatted(id),
                      Sql.literal("\\x" + "%08x".formatted(random.nextInt())),
                      id % 2 == 0 ? "'good'" : "'bad'",
                      "'{%d,2}'".formatted(id)));
    }
    database.admin("SET standard_conforming_strings = on; " + rows + ";" + MORE);
    if (version >= 15) {
      database.admin(FROM_15);
    }
  }

  private static String text(Random random, int length) {
    String alphabet = "abcXYZ0123456789 -.@_\\'\"%äÖßñ漢😀()";
    int[] points = alphabet.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < length; index++) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  private static String digits(Random random, int length) {
    StringBuilder digits = new StringBuilder();
    for (int index = 0; index < length; index++) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    return digits.toString();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void tokensKeepTheirShape(int version) throws SQLException {
    Governed database = Governed.database(version, Admin.TABLE_OWNER, TABLE);
    database.engine.prepare();
    fill(database, version);
    try (Connection connection =
        database.server.connect(database.database, TestServer.SUPERUSER, "")) {
      Governed.run(
          connection,
          """
          CREATE FUNCTION pg_temp.shape(text) RETURNS text LANGUAGE sql AS $$
            SELECT string_agg(CASE WHEN c ~ '[0-9]' THEN '9' WHEN c ~ '[a-zA-Z]' OR ascii(c) > 127 THEN
                CASE WHEN c <> lower(c) THEN 'X' ELSE 'x' END ELSE c END, '' ORDER BY i)
            FROM string_to_table($1, NULL) WITH ORDINALITY AS s (c, i) $$;
          CREATE TEMP VIEW keys AS SELECT key AS k FROM sluice.keys;
          """);
      for (String column : List.of("t", "vc", "c::text", "n::text", "n100::text")) {
        assertThat(
                strings(
                    connection,
                    """
                    SELECT %1$s || ' became ' || sluice.mask_token(%1$s, k) FROM v, keys
                    WHERE pg_temp.shape(%1$s) <> pg_temp.shape(sluice.mask_token(%1$s, k))
                    """
                        .formatted(column)))
            .as(column)
            .isEmpty();
      }
      // What belongs to no alphabet of ours is not let through.
      assertThat(
              strings(connection, "SELECT sluice.mask_token('漢字 Ärger', k) FROM keys").getFirst())
          .matches("[a-z]{2} [A-Z][a-z]{4}");
      for (Map.Entry<String, String> number :
          Map.of("i2", "32767", "i4", "2147483647", "i8", "9223372036854775807").entrySet()) {
        assertThat(
                strings(
                    connection,
                    """
                    SELECT %1$s FROM (SELECT %1$s, sluice.mask_token_whole(%1$s, %2$s, k) AS token FROM v, keys) x
                    WHERE sign(token::numeric) * sign(%1$s::numeric) < 0 OR length(token::text) <> length(%1$s::text)
                    """
                        .formatted(number.getKey(), number.getValue())))
            .as(number.getKey())
            .isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void paymentCardsStayPaymentCardsAndKeepNothing(int version) throws SQLException {
    Governed database = Governed.database(version, Admin.TABLE_OWNER, "SELECT 1");
    database.engine.prepare();
    Random random = new Random(SEED);
    StringBuilder rows = new StringBuilder("INSERT INTO cards VALUES ");
    for (int index = 0; index < 2000; index++) {
      String payload = "4" + digits(random, 11 + random.nextInt(7));
      String card = payload + luhn(payload);
      String shown =
          index % 3 == 0
              ? card.replaceAll("(.{4})(?=.)", "$1 ")
              : index % 3 == 1 ? card : card.replaceAll("(.{4})(?=.)", "$1-");
      rows.append(index == 0 ? "" : ", ")
          .append("('%s', %s)".formatted(shown, card.length() > 18 ? "NULL" : card));
    }
    database.admin("CREATE TABLE cards (card text, plain bigint); " + rows);
    try (Connection connection =
        database.server.connect(database.database, TestServer.SUPERUSER, "")) {
      List<String> before = strings(connection, "SELECT card FROM cards ORDER BY ctid");
      List<String> after =
          strings(
              connection,
              "SELECT sluice.mask_token(card, key) FROM cards, sluice.keys ORDER"
                  + " BY cards.ctid");
      for (int index = 0; index < before.size(); index++) {
        String was = before.get(index).replaceAll("[ -]", "");
        String is = after.get(index).replaceAll("[ -]", "");
        assertThat(is).hasSameSizeAs(was).doesNotEndWith(was.substring(was.length() - 4));
        assertThat(is.charAt(is.length() - 1))
            .as("check digit of %s, from %s", is, was)
            .isEqualTo(luhn(is.substring(0, is.length() - 1)));
        assertThat(after.get(index).replaceAll("[0-9]", "9"))
            .isEqualTo(before.get(index).replaceAll("[0-9]", "9"));
      }
      assertThat(
              strings(
                  connection,
                  "SELECT sluice.mask_token_whole(plain, 9223372036854775807, key)"
                      + " FROM cards, sluice.keys WHERE plain IS NOT NULL"))
          .allSatisfy(
              token ->
                  assertThat(token.charAt(token.length() - 1))
                      .isEqualTo(luhn(token.substring(0, token.length() - 1))));
    }
  }

  /** The check digit by the book (ISO/IEC 7812-1, annex B). */
  private static char luhn(String payload) {
    int sum = 0;
    for (int index = 0; index < payload.length(); index++) {
      int digit = payload.charAt(payload.length() - 1 - index) - '0';
      int weighted = index % 2 == 0 ? 2 * digit : digit;
      sum += weighted > 9 ? weighted - 9 : weighted;
    }
    return (char) ('0' + (10 - sum % 10) % 10);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void addressesKeepTheirDomainAndNothingElseKeepsAnything(int version) throws SQLException {
    Governed database = Governed.database(version, Admin.TABLE_OWNER, "SELECT 1");
    database.engine.prepare();
    try (Connection connection =
        database.server.connect(database.database, TestServer.SUPERUSER, "")) {
      assertThat(email(connection, "jane.doe@example.com", 60))
          .matches("[0-9a-f]{12}@example\\.com");
      assertThat(email(connection, "a@b.c", 5)).matches("[0-9a-f]@b\\.c");
      assertThat(email(connection, "@example.com", 12)).matches("[0-9a-f]{12}");
      assertThat(email(connection, "a@b.com and my number is 123", 60)).matches("[0-9a-f]{12}");
      assertThat(email(connection, "\"a@b\"@example.com", 60)).matches("[0-9a-f]{12}");
      assertThat(email(connection, "no address", 4)).matches("[0-9a-f]{4}");
    }
  }

  private static String email(Connection connection, String value, int bound) throws SQLException {
    return strings(
            connection,
            "SELECT sluice.mask_email(%s, %d, key) FROM sluice.keys"
                .formatted(Sql.literal(value), bound))
        .getFirst();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void anotherKeyGivesOtherMasks(int version) throws SQLException {
    Governed one = Governed.database(version, Admin.TABLE_OWNER, "SELECT 1");
    one.engine.prepare();
    Governed other = Governed.database(version, Admin.TABLE_OWNER, "SELECT 1");
    other.engine.prepare();
    String query =
        "SELECT sluice.mask_hash('a', key) || sluice.mask_token('1234567890123',"
            + " key) FROM sluice.keys";
    assertThat(one.superuser(query)).isNotEqualTo(other.superuser(query));
    List<String> key = one.superuser("SELECT key::text FROM sluice.keys");
    one.engine.prepare();
    assertThat(one.superuser("SELECT key::text FROM sluice.keys")).isEqualTo(key);

    // The key is all that makes the difference.
    other.server.superuser(
        other.database,
        "UPDATE sluice.keys SET key = %s"
            .formatted(
                one.superuser("SELECT format('%L::bytea', key) FROM sluice.keys").getFirst()));
    assertThat(one.superuser(query)).isEqualTo(other.superuser(query));
  }
}
