package dev.sluice.shop.service;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Customers in a hurry: until it is stopped, pooled connections read and write without a break, and
 * another reader opens a connection for each of its statements. Every failure is counted.
 */
final class Load {
  private static final long PAUSE_NANOS = 4_000_000;
  private static final int CUSTOMERS = 1_000;

  private final DataSource pool;
  private final String url;
  private final AtomicLong statements = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();
  private final List<Thread> workers = new ArrayList<>();
  private volatile boolean running;

  /**
   * What has been done since the start.
   *
   * @param running whether it goes on
   * @param statements that succeeded
   * @param connections that were opened by the reader without a pool
   * @param failures of both
   * @param firstFailure what the first one said
   */
  record Counts(
      boolean running,
      long statements,
      long connections,
      long failures,
      @Nullable String firstFailure) {}

  Load(DataSource pool, String url) {
    this.pool = pool;
    this.url = url;
  }

  synchronized void start(int pooledWorkers) {
    stop();
    statements.set(0);
    connections.set(0);
    failures.set(0);
    firstFailure.set(null);
    running = true;
    for (var i = 0; i < pooledWorkers; i++) {
      var offset = i * 37;
      workers.add(Thread.ofPlatform().name("load-" + i).start(() -> usePool(offset)));
    }
    workers.add(Thread.ofPlatform().name("load-connecting").start(this::connectEachTime));
  }

  synchronized void stop() {
    running = false;
    for (var worker : workers) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    workers.clear();
  }

  Counts counts() {
    return new Counts(
        running, statements.get(), connections.get(), failures.get(), firstFailure.get());
  }

  private void usePool(int offset) {
    for (var i = offset; running; i++) {
      var id = 1 + i % CUSTOMERS;
      try (var connection = pool.getConnection()) {
        read(connection, id);
        if (i % 10 == 0) {
          write(connection, id);
        }
      } catch (SQLException e) {
        failed(e);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void connectEachTime() {
    for (var i = 0; running; i++) {
      try (var connection = DriverManager.getConnection(url)) {
        connections.incrementAndGet();
        read(connection, 1 + i % CUSTOMERS);
      } catch (SQLException e) {
        failed(e);
      }
      LockSupport.parkNanos(20 * PAUSE_NANOS);
    }
  }

  private void read(Connection connection, long id) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT c.name, c.email, o.id, o.total FROM customers c LEFT JOIN orders o ON"
                + " o.customer_id = c.id WHERE c.id = ?")) {
      statement.setLong(1, id);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          rows.getString(2);
        }
      }
    }
    statements.incrementAndGet();
  }

  private void write(Connection connection, long id) throws SQLException {
    try (var statement =
        connection.prepareStatement("UPDATE orders SET status = 'shipped' WHERE id = ?")) {
      statement.setLong(1, id);
      statement.executeUpdate();
    }
    statements.incrementAndGet();
  }

  private void failed(SQLException failure) {
    failures.incrementAndGet();
    firstFailure.compareAndSet(null, "%s %s".formatted(failure.getSQLState(), failure));
  }
}
