package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Relation;
import dev.sluice.policy.bundle.Bundle.RuleOutcome;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/** How sessions begin, what changes while they are open, and how they end. */
class SessionLifeTest {
  private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

  private GovernedShop shop;
  private TestGate gate;

  @BeforeEach
  void open() {
    shop = GovernedShop.create(PostgresVersion.V15);
    gate = new TestGate(shop, shop.bundle());
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @Test
  void aStatementIsCancelledByItsOwnClientOnly() throws SQLException {
    try (Connection sleeping = gate.connect();
        Connection other = gate.connect()) {
      CompletableFuture<String> running = inBackground(sleeping, "SELECT pg_sleep(60)");
      awaitRunning("pg_sleep(60)");
      other.unwrap(PGConnection.class).cancelQuery();
      assertThat(one(other, "SELECT 1")).isEqualTo("1");
      assertThat(running).isNotDone();
      sleeping.unwrap(PGConnection.class).cancelQuery();
      assertThatThrownBy(running::join)
          .hasRootCauseMessage("ERROR: canceling statement due to user request");
      assertThat(one(sleeping, "SELECT 2")).isEqualTo("2");
    }
  }

  @Test
  void anEndedGrantEndsIdleSessionsAtOnceAndRunningOnesAfterTheStatement() throws SQLException {
    try (Connection idle = gate.connect();
        Connection running = gate.connect();
        Connection waiting = shop.database().connect(shop.database().superuser())) {
      waiting.setAutoCommit(false);
      execute(waiting, "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
      assertThat(one(idle, "SELECT 1")).isEqualTo("1");
      CompletableFuture<String> statement = inBackground(running, "SELECT count(*) FROM orders");
      awaitRunning("count(*) FROM orders");
      gate.grant().apply(shop.bundle().revoked("the DatabaseAccess was deleted"));
      assertState(
          () -> one(idle, "SELECT 1"),
          "57P01",
          "the grant shop/orders has ended [SLU-G01]",
          "the DatabaseAccess was deleted");
      assertThat(statement).isNotDone();
      waiting.rollback();
      assertThat(statement.join()).isEqualTo("100");
      assertState(
          () -> one(running, "SELECT 1"),
          "57P01",
          "the grant shop/orders has ended [SLU-G01]",
          "the DatabaseAccess was deleted");
    }
    assertState(
        gate::connect,
        "28000",
        "the grant shop/orders has ended [SLU-G01]",
        "the DatabaseAccess was deleted");
    await().until(() -> gate.grant().sessions().count() == 0);
    assertThat(gate.events())
        .anySatisfy(
            event -> {
              assertThat(event.type()).isEqualTo(Event.Type.SESSION_REFUSED);
              assertThat(event.sqlState()).isEqualTo("28000");
              assertThat(event.code()).isEqualTo("SLU-G01");
            });
    gate.grant().apply(shop.bundle());
    try (Connection again = gate.connect()) {
      assertThat(one(again, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void anEndedGrantMayEndRunningStatements() throws SQLException {
    Bundle bundle = TestBundles.withRevocation(shop.bundle(), Bundle.Revocation.TERMINATE);
    gate.grant().apply(bundle);
    try (Connection running = gate.connect()) {
      CompletableFuture<String> statement = inBackground(running, "SELECT pg_sleep(61)");
      awaitRunning("pg_sleep(61)");
      gate.grant().apply(bundle.revoked("over"));
      assertThatThrownBy(statement::join)
          .hasRootCauseMessage(
              "FATAL: the grant shop/orders has ended [SLU-G01]\n  Detail: over\n  Hint: "
                  + dev.sluice.policy.Code.GRANT_ENDED.remedy());
      awaitNotRunning("pg_sleep(61)");
    }
  }

  @Test
  void sessionsAreCounted() throws SQLException {
    gate.grant()
        .apply(TestBundles.withSessions(shop.bundle(), new Bundle.SessionLimits(2, 0, 0, null)));
    try (Connection first = gate.connect()) {
      try (Connection second = gate.connect()) {
        assertState(gate::connect, "53300", "shop/orders has 2 open sessions [SLU-G05]", "");
        assertThat(one(first, "SELECT 1")).isEqualTo("1");
        assertThat(one(second, "SELECT 1")).isEqualTo("1");
      }
      await()
          .ignoreExceptions()
          .until(
              () -> {
                try (Connection third = gate.connect()) {
                  return one(third, "SELECT 1").equals("1");
                }
              });
    }
  }

  @Test
  void idleSessionsEndAndBusyOnesStay() throws SQLException {
    gate.grant()
        .apply(TestBundles.withSessions(shop.bundle(), new Bundle.SessionLimits(9, 1, 0, null)));
    try (Connection idle = gate.connect();
        Connection inTransaction = gate.connect()) {
      inTransaction.setAutoCommit(false);
      assertThat(one(inTransaction, "SELECT 1")).isEqualTo("1");
      await()
          .untilAsserted(
              () -> {
                gate.entrance().keepWithinLimits();
                assertThat(gate.grant().sessions().count()).isEqualTo(1);
              });
      assertState(
          () -> one(idle, "SELECT 1"),
          "57P05",
          "the session had no statement for 1 s [SLU-G06]",
          "");
      assertThat(one(inTransaction, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void statementsEndAfterTheirTime() throws SQLException {
    gate.grant()
        .apply(TestBundles.withSessions(shop.bundle(), new Bundle.SessionLimits(9, 0, 1, null)));
    try (Connection connection = gate.connect()) {
      CompletableFuture<String> running = inBackground(connection, "SELECT pg_sleep(62)");
      await()
          .untilAsserted(
              () -> {
                gate.entrance().keepWithinLimits();
                assertThat(running).isDone();
              });
      assertThatThrownBy(running::join)
          .rootCause()
          .hasMessageContaining("the statement ran for longer than 1 s [SLU-G13]");
      assertThat(one(connection, "SELECT 1")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended"})
  void aNewRuleHoldsForStatementsPreparedBefore(String mode) throws SQLException {
    try (Connection connection = gate.connect("&prepareThreshold=1&preferQueryMode=" + mode);
        PreparedStatement delete = connection.prepareStatement("DELETE FROM orders")) {
      connection.setAutoCommit(false);
      assertThat(delete.executeUpdate()).isEqualTo(100);
      connection.rollback();
      assertThat(delete.executeUpdate()).isEqualTo(100);
      connection.rollback();
      gate.grant()
          .apply(
              TestBundles.withRules(
                  shop.bundle(),
                  new Bundle.Rule(
                      "baseline/no-mass-delete",
                      "no-mass-delete",
                      RuleOutcome.DENY,
                      false,
                      "",
                      null)));
      assertState(
          delete::executeUpdate,
          "42501",
          "refused by the rule \"baseline/no-mass-delete\": DELETE without a WHERE removes every"
              + " row [SLU-S07]",
          "");
      connection.rollback();
      gate.grant().apply(shop.bundle());
      assertThat(delete.executeUpdate()).isEqualTo(100);
      connection.rollback();
    }
  }

  @ParameterizedTest
  @CsvSource({"1,customers", "1,public.customers", "0,customers", "0,public.customers"})
  void aNewMaskHoldsForStatementsPreparedBefore(int prepareThreshold, String table)
      throws SQLException {
    Relation masked = shop.bundle().relations().getFirst();
    Bundle before =
        TestBundles.withRelations(
            shop.bundle(),
            List.of(
                new Relation(
                    masked.schema(),
                    masked.name(),
                    null,
                    false,
                    masked.privileges(),
                    masked.columns())));
    shop.asSuperuser(
        """
        GRANT SELECT ON public.customers TO %1$s;
        ALTER VIEW %1$s.customers RENAME TO customers_away;
        """
            .formatted(shop.group()));
    gate.grant().apply(before);
    try (Connection connection = gate.connect("&prepareThreshold=" + prepareThreshold);
        PreparedStatement select =
            connection.prepareStatement("SELECT ssn FROM %s WHERE id = ?".formatted(table))) {
      for (int round = 0; round < 3; round++) {
        assertThat(one(select)).isEqualTo("CANARY7");
      }
      connection.setAutoCommit(false);
      shop.asSuperuser(
          """
          ALTER VIEW %1$s.customers_away RENAME TO customers;
          REVOKE SELECT ON public.customers FROM %1$s;
          GRANT SELECT (id, name) ON public.customers TO %1$s;
          """
              .formatted(shop.group()));
      gate.grant().apply(shop.bundle());
      for (int round = 0; round < 3; round++) {
        assertThat(one(select)).isEqualTo("***7");
      }
      connection.rollback();
    }
  }

  @Test
  void aStatementThatShowsOtherColumnsIsPreparedAgainByTheDriver() throws SQLException {
    Relation customers = shop.bundle().relations().getFirst();
    try (Connection connection = gate.connect("&prepareThreshold=1");
        PreparedStatement select =
            connection.prepareStatement("SELECT * FROM customers WHERE id = 7")) {
      assertThat(columns(select)).containsExactly("id", "name", "ssn");
      assertThat(columns(select)).containsExactly("id", "name", "ssn");
      shop.asSuperuser(
          """
          DROP VIEW %1$s.customers;
          CREATE VIEW %1$s.customers AS SELECT id, name FROM public.customers;
          GRANT SELECT ON %1$s.customers TO %1$s;
          """
              .formatted(shop.group()));
      gate.grant()
          .apply(
              TestBundles.withRelations(
                  shop.bundle(),
                  List.of(
                      new Relation(
                          "public",
                          "customers",
                          shop.group(),
                          false,
                          customers.privileges(),
                          customers.columns().subList(0, 2)))));
      assertThat(columns(select)).containsExactly("id", "name");
    }
  }

  @Test
  void identityAtStartupIsRefused() {
    for (String options :
        List.of(
            "&options=-c%20role%3Dpostgres",
            "&options=--session-authorization%3Dpostgres",
            "&options=-crole%3Dpostgres",
            "&replication=database&assumeMinServerVersion=15&preferQueryMode=simple",
            "&options=-d%205")) {
      assertThatThrownBy(() -> gate.connect(options)).as(options).hasMessageContaining("SLU-G04");
    }
    assertState(
        () ->
            java.sql.DriverManager.getConnection(
                gate.url("").replace(shop.database().name(), "elsewhere")),
        "3D000",
        "this gate does not lead to the database \"elsewhere\" [SLU-G03]",
        "");
  }

  @Test
  void settingsAtStartupGoOn() throws SQLException {
    try (Connection connection =
        gate.connect("&options=-c%20work_mem%3D5MB%20--geqo%3Doff&currentSchema=public")) {
      assertThat(one(connection, "SHOW work_mem")).isEqualTo("5MB");
      assertThat(one(connection, "SHOW geqo")).isEqualTo("off");
      assertThat(one(connection, "SELECT ssn FROM customers WHERE id = 7")).isEqualTo("***7");
      assertThat(one(connection, "SELECT current_user")).isEqualTo(shop.group());
    }
  }

  @Test
  void identityWithinASessionIsRefused() throws SQLException {
    try (Connection connection = gate.connect()) {
      for (String text :
          List.of(
              "SET ROLE NONE",
              "RESET ROLE",
              "SET LOCAL ROLE postgres",
              "SET SESSION AUTHORIZATION DEFAULT",
              "RESET SESSION AUTHORIZATION",
              "SELECT set_config('role', 'none', false)",
              "SELECT pg_catalog.set_config(lower('ROLE'), 'none', false)",
              "ALTER ROLE CURRENT_USER SET search_path = public")) {
        assertThatThrownBy(() -> execute(connection, text))
            .as(text)
            .hasMessageContaining("SLU-S02");
        assertThat(one(connection, "SELECT current_user")).isEqualTo(shop.group());
      }
      execute(connection, "SELECT set_config('app.tenant', 'x', false)");
      assertThat(one(connection, "SHOW app.tenant")).isEqualTo("x");
    }
  }

  @Test
  void newConnectionsUseTheNewestCredentialAndOpenOnesGoOn() throws Exception {
    List<CompletableFuture<Integer>> loads = new ArrayList<>();
    CompletableFuture<Void> stop = new CompletableFuture<>();
    for (int client = 0; client < 3; client++) {
      boolean pooled = client == 0;
      loads.add(CompletableFuture.supplyAsync(() -> load(stop, pooled), THREADS));
    }
    for (int rotation = 0; rotation < 6; rotation++) {
      String suffix = rotation % 2 == 0 ? "b" : "a";
      long before = gate.spooledBytes();
      gate.grant().use(shop.credential(suffix));
      shop.asSuperuser("ALTER ROLE %s_%s VALID UNTIL 'infinity'".formatted(shop.group(), suffix));
      await().until(() -> gate.spooledBytes() > before + 50_000);
    }
    stop.complete(null);
    for (CompletableFuture<Integer> load : loads) {
      assertThat(load.join()).isPositive();
    }
    assertThat(gate.events().stream().filter(event -> event.sqlState() != null)).isEmpty();
  }

  @Test
  void aRefusedCredentialIsReplacedOnTheSpot() throws SQLException {
    shop.asSuperuser("ALTER ROLE %s_a PASSWORD 'changed'".formatted(shop.group()));
    assertThatThrownBy(gate::connect).hasMessageContaining("SLU-G08");
    gate.grant().onCredentialRefused(() -> gate.grant().use(shop.credential("b")));
    try (Connection connection = gate.connect()) {
      assertThat(one(connection, "SELECT session_user")).endsWith("_b");
    }
  }

  private int load(CompletableFuture<Void> stop, boolean pooled) {
    int done = 0;
    try {
      while (!stop.isDone()) {
        try (Connection connection = gate.connect()) {
          do {
            assertThat(one(connection, "SELECT count(*) FROM orders")).isEqualTo("100");
            done++;
          } while (pooled && !stop.isDone());
        }
      }
    } catch (SQLException failure) {
      throw new CompletionException(failure);
    }
    return done;
  }

  private void awaitRunning(String part) {
    await().until(() -> shop.running(part) == 1);
  }

  private void awaitNotRunning(String part) {
    await().until(() -> shop.running(part) == 0);
  }

  private static CompletableFuture<String> inBackground(Connection connection, String text) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return one(connection, text);
          } catch (SQLException failure) {
            throw new CompletionException(failure);
          }
        },
        THREADS);
  }

  private static void assertState(
      ThrowingCallable call, String sqlState, String message, String detail) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PSQLException.class,
            failure -> {
              assertThat(failure.getSQLState()).isEqualTo(sqlState);
              var error = Objects.requireNonNull(failure.getServerErrorMessage());
              assertThat(error.getMessage()).isEqualTo(message);
              if (!detail.isEmpty()) {
                assertThat(error.getDetail()).isEqualTo(detail);
              }
              assertThat(error.getHint()).isNotEmpty();
            });
  }

  private static List<String> columns(PreparedStatement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery()) {
      List<String> columns = new ArrayList<>();
      for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
        columns.add(result.getMetaData().getColumnName(column));
      }
      return columns;
    }
  }

  private static void execute(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  private static String one(Connection connection, String text) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(text)) {
      return one(statement.executeQuery());
    }
  }

  private static String one(PreparedStatement statement) throws SQLException {
    statement.setInt(1, 7);
    return one(statement.executeQuery());
  }

  private static String one(ResultSet result) throws SQLException {
    try (result) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }
}
