package dev.sluice.operator.engine.postgresql;

import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.plan.RoleNames;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * One connection of the admin. Its search path is empty, so that every name must be qualified and
 * nothing in the database can stand in for what the engine means.
 */
final class Session implements AutoCloseable {
  /** First version with function bodies that are bound when they are made. */
  static final int OLDEST_VERSION = 140000;

  private static final int VERSION_16 = 160000;
  private static final String LOCK_TIMEOUT = "10s";

  /** Whoever comes after a lock that is waited for waits, too: no longer than a person notices. */
  private static final String BRIEF_LOCK_TIMEOUT = "300ms";

  /** The number is Sluice's own, chosen once: "sluice" in ASCII. */
  private static final long LOCK = 126943972909925L;

  private final Connection connection;
  private final AdminConnection admin;
  private final Bundle.Endpoint endpoint;
  private final int version;
  private final String versionText;
  private final boolean superuser;

  Session(Connection connection, AdminConnection admin, Bundle.Endpoint endpoint)
      throws SQLException {
    this.connection = connection;
    this.admin = admin;
    this.endpoint = endpoint;
    run(
        """
        SET search_path = '';
        SET standard_conforming_strings = on;
        SET client_min_messages = warning;
        SET lock_timeout = '%s';
        SET statement_timeout = '120s';
        SET idle_in_transaction_session_timeout = '120s';
        SET row_security = on;
        SET jit = off\
        """
            .formatted(LOCK_TIMEOUT));
    record About(int number, String text, boolean superuser) {}
    About about =
        one(
            """
            SELECT current_setting('server_version_num')::int, current_setting('server_version'),
                   (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
            """,
            row -> new About(row.getInt(1), row.getString(2), row.getBoolean(3)));
    this.version = about.number();
    this.versionText = about.text().split(" ", 2)[0];
    this.superuser = about.superuser();
  }

  /** Reads one row. */
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Takes one row. */
  interface Taker {
    void take(ResultSet row) throws SQLException;
  }

  /** Steps of one transaction. */
  interface Work<T> {
    T run() throws SQLException;
  }

  /** Steps without a result. */
  interface Steps {
    void run() throws SQLException;
  }

  Bundle.Endpoint endpoint() {
    return endpoint;
  }

  /** The version as a number, such as 150018. */
  int version() {
    return version;
  }

  /** The version as people write it, such as {@code 15.18}. */
  String versionText() {
    return versionText;
  }

  boolean superuser() {
    return superuser;
  }

  /** Whether a membership has options of its own, and creating a role gives the right over it. */
  boolean membershipOptions() {
    return version >= VERSION_16;
  }

  String user() {
    return admin.user();
  }

  String database() {
    return admin.database();
  }

  /** Runs statements; names and values in them are quoted by {@link Sql}. */
  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /**
   * Copies one row into a table.
   *
   * @param statement {@code COPY ... FROM STDIN}
   * @param row in the text form of COPY
   */
  void copy(String statement, String row) throws SQLException {
    try {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(statement, new StringReader(row + "\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a statement with values. */
  void update(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = prepared(sql, values)) {
      statement.execute();
    }
  }

  /** All rows of a query. */
  <T> List<T> query(String sql, Reader<T> reader, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = prepared(sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<T> all = new ArrayList<>();
      while (rows.next()) {
        all.add(reader.read(rows));
      }
      return all;
    }
  }

  /** Takes one row of a query after the other, within a transaction, a few at once. */
  void each(String sql, int atOnce, Taker taker) throws SQLException {
    try (PreparedStatement statement = prepared(sql)) {
      statement.setFetchSize(atOnce);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          taker.take(rows);
        }
      }
    }
  }

  /** The only row of a query. */
  <T> T one(String sql, Reader<T> reader, @Nullable Object... values) throws SQLException {
    return query(sql, reader, values).getFirst();
  }

  /** Whether a query of one boolean says true. */
  boolean holds(String sql, @Nullable Object... values) throws SQLException {
    return one(sql, row -> row.getBoolean(1), values);
  }

  /** Whether a query has rows. */
  boolean any(String sql, @Nullable Object... values) throws SQLException {
    return !query(sql, row -> true, values).isEmpty();
  }

  /** Does all or nothing. */
  <T> T transaction(Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    boolean done = false;
    try {
      T result = work.run();
      connection.commit();
      done = true;
      return result;
    } finally {
      if (!done) {
        connection.rollback();
      }
      connection.setAutoCommit(true);
    }
  }

  /**
   * Does all or nothing, alone as {@link #alone} says, and sees the database as it was when it
   * began, with its own changes: what others commit meanwhile counts as later. The snapshot is
   * taken after the waiting, so the lock is the connection's and goes with it.
   */
  <T> T aloneInSnapshot(Work<T> work) throws SQLException {
    run("SELECT pg_catalog.pg_advisory_lock(%d)".formatted(LOCK));
    return inSnapshot(work);
  }

  /** Does all or nothing, and sees the database as it was when it began. */
  <T> T inSnapshot(Work<T> work) throws SQLException {
    int before = connection.getTransactionIsolation();
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try {
      return transaction(work);
    } finally {
      connection.setTransactionIsolation(before);
    }
  }

  /** Whether the transaction has written anything. */
  boolean wrote() throws SQLException {
    return holds("SELECT pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL");
  }

  /** Does something of which nothing stays. */
  <T> T discarded(Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      return work.run();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** Tries steps within a transaction; where the server refuses, all of them are undone. */
  void attempt(Steps steps) throws SQLException {
    Savepoint before = connection.setSavepoint();
    boolean done = false;
    try {
      steps.run();
      done = true;
      connection.releaseSavepoint(before);
    } finally {
      if (!done) {
        connection.rollback(before);
      }
    }
  }

  /** The same, without waiting long for locks that others hold. */
  void attemptBriefly(Steps steps) throws SQLException {
    attempt(
        () -> {
          run("SET LOCAL lock_timeout = '%s'".formatted(BRIEF_LOCK_TIMEOUT));
          steps.run();
          run("SET LOCAL lock_timeout = '%s'".formatted(LOCK_TIMEOUT));
        });
  }

  /** Does steps as the owner of the masked views, within a transaction. */
  void asOwner(Steps steps) throws SQLException {
    run("SET LOCAL ROLE " + Sql.name(RoleNames.OWNER));
    steps.run();
    run("RESET ROLE");
  }

  /** Reads as the owner of the masked views, within a transaction. */
  <T> T ownerReads(Work<T> work) throws SQLException {
    run("SET LOCAL ROLE " + Sql.name(RoleNames.OWNER));
    T read = work.run();
    run("RESET ROLE");
    return read;
  }

  /**
   * Waits until no other session of the engine works in this database; until the transaction ends
   * it is the only one.
   */
  void alone() throws SQLException {
    run("SELECT pg_catalog.pg_advisory_xact_lock(%d)".formatted(LOCK));
  }

  private PreparedStatement prepared(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int index = 0; index < values.length; index++) {
      Object value = values[index];
      if (value instanceof Collection<?> many) {
        Array array = connection.createArrayOf("text", many.toArray());
        statement.setArray(index + 1, array);
      } else {
        statement.setObject(index + 1, value);
      }
    }
    return statement;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
