package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.denied;
import static dev.sluice.operator.engine.postgresql.Governed.run;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.engine.Exposure;
import dev.sluice.operator.engine.Revoked;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.plan.AccessPlan;
import java.sql.Connection;
import java.sql.SQLException;

/** Names with quotes, dots, spaces, upper case and letters beyond ASCII work and inject nothing. */
class OddNamesTest {
  private static final String SCHEMA = "Süd.\"East\"; DROP TABLE x; --";
  private static final String TABLE = "ta'ble $$ \"; SELECT 1; /* Ñame.x";
  private static final String MASKED = "s\"s'n.Ü; --$x$";
  private static final String PLAIN = "Id\\E'x";

  @EngineCase
  void oddNamesAreNamesLikeAllOthers(int version, Admin kind) throws SQLException {
    RelationName name = new RelationName(SCHEMA, TABLE);
    String table = Sql.name(name);
    Governed shop =
        Governed.database(
            version,
            kind,
            TestServer.unique("My \"shop\".o'ne % Ünï "),
            """
            CREATE SCHEMA %s;
            CREATE TABLE %s (%s serial PRIMARY KEY, %s text, "WHERE" text DEFAULT 'EU');
            INSERT INTO %s (%s) VALUES ('CANARY-7731'), ('CANARY-7732');
            """
                .formatted(
                    Sql.name(SCHEMA),
                    table,
                    Sql.name(PLAIN),
                    Sql.name(MASKED),
                    table,
                    Sql.name(MASKED)));
    shop.engine.prepare();
    String quoted = name.toString();
    AccessPlan plan =
        shop.plan(
            """
            metadata: {name: orders}
            spec:
              databaseRef: {name: orders, namespace: databases}
              subjects: [{kind: ServiceAccount, name: shop-api}]
              purpose: order-processing
              grants:
              - tables: [%s]
                privileges: [SELECT, INSERT, UPDATE]
            """
                .formatted(yaml(quoted)),
            Governed.DATABASE.replaceAll("(?s)  classifications.*", "")
                + """
                  ceiling: {schemas: [%s]}
                  classifications:
                  - {table: %s, columns: {%s: pii.national-id}}
                """
                    .formatted(yaml(SCHEMA), yaml(quoted), yaml(MASKED)),
            Governed.POLICY);
    assertThat(shop.engine.apply(plan).changed()).isTrue();
    assertThat(shop.engine.apply(plan).changed()).isFalse();
    Connection session = shop.login(plan);
    assertThat(strings(session, "SELECT %s FROM %s".formatted(Sql.name(MASKED), Sql.name(TABLE))))
        .containsExactly("*********31", "*********32");
    denied(session, "SELECT %s FROM %s".formatted(Sql.name(MASKED), table));
    run(session, "INSERT INTO %s (%s) VALUES ('x')".formatted(table, Sql.name(MASKED)));
    run(session, "UPDATE %s SET \"WHERE\" = 'x' WHERE %s = 1".formatted(table, Sql.name(PLAIN)));

    shop.server.superuser(
        shop.database,
        "GRANT SELECT ON %s TO PUBLIC; GRANT USAGE ON SCHEMA %s TO PUBLIC; DROP VIEW %s"
            .formatted(table, Sql.name(SCHEMA), Sql.name(plan.holder(), TABLE)));
    var mended = shop.engine.apply(plan);
    assertThat(mended.mended()).singleElement().asString().contains("was missing");
    assertThat(mended.exposures())
        .singleElement()
        .extracting(Exposure::message)
        .asString()
        .contains(Sql.name(MASKED));
    assertThat(shop.engine.revoke(plan.access(), Bundle.Revocation.TERMINATE))
        .isEqualTo(new Revoked(true, 0));
    assertThat(shop.superuser("SELECT count(*) FROM " + table)).containsExactly("3");
    shop.close();
  }

  @EngineCase
  void rowFilterOfAnOddTable(int version, Admin kind) throws SQLException {
    RelationName name = new RelationName("public", TABLE);
    Governed shop =
        Governed.database(
            version,
            kind,
            "CREATE TABLE %s (id int, %s text); INSERT INTO %1$s VALUES (1, 'a'), (2, 'b')"
                .formatted(Sql.name(name), Sql.name(PLAIN)));
    shop.engine.prepare();
    AccessPlan plan =
        shop.plan(
            "- {tables: [%s], privileges: [SELECT], rows: %s}"
                .formatted(
                    yaml(name.toString()),
                    yaml("%s.%s = 'a'".formatted(Sql.name(TABLE), Sql.name(PLAIN)))));
    shop.engine.apply(plan);
    assertThat(strings(shop.login(plan), "SELECT id FROM " + Sql.name(TABLE))).containsExactly("1");
    shop.close();
  }

  private static String yaml(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  @EngineCase
  void typesOfAnotherSchemaAreMasked(int version, Admin kind) throws SQLException {
    Governed shop =
        Governed.database(
            version,
            kind,
            """
            CREATE SCHEMA "Types of ours";
            CREATE TYPE "Types of ours".mood AS ENUM ('good', 'bad');
            CREATE TYPE "Types of ours".pair AS (a int, b text);
            CREATE DOMAIN "Types of ours".feeling AS "Types of ours".mood;
            CREATE TABLE people (id int, mood "Types of ours".mood, pair "Types of ours".pair,
              feeling "Types of ours".feeling, moods "Types of ours".mood[]);
            INSERT INTO people VALUES (1, 'bad', ROW(1, 'CANARY'), 'bad', '{bad}');
            """);
    shop.engine.prepare();
    String access = Governed.access("orders", "- {tables: [public.people], privileges: [SELECT]}");
    String masks =
        """
        metadata: {name: moods}
        spec:
          rules:
          - {match: {columns: [public.people.mood]}, mask: {type: Constant, constant: {value: good}}}
          - {match: {columns: [public.people.pair, public.people.feeling, public.people.moods]}, mask: {type: Nullify}}
        """;
    AccessPlan plan = shop.plan(access, Governed.DATABASE, masks);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    assertThat(strings(session, "SELECT people::text FROM people")).containsExactly("(1,good,,,)");
    assertThat(shop.engine.apply(plan).changed()).isFalse();
    shop.close();
  }
}
