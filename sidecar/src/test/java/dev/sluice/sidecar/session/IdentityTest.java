package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestGate;
import dev.sluice.sidecar.postgres.MessageBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who a session is, by whatever message somebody tries to change it: afterwards it is still the
 * role of the grant, at a real server.
 */
class IdentityTest {
  private static GovernedShop shop;
  private TestGate gate;

  @BeforeAll
  static void layOut() throws SQLException {
    shop = GovernedShop.create(PostgresVersion.V18);
    shop.asSuperuser(
        """
        CREATE FUNCTION set_it(name text, value text) RETURNS text LANGUAGE plpgsql AS
          $$ BEGIN RETURN set_config(name, value, false); END $$;
        CREATE PROCEDURE leave() LANGUAGE plpgsql AS $$ BEGIN SET ROLE NONE; END $$;
        GRANT CREATE ON SCHEMA public TO %s;
        """
            .formatted(shop.group()));
  }

  @BeforeEach
  void open() {
    gate = new TestGate(shop, shop.bundle());
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET ROLE NONE",
        "SET LOCAL ROLE NONE",
        "SET SESSION ROLE NONE",
        "SET role TO DEFAULT",
        "RESET ROLE",
        "RESET ALL",
        "DISCARD ALL",
        "SET SESSION AUTHORIZATION DEFAULT",
        "RESET SESSION AUTHORIZATION",
        "ALTER ROLE CURRENT_USER SET role = 'none'",
        "ALTER ROLE ALL SET role = 'none'",
        "ALTER USER SESSION_USER RESET ALL",
        "ALTER DATABASE postgres SET role = 'none'",
        "ALTER SYSTEM SET role = 'none'",
        "SELECT set_config('role', 'none', false)",
        "SELECT set_config('ro' || 'le', 'none', false)",
        "SELECT pg_catalog.set_config(name, 'none', false) FROM pg_settings WHERE name = 'role'",
        "UPDATE pg_settings SET setting = 'none' WHERE name = 'role'",
        "PREPARE leave AS SELECT set_config('role', 'none', false)",
        "DO $$ BEGIN SET ROLE NONE; END $$",
        "DO $$ BEGIN EXECUTE 'SET RO' || 'LE NONE'; END $$",
        "DO $$ BEGIN PERFORM set_config('role', 'none', false); END $$",
        "DO $$ BEGIN EXECUTE 'RESET SESSION AUTHORIZATION'; SET ROLE NONE; END $$",
        "CALL leave()",
        "SELECT set_it('role', 'none')",
        "SELECT set_it('session_authorization', current_user::text), set_it('role', 'none')",
        "DO $$ BEGIN SET ROLE NONE; END $$; SELECT 1",
        // Grammar that is newer than the one that the gate reads.
        "SET ROLE NONE; UPDATE orders SET note = note WHERE false RETURNING WITH (OLD AS o) o.id",
      })
  void noTextChangesIt(String text) throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query(text).send();
      client.untilReady();
      assertStays(client);
      client.query("BEGIN").send();
      client.untilReady();
      client.query(text).send();
      client.untilReady();
      client.query("COMMIT").send();
      client.untilReady();
      assertStays(client);
      client.parse("s", text).bind("", "s").execute("", 0).empty('S').send();
      client.untilReady();
      assertStays(client);
      client.bind("", "s").execute("", 1).empty('S').send();
      client.untilReady();
      assertStays(client);
    }
    try (RawClient next = RawClient.open(gate.port(), "database", shop.database().name())) {
      assertStays(next);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"role", "session_authorization"})
  void noParameterChangesIt(String setting) throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      for (String text :
          List.of("SELECT set_config($1, 'none', false)", "SELECT set_config($1, 'none', true)")) {
        client.parse("", text);
        byte[] value = setting.getBytes(StandardCharsets.UTF_8);
        client.out().begin((byte) 'B').text("").text("").int16(0).int16(1).int32(value.length);
        client.out().bytes(value).int16(0).end();
        client.execute("", 0).empty('S').send();
        client.untilReady();
        assertStays(client);
      }
    }
  }

  @Test
  void noFunctionCallChangesIt() throws IOException, SQLException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      for (int function : List.of(2078, oid("set_it"))) {
        MessageBuilder out = client.out();
        out.begin((byte) 'F').int32(function).int16(0).int16(function == 2078 ? 3 : 2);
        for (String argument : List.of("role", "none")) {
          out.int32(argument.length()).bytes(argument.getBytes(StandardCharsets.UTF_8));
        }
        if (function == 2078) {
          out.int32(1).bytes("f".getBytes(StandardCharsets.UTF_8));
        }
        out.int16(0).end();
        client.send();
        client.untilReady();
        assertStays(client);
      }
    }
  }

  @Test
  void itIsGivenBackAnyNumberOfTimesInOneTransaction() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      client.query("BEGIN").send();
      client.untilReady();
      for (int time = 0; time < 3; time++) {
        client.query("DO $$ BEGIN SET ROLE NONE; END $$").send();
        assertThat(client.untilReady()).containsExactly("C DO", "Z T");
        assertStays(client);
      }
      for (String names : List.of("pg_prepared_statements", "pg_cursors")) {
        client.query("SELECT count(*) FROM %s WHERE name LIKE 'sluice%%'".formatted(names)).send();
        assertThat(client.untilReady()).contains("D 0");
      }
    }
  }

  @Test
  void whatToolsDoWithoutChangingItIsPermitted() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      // Flyway, between migrations.
      client.query("SET ROLE '%s'".formatted(shop.group())).send();
      assertThat(client.untilReady()).containsExactly("C SET", "Z I");
      // pg_dump, which does not know whether the server is new enough to have it.
      client
          .query(
              "SELECT set_config(name, 'view, foreign-table', false) FROM pg_settings"
                  + " WHERE name = 'restrict_nonsystem_relation_kind'")
          .send();
      assertThat(client.untilReady()).contains("C SELECT 1", "Z I");
      assertStays(client);
    }
  }

  @Test
  void noLongTextChangesIt() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      String padded = "SET ROLE NONE; SELECT 1 /* " + "x".repeat(300_000) + " */";
      client.query(padded).send();
      client.untilReady();
      assertStays(client);
      client.parse("", padded.replace("SELECT 1", "")).bind("", "").execute("", 0).empty('S');
      client.send();
      client.untilReady();
      assertStays(client);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "role=postgres",
        "ROLE=postgres",
        "session_authorization=postgres",
        "options=-c role=postgres",
        "options=-crole=postgres",
        "options=--role=postgres",
        "options=--session-authorization=postgres",
        "options=-c\trole=postgres",
        "options=-c ro\\le=postgres",
        "options=-c search_path=public --ROLE=none",
        "replication=true",
        "replication=database",
        "replication=1",
        "session_preload_libraries=auto_explain",
        "local_preload_libraries=x",
        "options=-c session_preload_libraries=auto_explain",
        "options=-W 5",
        "options=-O",
      })
  void noStartUpParameterChangesIt(String parameter) throws IOException {
    int equals = parameter.indexOf('=');
    String name = parameter.substring(0, equals);
    try (RawClient client = new RawClient(gate.port())) {
      client.startup("database", shop.database().name(), name, parameter.substring(equals + 1));
      List<String> answers = client.untilReady();
      if (!answers.contains("end")) {
        assertStays(client);
      } else {
        assertThat(answers)
            .hasSize(2)
            .first()
            .asString()
            .matches("E (42501|08P01|22023|42704|58P01)");
      }
    }
  }

  /** Views with masks stay in front of the tables, whatever path a client begins with. */
  @ParameterizedTest
  @ValueSource(strings = {"public", "pg_catalog, public", "\"$user\", public", ""})
  void maskedViewsStayInFront(String path) throws IOException {
    try (RawClient client = new RawClient(gate.port())) {
      client.startup("database", shop.database().name(), "search_path", path);
      client.untilReady();
      client.query("SELECT ssn FROM customers WHERE id = 7").send();
      assertThat(client.untilReady()).doesNotContain("D CANARY7");
      assertStays(client);
    }
  }

  private void assertStays(RawClient client) throws IOException {
    client.query("SELECT current_user || ' ' || session_user").send();
    assertThat(client.untilReady()).contains("D %1$s %1$s_a".formatted(shop.group()));
  }

  private static int oid(String function) throws SQLException {
    try (Connection connection = shop.database().connect(shop.database().superuser());
        var rows =
            connection
                .createStatement()
                .executeQuery("SELECT oid FROM pg_proc WHERE proname = '%s'".formatted(function))) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
