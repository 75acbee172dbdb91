package dev.sluice.operator.event;

import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import io.avaje.jsonb.Jsonb;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events in a PostgreSQL database of the control plane's own. Its tables are made with the first
 * use, so that the control plane starts without it.
 */
public final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final Jsonb JSON = Jsonb.instance();
  private static final String UNDEFINED_TABLE = "42P01";

  /** The class of states that are due to a value, such as a character that an encoding lacks. */
  private static final String DATA_EXCEPTION = "22";

  private final DataSource dataSource;
  private volatile boolean migrated;

  /**
   * A ledger.
   *
   * @param dataSource gives connections to its database
   */
  public Ledger(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Takes events, all or none. An event that is there already counts as taken. Gaps in a chain are
   * recorded, never a reason to refuse: evidence with a hole is better than none.
   *
   * @param events in the order of their chains, with ids that are UUIDs
   * @return how many the ledger holds of them now
   * @throws LedgerException where they were not taken
   */
  public int append(List<Event> events) {
    return connected(connection -> append(connection, events));
  }

  /**
   * Finds events.
   *
   * @param query which
   * @return newest first
   * @throws LedgerException where the ledger does not answer
   */
  public List<Event> find(EventQuery query) {
    return connected(connection -> find(connection, query));
  }

  /**
   * How many places there are where a chain does not go on as it should.
   *
   * @return the number
   * @throws LedgerException where the ledger does not answer
   */
  public long gaps() {
    return connected(
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement("SELECT count(*) FROM gaps");
              ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
          }
        });
  }

  /**
   * How many events gates said they lost.
   *
   * @return the number
   * @throws LedgerException where the ledger does not answer
   */
  public long lost() {
    return connected(
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement(
                      "SELECT coalesce(sum(coalesce((document ->> 'lost')::bigint, 1)), 0)::bigint"
                          + " FROM events WHERE type = 'EVENTS_LOST'");
              ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
          }
        });
  }

  private static int append(Connection connection, List<Event> events) throws SQLException {
    connection.setAutoCommit(false);
    try {
      Set<String> known = new HashSet<>(known(connection, events));
      // One order of locking for everybody, so that no two batches wait for each other.
      Map<String, List<Event>> chains = new TreeMap<>();
      for (Event event : events) {
        if (known.add(event.id())) {
          chains.computeIfAbsent(event.chain(), chain -> new ArrayList<>()).add(event);
        }
      }
      for (Map.Entry<String, List<Event>> chain : chains.entrySet()) {
        extend(connection, chain.getKey(), chain.getValue());
      }
      connection.commit();
      return events.size();
    } catch (SQLException | RuntimeException failure) {
      connection.rollback();
      throw failure;
    }
  }

  private static Set<String> known(Connection connection, List<Event> events) throws SQLException {
    Array ids =
        connection.createArrayOf(
            "uuid", events.stream().map(event -> UUID.fromString(event.id())).toArray());
    Set<String> known = new HashSet<>();
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT id FROM events WHERE id = ANY (?)")) {
      statement.setArray(1, ids);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          known.add(rows.getString(1));
        }
      }
    }
    return known;
  }

  private static void extend(Connection connection, String chain, List<Event> events)
      throws SQLException {
    ChainLink link = lock(connection, chain, events.getFirst());
    try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO events (id, chain, sequence, time, type, outcome, access, database,"
                    + " namespace, pod, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)"
                    + " ON CONFLICT (id) DO NOTHING");
        PreparedStatement gaps =
            connection.prepareStatement(
                "INSERT INTO gaps (chain, kind, after_sequence, found_sequence, event)"
                    + " VALUES (?, ?, ?, ?, ?)")) {
      CanonicalEvent canonical = new CanonicalEvent();
      boolean anyGap = false;
      for (Event event : events) {
        ChainLink.Gap gap = link.gapBefore(event, canonical);
        if (gap != null) {
          anyGap = true;
          gaps.setString(1, chain);
          gaps.setString(2, gap.name());
          gaps.setLong(3, link.sequence());
          gaps.setLong(4, event.sequence());
          gaps.setObject(5, UUID.fromString(event.id()));
          gaps.addBatch();
          LOG.warn(
              "chain={} pod={}/{} gap={} after={} found={}",
              chain,
              event.namespace(),
              event.pod(),
              gap,
              link.sequence(),
              event.sequence());
        }
        if (event.type() == Event.Type.EVENTS_LOST) {
          LOG.warn(
              "chain={} pod={}/{} access={} lost={} since={}",
              chain,
              event.namespace(),
              event.pod(),
              event.access(),
              event.lost(),
              event.lostSince());
        }
        insert(insert, event);
        link = link.with(event);
      }
      insert.executeBatch();
      if (anyGap) {
        gaps.executeBatch();
      }
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE chains SET last_sequence = ?, last_hash = ?, last_at = now() WHERE chain ="
                + " ?")) {
      update.setLong(1, link.sequence());
      update.setString(2, link.hash());
      update.setString(3, chain);
      update.executeUpdate();
    }
  }

  private static ChainLink lock(Connection connection, String chain, Event first)
      throws SQLException {
    try (PreparedStatement begin =
        connection.prepareStatement(
            "INSERT INTO chains (chain, namespace, service_account, pod, pod_uid, last_sequence,"
                + " last_hash) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (chain) DO NOTHING")) {
      begin.setString(1, chain);
      begin.setString(2, first.namespace());
      begin.setString(3, first.serviceAccount());
      begin.setString(4, first.pod());
      begin.setString(5, first.podUid());
      begin.setLong(6, ChainLink.START.sequence());
      begin.setString(7, ChainLink.START.hash());
      begin.executeUpdate();
    }
    try (PreparedStatement lock =
        connection.prepareStatement(
            "SELECT pod_uid, last_sequence, last_hash FROM chains WHERE chain = ? FOR UPDATE")) {
      lock.setString(1, chain);
      try (ResultSet rows = lock.executeQuery()) {
        rows.next();
        if (!first.podUid().equals(rows.getString(1))) {
          throw new LedgerException.ForeignChain(chain);
        }
        return new ChainLink(rows.getLong(2), rows.getString(3));
      }
    }
  }

  private static void insert(PreparedStatement insert, Event event) throws SQLException {
    insert.setObject(1, UUID.fromString(event.id()));
    insert.setString(2, event.chain());
    insert.setLong(3, event.sequence());
    insert.setObject(4, OffsetDateTime.ofInstant(event.time(), ZoneOffset.UTC));
    insert.setString(5, event.type().name());
    insert.setString(6, event.outcome().name());
    insert.setString(7, event.access());
    insert.setString(8, event.database());
    insert.setString(9, event.namespace());
    insert.setString(10, event.pod());
    insert.setObject(11, JSON.type(Event.class).toJson(event), Types.OTHER);
    insert.addBatch();
  }

  private static List<Event> find(Connection connection, EventQuery query) throws SQLException {
    StringBuilder text = new StringBuilder("SELECT document::text FROM events WHERE true");
    List<Object> values = new ArrayList<>();
    filter(text, values, "access = ?", query.access());
    filter(text, values, "namespace = ?", query.namespace());
    filter(text, values, "pod = ?", query.pod());
    filter(text, values, "outcome = ?", query.outcome() == null ? null : query.outcome().name());
    filter(text, values, "type = ?", query.type() == null ? null : query.type().name());
    filter(
        text,
        values,
        "time >= ?",
        query.since() == null ? null : OffsetDateTime.ofInstant(query.since(), ZoneOffset.UTC));
    filter(text, values, "(time, id) < (SELECT time, id FROM events WHERE id = ?)", query.before());
    filter(text, values, "document ->> 'traceId' = ?", query.trace());
    filter(text, values, "document -> 'relations' @> to_jsonb(?::text)", query.relation());
    filter(
        text,
        values,
        "(document -> 'columnsRead' @> to_jsonb(?::text)"
            + " OR document -> 'columnsWritten' @> to_jsonb(?::text))",
        query.column());
    if (query.column() != null) {
      values.add(query.column());
    }
    text.append(" ORDER BY time DESC, id DESC LIMIT ?");
    values.add(query.limit());
    List<Event> events = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(text.toString())) {
      for (int index = 0; index < values.size(); index++) {
        statement.setObject(index + 1, values.get(index));
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          events.add(JSON.type(Event.class).fromJson(rows.getString(1)));
        }
      }
    }
    return List.copyOf(events);
  }

  private static void filter(
      StringBuilder text, List<Object> values, String condition, @Nullable Object value) {
    if (value != null) {
      text.append(" AND ").append(condition);
      values.add(value);
    }
  }

  private <T> T connected(Work<T> work) {
    try {
      return attempt(work);
    } catch (SQLException failure) {
      if (UNDEFINED_TABLE.equals(failure.getSQLState())) {
        // Somebody gave the ledger a new, empty database meanwhile.
        migrated = false;
        try {
          return attempt(work);
        } catch (SQLException again) {
          throw problem(again);
        }
      }
      throw problem(failure);
    }
  }

  private <T> T attempt(Work<T> work) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      if (!migrated) {
        LedgerSchema.migrate(connection);
        migrated = true;
      }
      connection.setAutoCommit(true);
      return work.with(connection);
    }
  }

  private static LedgerException problem(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    if (state.startsWith(DATA_EXCEPTION)) {
      return new LedgerException.Unkeepable(
          "The ledger's database cannot keep a value (SQLSTATE %s).".formatted(state), failure);
    }
    return new LedgerException.Unavailable(
        "The ledger's database failed (SQLSTATE %s).".formatted(state), failure);
  }

  @FunctionalInterface
  private interface Work<T> {
    T with(Connection connection) throws SQLException;
  }
}
