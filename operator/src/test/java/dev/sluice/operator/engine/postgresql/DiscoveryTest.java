package dev.sluice.operator.engine.postgresql;

import static dev.sluice.operator.engine.postgresql.Governed.access;
import static dev.sluice.operator.engine.postgresql.Governed.strings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.Database;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.operator.engine.EngineException;
import dev.sluice.operator.engine.Examination;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.DatabaseIdentity;
import dev.sluice.policy.plan.PendingClassification;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is found in columns of a real server, by whom, and what is left of it. */
class DiscoveryTest {
  private static final String LANGUAGES =
      """
      CREATE TABLE customers (
        id bigserial PRIMARY KEY, email text, contact text, card_ref bigint, order_no text, remarks text,
        payload jsonb, tags text[], created timestamptz DEFAULT now(), email_sent boolean);
      CREATE TABLE kunden (nr int, geburtsdatum date, telefon text, iban_nr varchar(34), wert text);
      CREATE TABLE clients_fr (prénom text, courriel text, adresse_ip inet);
      CREATE TABLE clientes (apellidos text, dni text);
      CREATE TABLE utenti (cognome text, codice_fiscale char(16), chiave_api text);
      INSERT INTO customers (email, contact, card_ref, order_no, remarks, payload, tags)
      SELECT 'canary' || g || '@example.com', 'mailbox' || g || '@canary.example', 4111111111111111,
             '4' || lpad((g * 7919)::text, 15, '0'),
             CASE WHEN g % 10 = 0 THEN 'please write to canary' || g || '@example.com' ELSE 'canary sends thanks' END,
             jsonb_build_object('mail', 'canary' || g || '@example.com'), ARRAY['canary', 'b']
      FROM generate_series(1, 200) g;
      INSERT INTO kunden SELECT g, date '1980-01-01', '+49 171 55501' || (10 + g), 'DE89370400440532013000', 'canary'
      FROM generate_series(1, 50) g;
      ANALYZE;
      """;

  private static final String SUGGEST = Governed.DATABASE.replaceAll("(?s)  classif.*", "");
  private static final String ENFORCE = SUGGEST + "  discovery: {mode: Enforce}\n";
  private static final DatabaseIdentity IDENTITY =
      new DatabaseIdentity("databases", "orders", "uid", Map.of());

  private static Examination examine(Governed shop, String database, Duration interval) {
    DatabaseSpec spec = Serialization.unmarshal(database, Database.class).getSpec();
    return shop.engine.examine(
        new Examination.Request(
            List.of("public"),
            interval,
            catalogue -> PendingClassification.open(IDENTITY, spec, catalogue)));
  }

  private static Examination examine(Governed shop) {
    return examine(shop, SUGGEST, Duration.ofHours(6));
  }

  private static Map<String, String> suggestions(Examination found) {
    DatabaseSpec spec = Serialization.unmarshal(SUGGEST, Database.class).getSpec();
    Map<String, String> suggestions = new TreeMap<>();
    PendingClassification.of(IDENTITY, spec, found.catalogue(), found.columns())
        .suggestions()
        .forEach(
            each ->
                suggestions.put(
                    each.relation().name() + "." + each.column(),
                    "%s %d/%d".formatted(each.dataClass(), each.found(), each.looked())));
    return suggestions;
  }

  @EngineCase
  void columnsInFiveLanguagesAreFoundAndNoValueStays(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, LANGUAGES);
    shop.engine.prepare();

    Queue<String> logged = new ConcurrentLinkedQueue<>();
    Handler handler = handler(logged);
    Logger root = Logger.getLogger("");
    Logger driver = Logger.getLogger("org.postgresql");
    root.addHandler(handler);
    driver.addHandler(handler);
    driver.setUseParentHandlers(false);
    driver.setLevel(Level.ALL);
    Examination found = examine(shop);
    root.removeHandler(handler);
    driver.setLevel(null);
    driver.setUseParentHandlers(true);
    driver.removeHandler(handler);

    assertThat(String.join("\n", logged))
        .contains("pg_catalog.left")
        .doesNotContainIgnoringCase("canary")
        .doesNotContain("4111111111111111");
    assertThat(found.problems()).isEmpty();
    assertThat(found.complete()).isTrue();
    assertThat(suggestions(found))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("customers.email", "pii.email 200/200"),
                Map.entry("customers.contact", "pii.email 200/200"),
                Map.entry("customers.card_ref", "pci.pan 200/200"),
                Map.entry("customers.remarks", "free-text 20/200"),
                Map.entry("customers.payload", "free-text 200/200"),
                Map.entry("kunden.geburtsdatum", "pii.birth-date 0/0"),
                Map.entry("kunden.telefon", "pii.phone 50/50"),
                Map.entry("kunden.iban_nr", "bank.account 50/50"),
                Map.entry("clients_fr.prénom", "pii.name 0/0"),
                Map.entry("clients_fr.courriel", "pii.email 0/0"),
                Map.entry("clients_fr.adresse_ip", "pii.ip-address 0/0"),
                Map.entry("clientes.apellidos", "pii.name 0/0"),
                Map.entry("clientes.dni", "pii.national-id 0/0"),
                Map.entry("utenti.cognome", "pii.name 0/0"),
                Map.entry("utenti.codice_fiscale", "pii.national-id 0/0"),
                Map.entry("utenti.chiave_api", "secret.token 0/0")));
    assertThat(found.toString()).doesNotContainIgnoringCase("canary").doesNotContain("4111");
    assertThat(
            String.join(
                "\n",
                shop.superuser(
                    """
                    SELECT query_to_xml('SELECT * FROM ' || c.oid::regclass, true, false, '')::text
                    FROM pg_class c WHERE relnamespace = 'sluice'::regnamespace AND relkind = 'r'\
                    """)))
        .contains("Email:200:200")
        .doesNotContainIgnoringCase("canary")
        .doesNotContain("4111111111111111")
        .doesNotContain("DE893704");
    // The right to read that it gave itself was never to be seen.
    assertThat(
            shop.superuser(
                "SELECT has_table_privilege('sluice_owner', 'public.customers', 'SELECT')::text"))
        .containsExactly("false");
    shop.close();
  }

  private static Handler handler(Queue<String> logged) {
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(
                record.getMessage() + Arrays.toString(record.getParameters()) + record.getThrown());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    handler.setLevel(Level.ALL);
    return handler;
  }

  @EngineCase
  void whatHasNotChangedIsNotReadAgain(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, LANGUAGES);
    shop.engine.prepare();
    examine(shop);
    String tried = "SELECT max(tried_at)::text FROM sluice.examined_columns";
    List<String> first = shop.superuser(tried);

    assertThat(suggestions(examine(shop))).containsKey("customers.email");
    assertThat(shop.superuser(tried)).isEqualTo(first);
    // Another operator reads what this one has found.
    assertThat(shop.engine.observed(shop.engine.catalogue(List.of("public"))))
        .hasSameElementsAs(examine(shop).columns());

    shop.admin(
        "ALTER TABLE kunden ALTER wert TYPE varchar(20), ADD neu text DEFAULT 'a@b.example'");
    examine(shop);
    assertThat(
            shop.superuser(
                "SELECT count(*)::text FROM sluice.examined_columns WHERE tried_at > '%s'"
                    .formatted(first.getFirst())))
        .containsExactly("2");

    shop.admin("DROP TABLE kunden");
    examine(shop, SUGGEST, Duration.ZERO);
    assertThat(
            shop.superuser(
                "SELECT count(*)::text FROM sluice.examined_columns e WHERE NOT EXISTS"
                    + " (SELECT FROM pg_class c WHERE c.oid = e.relation)"))
        .containsExactly("0");

    shop.engine.stopExamining();
    assertThat(shop.superuser("SELECT count(*)::text FROM sluice.examined_columns"))
        .containsExactly("0");
    shop.close();
  }

  @EngineCase
  void changesOfTheSchemaAreNotedWhereTheAdminMayHaveThem(int version, Admin kind)
      throws SQLException {
    Governed shop = Governed.database(version, kind, LANGUAGES);
    shop.engine.prepare();
    boolean may = kind == Admin.SUPERUSER;
    assertThat(shop.engine.schemaChanged()).isFalse();
    assertThat(examine(shop).watched()).isEqualTo(may);

    // Neither what Sluice does, nor temporary tables, nor what holds no columns.
    assertThat(shop.engine.prepare().mended()).isEmpty();
    AccessPlan plan =
        shop.plan(
            access("orders", "- {tables: [public.customers], privileges: [SELECT]}\n"), ENFORCE);
    shop.engine.apply(plan);
    shop.admin("CREATE TEMP TABLE t (a int); CREATE SEQUENCE s");
    assertThat(shop.engine.schemaChanged()).isFalse();

    shop.admin("ALTER TABLE kunden ADD neu text");
    assertThat(shop.engine.schemaChanged()).isEqualTo(may);
    assertThat(examine(shop).columns()).anyMatch(column -> column.column().equals("neu"));
    assertThat(shop.engine.schemaChanged()).isFalse();
    shop.admin("COMMENT ON COLUMN kunden.neu IS 'E-Mail-Adresse'");
    assertThat(shop.engine.schemaChanged()).isEqualTo(may);
    assertThat(suggestions(examine(shop))).containsEntry("kunden.neu", "pii.email 0/0");

    // Whoever changes the schema is never held up by it, also where it cannot write.
    String other = TestServer.unique("other");
    shop.server.superuser(
        shop.database,
        "CREATE ROLE %1$s LOGIN PASSWORD 'p'; GRANT CREATE ON SCHEMA public TO %1$s"
            .formatted(other));
    try (Connection connection = shop.server.connect(shop.database, other, "p")) {
      Governed.run(connection, "CREATE TABLE theirs (a int)");
      assertThat(shop.engine.schemaChanged()).isEqualTo(may);
      shop.server.superuser(shop.database, "DROP TABLE sluice.schema_changes");
      Governed.run(connection, "CREATE TABLE theirs_too (a int)");
    }
    assertThat(shop.engine.schemaChanged()).isFalse();
    shop.engine.prepare();

    shop.engine.revoke(plan.access(), plan.revocation());
    shop.engine.release();
    assertThat(
            shop.superuser(
                "SELECT evtname::text FROM pg_event_trigger UNION ALL SELECT nspname FROM"
                    + " pg_namespace WHERE nspname LIKE 'sluice%'"))
        .isEmpty();
    shop.admin("CREATE TABLE after_all (a int)");
    shop.server.superuser(shop.database, "DROP OWNED BY %1$s; DROP ROLE %1$s".formatted(other));
    shop.close();
  }

  @EngineCase
  void whatCannotBeReadIsToldAndHoldsUpNothing(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, LANGUAGES);
    shop.engine.prepare();
    shop.server.superuser(
        shop.database,
        """
        CREATE TABLE foreign_owner (email text);
        CREATE TYPE pair AS (one text, two text);
        CREATE TABLE odd (id int, place point, period tstzrange, both_of pair, doc xml, bits bit(3),
          "we""ird.na me" text);
        INSERT INTO odd VALUES (1, '(1,2)', NULL, ROW('x@y.example', 'b'), '<a>m@n.example</a>', '101', 'q@r.example');
        CREATE TABLE nothing ();
        CREATE TABLE hidden (email text);
        INSERT INTO hidden VALUES ('canary@example.com');
        ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
        CREATE FUNCTION loud(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
          $$ BEGIN RAISE EXCEPTION 'value is %', $1; END $$;
        CREATE VIEW broken AS SELECT loud(email) AS mail FROM customers;
        """);
    shop.server.superuser(
        shop.database,
        "ALTER TABLE odd OWNER TO %1$s; ALTER TABLE hidden OWNER TO %1$s"
            .formatted(shop.adminRole));
    Examination found;
    try (Connection lock = shop.server.connect(shop.database, TestServer.SUPERUSER, "")) {
      lock.setAutoCommit(false);
      Governed.run(lock, "LOCK TABLE kunden IN ACCESS EXCLUSIVE MODE");
      found = examine(shop);
      lock.rollback();
    }

    assertThat(found.problems())
        .anyMatch(
            it ->
                it.startsWith("public.kunden (")
                    && it.endsWith("could not be looked into: another session holds a lock on it."))
        .hasSize(kind == Admin.SUPERUSER ? 1 : 2);
    if (kind == Admin.TABLE_OWNER) {
      assertThat(found.problems())
          .contains(
              "public.foreign_owner (email) could not be looked into: the administrator may not let"
                  + " sluice_owner read it.");
    }
    assertThat(suggestions(found))
        .containsEntry("customers.email", "pii.email 200/200")
        .containsEntry("odd.we\"ird.na me", "pii.email 1/1")
        .containsEntry("hidden.email", "pii.email 0/0")
        .containsEntry("kunden.geburtsdatum", "pii.birth-date 0/0")
        .doesNotContainKey("broken.mail");
    assertThat(found.columns())
        .filteredOn(column -> column.sample() == null)
        .extracting(column -> column.relation().name())
        .contains("kunden")
        .doesNotContain("odd", "hidden", "customers");
    // Not again at once, but when its time has come.
    assertThat(examine(shop).problems()).isEqualTo(found.problems());
    assertThat(examine(shop, SUGGEST, Duration.ZERO).problems())
        .noneMatch(it -> it.contains("kunden"));
    shop.close();
  }

  @EngineCase
  void aNewColumnIsInvisibleUntilSomebodyHasLooked(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, LANGUAGES);
    shop.engine.prepare();
    String grants = "- {tables: [public.customers, public.kunden], privileges: [SELECT, INSERT]}\n";
    examine(shop, ENFORCE, Duration.ofHours(6));
    AccessPlan plan = enforced(shop, grants);
    shop.engine.apply(plan);
    Connection session = shop.login(plan);
    assertThat(strings(session, "SELECT email FROM customers WHERE id = 1"))
        .allMatch(it -> it.endsWith("@example.com") && !it.startsWith("canary"));
    // No policy says what becomes of such data.
    assertThat(strings(session, "SELECT DISTINCT iban_nr FROM kunden")).containsExactly("null");
    assertThat(strings(session, "SELECT nr FROM kunden ORDER BY nr LIMIT 1")).containsExactly("1");

    shop.admin(
        "ALTER TABLE kunden ADD neu text DEFAULT 'plain', ADD mail text DEFAULT 'a@b.example'");

    assertThat(Governed.failure(session, "SELECT neu FROM kunden").getSQLState())
        .isEqualTo("42703");
    Governed.denied(session, "SELECT neu FROM public.kunden");
    Governed.denied(session, "INSERT INTO public.kunden (neu) VALUES ('x')");
    // Neither does planning it anew show what nobody has looked into.
    shop.engine.apply(enforced(shop, grants));
    assertThat(Governed.failure(session, "SELECT neu FROM kunden").getSQLState())
        .isEqualTo("42703");
    assertThat(strings(session, "SELECT nr FROM kunden ORDER BY nr LIMIT 1")).containsExactly("1");

    examine(shop, ENFORCE, Duration.ofHours(6));
    shop.engine.apply(enforced(shop, grants));
    assertThat(strings(session, "SELECT DISTINCT neu FROM kunden")).containsExactly("plain");
    assertThat(strings(session, "SELECT DISTINCT mail FROM kunden"))
        .singleElement()
        .asString()
        .endsWith("@b.example")
        .isNotEqualTo("a@b.example");
    shop.close();
  }

  private static AccessPlan enforced(Governed shop, String grants) {
    return shop.plan(access("orders", grants), ENFORCE, Governed.POLICY);
  }

  @EngineCase
  void wholeTablesOfManyRowsAreSampled(int version, Admin kind) throws SQLException {
    Governed shop =
        Governed.database(
            version,
            kind,
            """
            CREATE TABLE many (id int, email text) PARTITION BY RANGE (id);
            CREATE TABLE many_1 PARTITION OF many FOR VALUES FROM (0) TO (50000);
            CREATE TABLE many_2 PARTITION OF many DEFAULT;
            INSERT INTO many SELECT g, CASE WHEN g < 40000 THEN NULL ELSE 'p' || g || '@example.com' END
            FROM generate_series(1, 100000) g;
            ANALYZE;
            """);
    shop.engine.prepare();
    Examination found = examine(shop);
    assertThat(suggestions(found)).containsOnlyKeys("many.email");
    assertThat(found.columns())
        .filteredOn(column -> column.column().equals("email") && column.sample() != null)
        .singleElement()
        .satisfies(
            column ->
                assertThat(java.util.Objects.requireNonNull(column.sample()).looked())
                    .isBetween(300, 900));
    shop.close();
  }

  @EngineCase
  void aDatabaseThatDoesNotAnswerIsAnError(int version, Admin kind) throws SQLException {
    Governed shop = Governed.database(version, kind, "SELECT 1");
    assertThat(shop.engine.schemaChanged()).isFalse();
    assertThat(shop.engine.observed(shop.engine.catalogue(List.of("public")))).isEmpty();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> shop.engine(shop.adminRole, "wrong").schemaChanged())
        .isInstanceOf(EngineException.class);
    shop.close();
  }
}
