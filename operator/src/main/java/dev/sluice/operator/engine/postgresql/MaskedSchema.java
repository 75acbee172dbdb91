package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.plan.RoleNames;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The schema with the masked views of one plan, which has the name of the plan's holder. */
final class MaskedSchema {
  private static final Pattern STATE =
      Pattern.compile("\\[hash=([0-9a-f]{64}) shown=([0-9a-f]{64}) owner=([A-Z,]+)]");

  /** Tries for a lock; between them sessions that idle in its way are ended. */
  private static final int LOCK_TRIES = 10;

  private final Session session;
  private final String name;

  MaskedSchema(Session session, String name) {
    this.session = session;
    this.name = name;
  }

  /** A relation in the schema as it was found. */
  private record Found(
      String name,
      String kind,
      String owner,
      List<String> options,
      String comment,
      String definition,
      boolean rules) {

    /** The hash of what it was made from; null where it is not known. */
    @Nullable String hash() {
      Matcher matcher = STATE.matcher(comment);
      return matcher.find() ? matcher.group(1) : null;
    }

    /** Whether it is what was made. */
    boolean intact(MaskedView wanted) {
      Matcher matcher = STATE.matcher(comment);
      return kind.equals("v")
          && owner.equals(RoleNames.OWNER)
          && options.equals(wanted.options())
          && !rules
          && matcher.find()
          && matcher.group(2).equals(MaskedView.hash(definition));
    }
  }

  boolean exists() throws SQLException {
    return session.any("SELECT FROM pg_catalog.pg_namespace WHERE nspname = ?", name);
  }

  /**
   * Makes the schema, or puts its owner right.
   *
   * @return whether it was there
   */
  boolean ensure(List<String> mended) throws SQLException {
    List<String> owners =
        session.query(
            "SELECT pg_catalog.pg_get_userbyid(nspowner) FROM pg_catalog.pg_namespace WHERE nspname"
                + " = ?",
            row -> row.getString(1),
            name);
    if (owners.isEmpty()) {
      session.run(
          "CREATE SCHEMA %s AUTHORIZATION %s".formatted(Sql.name(name), Sql.name(RoleNames.OWNER)));
      session.asOwner(
          () ->
              session.run(
                  "COMMENT ON SCHEMA %s IS %s"
                      .formatted(
                          Sql.name(name),
                          Sql.literal(
                              "Sluice: what sessions see that run as members of role %s. Changes are undone."
                                  .formatted(name)))));
      return false;
    }
    if (!owners.getFirst().equals(RoleNames.OWNER)) {
      session.run(
          "ALTER SCHEMA %s OWNER TO %s".formatted(Sql.name(name), Sql.name(RoleNames.OWNER)));
      mended.add(
          "Schema %s had been given to %s: it was taken back".formatted(name, owners.getFirst()));
    }
    return true;
  }

  void drop() throws SQLException {
    locking("DROP SCHEMA IF EXISTS %s CASCADE".formatted(Sql.name(name)));
  }

  /**
   * Runs a statement that locks views, as the owner. A session that has read a view and sits idle
   * in its transaction holds a lock for as long as it likes, and while a mask waits for that, so
   * does every other reader: it is ended. Statements that run are waited for.
   */
  private void locking(String statement) throws SQLException {
    int left = LOCK_TRIES;
    while (true) {
      try {
        session.attemptBriefly(() -> session.asOwner(() -> session.run(statement)));
        return;
      } catch (SQLException e) {
        left--;
        if (left == 0 || !ServerErrors.LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
          throw e;
        }
        for (String login : logins()) {
          endIdle(login);
        }
      }
    }
  }

  /** Logins whose sessions hold a lock on one of the views. */
  private List<String> logins() throws SQLException {
    session.run("SELECT pg_catalog.pg_stat_clear_snapshot()");
    return session.query(
        """
        SELECT DISTINCT a.usename
        FROM pg_catalog.pg_locks l
        JOIN pg_catalog.pg_class c ON c.oid = l.relation
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        JOIN pg_catalog.pg_shdescription d
          ON d.objoid = a.usesysid AND d.classoid = 'pg_catalog.pg_authid'::regclass
        WHERE n.nspname = ? AND l.granted AND starts_with(d.description, ?)
          AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        """,
        row -> row.getString(1),
        name,
        Logins.COMMENT);
  }

  /** As the login itself, which on every server may look at its own sessions and end them. */
  private void endIdle(String login) throws SQLException {
    Membership.ensure(session, login);
    session.run("SELECT pg_catalog.pg_stat_clear_snapshot()");
    if (!session.superuser()) {
      session.run("SET LOCAL ROLE " + Sql.name(login));
    }
    session.query(
        """
        SELECT pg_catalog.pg_terminate_backend(a.pid, 5000)
        FROM pg_catalog.pg_stat_activity a
        WHERE a.usename = ? AND a.state LIKE 'idle in transaction%'
          AND EXISTS (SELECT FROM pg_catalog.pg_locks l
                      JOIN pg_catalog.pg_class c ON c.oid = l.relation
                      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                      WHERE l.pid = a.pid AND l.granted AND n.nspname = ?
                        AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
        """,
        row -> true, login, name);
    session.run("RESET ROLE");
  }

  /** What the schema was found to hold. */
  static final class Present {
    private final List<Found> found;

    private Present(List<Found> found) {
      this.found = found;
    }

    /** Names. */
    Set<String> names() {
      return found.stream().map(Found::name).collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /**
   * What the schema holds.
   *
   * @param only names to look for; null: everything
   */
  Present present(@Nullable Set<String> only) throws SQLException {
    return new Present(only != null && only.isEmpty() ? List.of() : found(only));
  }

  /**
   * Makes the views as wanted.
   *
   * @param views the wanted ones
   * @param present what is there
   * @param mended receives a sentence for each view that somebody had changed
   * @return whether anything was changed
   */
  boolean apply(List<MaskedView> views, Present present, List<String> mended) throws SQLException {
    Map<String, Found> found = new HashMap<>();
    for (Found each : present.found) {
      found.put(each.name(), each);
    }
    boolean changed = false;
    for (MaskedView view : views) {
      Found before = found.remove(view.name().name());
      if (before == null || !view.hash().equals(before.hash()) || !before.intact(view)) {
        if (before != null && view.hash().equals(before.hash())) {
          mended.add("View %s had been changed: it was made again".formatted(view.name()));
        }
        make(view, before);
        changed = true;
      }
    }
    for (Found superfluous : found.values()) {
      remove(superfluous.name(), superfluous.kind());
      changed = true;
    }
    return changed;
  }

  private void make(MaskedView view, @Nullable Found present) throws SQLException {
    boolean replaced = false;
    if (present != null
        && present.kind().equals("v")
        && present.owner().equals(RoleNames.OWNER)
        && !present.rules()) {
      try {
        // Keeps whoever uses the view; the server allows it where columns were only added at the
        // end.
        locking(view.create(true));
        replaced = true;
      } catch (SQLException e) {
        if (!ServerErrors.INVALID_TABLE_DEFINITION.equals(e.getSQLState())) {
          throw e;
        }
      }
    }
    if (!replaced) {
      if (present != null) {
        remove(present.name(), present.kind());
      }
      session.asOwner(() -> session.run(view.create(false)));
    }
    session.asOwner(
        () -> {
          String shown =
              session.one(
                  "SELECT pg_catalog.pg_get_viewdef(?::regclass)",
                  row -> row.getString(1),
                  Sql.name(view.name()));
          session.run(
              "COMMENT ON VIEW %s IS %s"
                  .formatted(
                      Sql.name(view.name()),
                      Sql.literal(
                          "Sluice: what is shown of %s. [hash=%s shown=%s owner=%s]"
                              .formatted(
                                  view.base(),
                                  view.hash(),
                                  MaskedView.hash(shown),
                                  view.ownerPrivileges().stream()
                                      .sorted()
                                      .collect(Collectors.joining(","))))));
        });
  }

  private void remove(String relation, String kind) throws SQLException {
    String type =
        switch (kind) {
          case "v" -> "VIEW";
          case "m" -> "MATERIALIZED VIEW";
          case "f" -> "FOREIGN TABLE";
          case "S" -> "SEQUENCE";
          default -> "TABLE";
        };
    // The schema's owner may drop what others put into it.
    locking("DROP %s %s CASCADE".formatted(type, Sql.name(name, relation)));
  }

  private List<Found> found(@Nullable Set<String> only) throws SQLException {
    return session.query(
        """
        SELECT c.relname, c.relkind::text, pg_catalog.pg_get_userbyid(c.relowner),
               coalesce(c.reloptions, '{}'), coalesce(d.description, ''),
               CASE WHEN c.relkind = 'v' THEN pg_catalog.pg_get_viewdef(c.oid) ELSE '' END,
               EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN')
                 OR EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_description d
          ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
        WHERE n.nspname = ? AND (? OR c.relname = ANY (?)) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend o
                          WHERE o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = c.oid
                            AND o.deptype IN ('a', 'i') AND c.relkind = 'S')
        ORDER BY c.relname
        """,
        row ->
            new Found(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                Arrays.stream((String[]) row.getArray(4).getArray())
                    .sorted()
                    .collect(Collectors.toCollection(ArrayList::new)),
                row.getString(5),
                row.getString(6),
                row.getBoolean(7)),
        name,
        only == null,
        only == null ? Set.of() : only);
  }
}
