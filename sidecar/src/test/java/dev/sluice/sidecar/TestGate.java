package dev.sluice.sidecar;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.statement.SessionFacts;
import dev.sluice.sidecar.session.ClientTls;
import dev.sluice.sidecar.session.Entrance;
import dev.sluice.sidecar.session.Grant;
import dev.sluice.sidecar.session.Hub;
import dev.sluice.sidecar.spool.Spool;
import dev.sluice.sidecar.spool.Witness;
import dev.sluice.sql.postgres.Limits;
import dev.sluice.sql.postgres.SqlAnalyzer;
import dev.sluice.sql.postgres.grammar.PgQueryLibrary;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A gate in this process, in front of a {@link GovernedShop}, without a control plane. */
public final class TestGate implements AutoCloseable {
  private static final SqlAnalyzer ANALYZER =
      new SqlAnalyzer(PgQueryLibrary.load(), Limits.DEFAULT);

  private final Path directory;
  private final Spool spool;
  private final Hub hub;
  private final Grant grant;
  private final Entrance entrance;
  private final String database;

  /** Opens one for a bundle, with login {@code a}. */
  public TestGate(GovernedShop shop, Bundle bundle) {
    this(shop, bundle, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
  }

  /** Opens one at an address, with TLS for clients. */
  public TestGate(
      GovernedShop shop, Bundle bundle, SocketAddress address, @Nullable ClientTls tls) {
    database = bundle.target().database();
    try {
      directory = Files.createTempDirectory("sluice-gate-test");
      spool =
          new Spool(
              directory,
              new Witness("shop", "shop-api", "shop-api-1", "uid-1"),
              64 * 1024 * 1024,
              OutputStream.nullOutputStream(),
              System.err::println);
      hub = new Hub(spool, System.err::println);
      Thread.ofPlatform().daemon().stackSize(Hub.STACK_BYTES).name("relay").start(hub);
      grant =
          new Grant(
              "shop/orders",
              () -> ANALYZER,
              new SecureRandom(),
              new SessionFacts("shop-api", "shop-api-1", "", "", ""),
              Clock.systemUTC());
      grant.apply(bundle);
      grant.use(shop.credential("a"));
      entrance =
          new Entrance(
              grant,
              address,
              tls,
              hub,
              spool,
              Clock.systemUTC(),
              Thread.ofPlatform().daemon().factory(),
              System.err::println);
      entrance.open();
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Its grant. */
  public Grant grant() {
    return grant;
  }

  /** Its port's owner. */
  public Entrance entrance() {
    return entrance;
  }

  /** Its port. */
  public int port() {
    return entrance.port();
  }

  /** The JDBC URL of the database through the gate, with options for the driver. */
  public String url(String options) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=app%s".formatted(port(), database, options);
  }

  /** Connects through the gate, as an application does. */
  public Connection connect() throws SQLException {
    return connect("");
  }

  /** Connects through the gate, with options for the driver. */
  public Connection connect(String options) throws SQLException {
    return DriverManager.getConnection(url(options));
  }

  /** All events so far, in order; each has been verified against the one before. */
  public List<Event> events() {
    try (Stream<Path> files = Files.list(directory)) {
      List<Event> events =
          files
              .sorted()
              .flatMap(TestGate::lines)
              .map(line -> Jsonb.instance().type(Event.class).fromJson(line))
              .toList();
      CanonicalEvent canonical = new CanonicalEvent();
      String previous = "0".repeat(64);
      for (Event event : events) {
        if (!canonical.isIntact(event) || !event.previousHash().equals(previous)) {
          throw new AssertionError("the chain is broken at " + event);
        }
        previous = event.hash();
      }
      return events;
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Bytes of all events so far. */
  public long spooledBytes() {
    return spool.held();
  }

  /** The events of statements. */
  public List<Event> statements() {
    return events().stream().filter(event -> event.type() == Event.Type.STATEMENT).toList();
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    entrance.close();
    hub.close();
    spool.close();
  }
}
