package dev.sluice.operator.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;

/** What those see who read is told when it changes, and nothing else. */
class SchemaVersionTest {
  private static final List<String> CHANGES =
      List.of(
          "ALTER TABLE customers ADD COLUMN district text DEFAULT 'EU'",
          "ALTER TABLE customers RENAME COLUMN district TO area",
          "ALTER TABLE customers ALTER COLUMN area TYPE varchar(20)",
          "ALTER TABLE customers ALTER COLUMN area TYPE varchar(30)",
          "ALTER TABLE customers ALTER COLUMN area SET NOT NULL",
          "ALTER TABLE customers DROP COLUMN area",
          "CREATE TABLE arrivals (id int)",
          "BEGIN; ALTER TABLE arrivals RENAME TO away; CREATE TABLE arrivals (id int); COMMIT",
          "BEGIN; ALTER TABLE arrivals RENAME TO x; ALTER TABLE away RENAME TO arrivals;"
              + " ALTER TABLE x RENAME TO away; COMMIT",
          "CREATE VIEW seen AS SELECT id FROM arrivals",
          "CREATE OR REPLACE VIEW seen AS SELECT id FROM away",
          "ALTER TABLE arrivals ENABLE ROW LEVEL SECURITY",
          "CREATE SCHEMA elsewhere; ALTER TABLE away SET SCHEMA elsewhere",
          "DROP TABLE elsewhere.away CASCADE");

  private static final List<String> NO_CHANGES =
      List.of(
          "CREATE ROLE %1$s; GRANT SELECT ON customers TO %1$s; REVOKE SELECT ON customers FROM"
              + " %1$s; DROP ROLE %1$s",
          "CREATE TEMP TABLE passing (a int)",
          "UPDATE customers SET name = name",
          "ANALYZE",
          "VACUUM customers",
          "CREATE INDEX ON customers (id)",
          "SET search_path = public; COMMENT ON TABLE customers IS 'who buys'");

  @EngineCase
  void tellsOfTablesViewsAndColumns(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    shop.engine.prepare();
    String before = shop.engine.schemaVersion();
    for (String change : CHANGES) {
      shop.server.superuser(shop.database, change);
      String now = shop.engine.schemaVersion();
      assertThat(now).as(change).isNotEqualTo(before);
      assertThat(shop.engine.schemaVersion()).as(change).isEqualTo(now);
      before = now;
    }
    for (String other : NO_CHANGES) {
      shop.server.superuser(shop.database, other.formatted(TestServer.unique("other")));
      assertThat(shop.engine.schemaVersion()).as(other).isEqualTo(before);
    }
  }

  @EngineCase
  void whatIsMadeForAccessesDoesNotCount(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, Governed.SHOP);
    String before = shop.engine.schemaVersion();
    shop.engine.prepare();
    shop.engine.apply(
        shop.plan("- {tables: [public.customers, public.orders], privileges: [SELECT, UPDATE]}\n"));
    assertThat(shop.engine.schemaVersion()).isEqualTo(before);
  }
}
