package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What a governed session reads of masked columns of every kind of type. */
class MaskedTypesTest {
  /** The table is called as the masks of arrays call what is in them. */
  private static final String TABLES =
      """
      CREATE DOMAIN iban AS varchar(22) CHECK (VALUE ~ '^CANARY[0-9]{16}$');
      CREATE DOMAIN score AS int NOT NULL CHECK (VALUE BETWEEN 40 AND 60);
      CREATE DOMAIN tags AS text[] CHECK (array_length(VALUE, 1) = 2);
      CREATE TYPE mood AS ENUM ('CANARY', 'calm');
      CREATE TABLE element (
        id int PRIMARY KEY, account iban NOT NULL, points score, labels tags, feeling mood, address inet NOT NULL, nets cidr[],
        phones varchar(20)[], grid int[], code char(8), weight real, income numeric(9,2) CHECK (income >= 0), period daterange,
        active boolean, born date[], person int, payload jsonb, raw json, value text, member text);
      INSERT INTO element
      SELECT g, 'CANARY' || lpad(g::text, 16, '0'), 50, ARRAY['CANARY' || g, NULL], 'CANARY', ('10.77.31.' || g)::inet,
             ARRAY['10.77.31.0/24', NULL]::cidr[], ARRAY['CANARY-' || g, NULL], ARRAY[[g, 7731], [NULL, 3]], 'CAN' || g, 7731.5, 7731.25,
             '[7731-01-01,7731-02-01)', true, ARRAY[date '2019-12-31' + g, date '2020-12-31' + g], g % 3,
             jsonb_build_object('ssn', 'CANARY', 'keep', g), '{"ssn": "CANARY", "ssn": "CANARY2", "keep": 1}', 'CANARY', 'CANARY'
      FROM generate_series(1, 9) g;
      CREATE VIEW listed AS SELECT id, born AS days, person AS whose, payload FROM element;
      """;

  private static final String DATABASE =
      Governed.DATABASE.replaceFirst("(?s)  classifications:.*", "");

  private static final String POLICY =
      """
      metadata: {name: types}
      spec:
        rules:
        - {match: {columns: ["public.element.account", "public.element.points", "public.element.labels"]}, mask: {type: Token}}
        - {match: {columns: ["public.element.phones", "public.element.value", "public.element.member"]}, mask: {type: Hash}}
        - {match: {columns: ["public.element.feeling"]}, mask: {type: Constant, constant: {value: calm}}}
        - {match: {columns: ["public.element.active"]}, mask: {type: Constant, constant: {value: "false"}}}
        - {match: {columns: ["public.element.period"]}, mask: {type: Constant, constant: {value: "[2000-01-01,2000-02-01)"}}}
        - {match: {columns: ["public.element.address", "public.element.nets"]}, mask: {type: Network, network: {ipv4: 8}}}
        - {match: {columns: ["public.element.grid", "public.element.income"]}, mask: {type: Bucket, bucket: {width: 1000}}}
        - {match: {columns: ["public.element.code"]}, mask: {type: KeepFirst, keepFirst: {characters: 2}}}
        - {match: {columns: ["public.element.weight"]}, mask: {type: Noise, noise: {percent: 20}}}
        - {match: {columns: ["public.element.born"]}, mask: {type: DateShift, dateShift: {days: 20, subjectColumn: person}}}
        - {match: {columns: ["public.element.payload", "public.element.raw"]}, mask: {type: JsonPaths, jsonPaths: {paths: ["$.ssn"]}}}
      """;

  private static final String GRANTS =
      """
      - {tables: [public.element], privileges: [SELECT, INSERT, UPDATE]}
      - {tables: [public.listed], privileges: [SELECT]}
      """;

  @EngineCase
  void constantOfAColumnWithoutNullsIsNotDecidedForEachRow(int version, Admin kind)
      throws SQLException {
    Governed shop =
        Governed.database(
            version,
            kind,
            "CREATE TABLE p (id int, sure char(4) NOT NULL, perhaps char(4));"
                + " INSERT INTO p VALUES (1, 'a', 'b'), (2, 'a', NULL)");
    shop.engine.prepare();
    AccessPlan plan =
        shop.plan(
            Governed.access("orders", "- {tables: [public.p], privileges: [SELECT]}\n"),
            DATABASE,
            """
            metadata: {name: constants}
            spec:
              rules:
              - {match: {columns: ["public.p.sure", "public.p.perhaps"]}, mask: {type: Constant, constant: {value: x}}}
            """);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);

    assertThat(strings(session, "SELECT id || sure || '.' || coalesce(perhaps, '-') FROM p"))
        .containsExactly("1x.x", "2x.-");
    assertThat(strings(session, "EXPLAIN (VERBOSE, COSTS OFF) SELECT sure FROM p").toString())
        .doesNotContain("CASE");
    assertThat(strings(session, "EXPLAIN (VERBOSE, COSTS OFF) SELECT perhaps FROM p").toString())
        .contains("CASE");
  }

  @EngineCase
  void everyTypeReadsMaskedAndNothingFails(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, TABLES);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(Governed.access("orders", GRANTS), DATABASE, POLICY);
    assertThat(shop.engine.apply(plan).exposures()).isEmpty();
    Connection session = shop.login(plan);

    assertThat(strings(session, "SELECT e::text FROM element e"))
        .hasSize(9)
        .noneMatch(row -> row.contains("CANARY"));
    // Keyed values may hold any digits.
    assertThat(
            strings(
                session,
                "SELECT to_jsonb(e) - ARRAY['account', 'labels', 'phones', 'value', 'member',"
                    + " 'weight'] FROM element e"))
        .hasSize(9)
        .noneMatch(row -> row.contains("7731") || row.contains("77.31"));
    // What the checks of domains and tables would refuse is shown all the same.
    assertThat(strings(session, "SELECT DISTINCT account ~ '^CANARY' FROM element"))
        .containsExactly("f");
    assertThat(strings(session, "SELECT min(length(account)) FROM element")).containsExactly("22");
    assertThat(strings(session, "SELECT count(*) FROM element WHERE points BETWEEN 10 AND 99"))
        .containsExactly("9");
    assertThat(
            strings(
                session,
                "SELECT DISTINCT array_dims(labels) || (labels[2] IS NULL)::text FROM element"))
        .containsExactly("[1:2]true");
    assertThat(strings(session, "SELECT DISTINCT feeling || active::text || period FROM element"))
        .containsExactly("calmfalse[2000-01-01,2000-02-01)");
    assertThat(strings(session, "SELECT DISTINCT address || ' ' || nets::text FROM element"))
        .containsExactly("10.0.0.0/32 {10.0.0.0/24,NULL}");
    assertThat(strings(session, "SELECT DISTINCT grid::text || income FROM element"))
        .containsExactly("{{0,7000},{NULL,0}}7000.00");
    assertThat(
            strings(
                session,
                "SELECT DISTINCT '<' || code::text || '>' || octet_length(code) FROM element"))
        .containsExactly("<CA**>8");
    assertThat(strings(session, "SELECT count(*) FROM element WHERE weight BETWEEN 6185 AND 9278"))
        .containsExactly("9");
    assertThat(
            strings(
                session, "SELECT DISTINCT (payload -> 'ssn')::text || (raw::text) FROM element"))
        .containsExactly("null{\"ssn\": null, \"keep\": 1}");
    assertThat(strings(session, "SELECT DISTINCT born[2] - born[1] FROM element"))
        .containsExactly("366");
    assertThat(
            strings(
                session,
                "SELECT person FROM element GROUP BY person HAVING count(DISTINCT born[1] - id) >"
                    + " 1"))
        .isEmpty();
    // A view shows them as its table does.
    assertThat(
            strings(
                session,
                "SELECT id FROM listed JOIN element USING (id) WHERE days IS DISTINCT FROM born OR"
                    + " listed.payload <> element.payload"))
        .isEmpty();
    shop.close();
  }

  @EngineCase
  void driversSeeTheTypesOfTheTable(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, TABLES);
    shop.engine.prepare();
    AccessPlan plan = shop.plan(Governed.access("orders", GRANTS), DATABASE, POLICY);
    shop.engine.apply(plan);
    try (Connection owner = shop.server.connect(shop.database, TestServer.SUPERUSER, "");
        Statement plain = owner.createStatement();
        ResultSet expected = plain.executeQuery("SELECT * FROM public.element");
        Statement masked = shop.login(plan).createStatement();
        ResultSet found = masked.executeQuery("SELECT * FROM element")) {
      for (int column = 1; column <= expected.getMetaData().getColumnCount(); column++) {
        assertThat(found.getMetaData().getColumnTypeName(column))
            .as(expected.getMetaData().getColumnName(column))
            .isEqualTo(expected.getMetaData().getColumnTypeName(column));
        assertThat(found.getMetaData().getPrecision(column))
            .as(expected.getMetaData().getColumnName(column))
            .isEqualTo(expected.getMetaData().getPrecision(column));
      }
    }
    shop.close();
  }
}
