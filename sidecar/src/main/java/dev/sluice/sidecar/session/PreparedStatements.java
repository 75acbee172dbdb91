package dev.sluice.sidecar.session;

import dev.sluice.policy.event.Parameter;
import dev.sluice.policy.statement.Estimates;
import dev.sluice.sidecar.statement.Effects;
import dev.sluice.sidecar.statement.TextKey;
import dev.sluice.sidecar.statement.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements and portals of a session, by name, as far as the protocol makes them. A
 * message changes them when it is read; what the server skips or fails at is undone.
 */
final class PreparedStatements {
  private static final int MANY = 1000;
  private static final TextKey UNNAMED = new TextKey().copy();

  private final HandleRoom room;
  private final Map<TextKey, Change> statements = new HashMap<>();
  private final Map<TextKey, Change> portals = new HashMap<>();

  /**
   * None.
   *
   * @param room where they are held, with those of other sessions
   */
  PreparedStatements(HandleRoom room) {
    this.room = room;
  }

  /**
   * A prepared statement.
   *
   * @param verdict on its text, under the terms of when it was prepared
   * @param parameterTypes the end of its Parse message: how many types are given, and these
   * @param parameters of a portal, the values that were bound, as far as they are told; null:
   *     nothing is
   * @param held where the verdict is held; null: not yet
   * @param returned of a portal, the rows that it has returned; null: it is none
   * @param estimates of a portal, how many rows it is expected to change; null: it was not asked
   * @param shape what its columns are, once it was described; null: nobody asks
   * @param formats of a portal, in which formats its columns are; null: it is not known
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Prepared(
      Verdict verdict,
      byte[] parameterTypes,
      @Nullable List<Parameter> parameters,
      HandleRoom.@Nullable Held held,
      @Nullable RowCount returned,
      @Nullable Estimates estimates,
      @Nullable ResultShape shape,
      int @Nullable [] formats) {
    /** A statement to which nothing is bound yet. */
    Prepared(Verdict verdict, byte[] parameterTypes) {
      this(verdict, parameterTypes, null, null, null, null, null, null);
    }

    /** A portal of it. */
    Prepared with(
        @Nullable List<Parameter> values,
        @Nullable Estimates expected,
        int @Nullable [] resultFormats) {
      return new Prepared(
          verdict, parameterTypes, values, held, new RowCount(), expected, shape, resultFormats);
    }

    /** The same, whose columns are kept somewhere. */
    Prepared describedBy(ResultShape described) {
      return new Prepared(
          verdict, parameterTypes, parameters, held, returned, estimates, described, formats);
    }

    private Prepared in(HandleRoom room) {
      HandleRoom.Held known = held;
      if (known != null) {
        room.holdAgain(known);
        return this;
      }
      HandleRoom.Held found = room.hold(verdict);
      return new Prepared(
          found.verdict(), parameterTypes, parameters, found, returned, estimates, shape, formats);
    }
  }

  /**
   * What a message made of a name. Changes of the same name that are under way form a chain, so
   * that one within it can be taken out.
   */
  static final class Change {
    private final Map<TextKey, Change> names;
    private final TextKey name;
    private final @Nullable Prepared after;
    private @Nullable Change older;
    private @Nullable Change newer;
    private boolean settled;
    private boolean released;

    private Change(Map<TextKey, Change> names, TextKey name, @Nullable Prepared after) {
      this.names = names;
      this.name = name;
      this.after = after;
    }
  }

  private Change change(Map<TextKey, Change> names, TextKey name, @Nullable Prepared prepared) {
    TextKey kept = name.length() == 0 ? UNNAMED : name.copy();
    Prepared after = prepared == null ? null : prepared.in(room);
    room.hold(kept);
    if (after != null) {
      room.hold(after.parameters());
    }
    Change change = new Change(names, kept, after);
    Change older = names.put(kept, change);
    change.older = older;
    if (older != null) {
      older.newer = change;
    }
    return change;
  }

  /** Whether there is room for one more statement or portal. */
  boolean hasRoomFor(TextKey name) {
    return room.hasRoomFor(name);
  }

  /** It is over: nothing is held any more. */
  void end() {
    for (Map<TextKey, Change> names : List.of(statements, portals)) {
      names.values().forEach(this::releaseAll);
      names.clear();
    }
  }

  private void releaseAll(Change newest) {
    for (Change change = newest; change != null; change = change.older) {
      release(change);
    }
  }

  private void release(Change change) {
    if (!change.released) {
      change.released = true;
      room.release(change.name);
      if (change.after != null) {
        HandleRoom.Held held = change.after.held();
        if (held != null) {
          room.release(held);
        }
        room.release(change.after.parameters());
      }
    }
  }

  Change prepare(TextKey name, Prepared prepared) {
    return change(statements, name, prepared);
  }

  Change closeStatement(TextKey name) {
    return change(statements, name, null);
  }

  /** Binds a portal to a statement; null: to one that is not known. */
  Change bind(TextKey portal, @Nullable Prepared prepared) {
    return change(portals, portal, prepared);
  }

  Change closePortal(TextKey name) {
    return change(portals, name, null);
  }

  /** What every Query message does. */
  List<Change> dropUnnamed() {
    List<Change> changes = new ArrayList<>(2);
    for (Map<TextKey, Change> names : List.of(statements, portals)) {
      if (names.containsKey(UNNAMED)) {
        changes.add(change(names, UNNAMED, null));
      }
    }
    return changes;
  }

  /** What SQL makes of names: they are not what a Parse message made of them any more. */
  List<Change> takeOver(Effects effects) {
    if (!effects.everyHandle() && effects.handles().isEmpty()) {
      return List.of();
    }
    List<Change> changes = new ArrayList<>();
    if (effects.everyHandle()) {
      for (TextKey name : List.copyOf(statements.keySet())) {
        if (name.length() > 0) {
          changes.add(change(statements, name, null));
        }
      }
    }
    for (String handle : effects.handles()) {
      byte[] bytes = handle.getBytes(StandardCharsets.UTF_8);
      TextKey name = new TextKey().at(bytes, 0, bytes.length);
      if (statements.containsKey(name)) {
        changes.add(change(statements, name, null));
      }
    }
    return changes;
  }

  /** Undoes changes that the server did not make, from the last to the first. */
  void undo(List<Change> changes) {
    for (Change change : changes.reversed()) {
      release(change);
      Change older = change.older;
      Change newer = change.newer;
      if (newer != null) {
        newer.older = older;
      } else if (older == null) {
        change.names.remove(change.name, change);
      } else {
        change.names.replace(change.name, change, older);
      }
      if (older != null) {
        older.newer = newer;
        forgetIfNothing(older);
      }
    }
  }

  /** Takes note that the server made changes, which are not undone any more. */
  void settle(List<Change> changes) {
    // Hardly ever more than one, and often: an iterator would be garbage.
    for (int index = 0; index < changes.size(); index++) {
      Change change = changes.get(index);
      change.settled = true;
      Change older = change.older;
      if (older != null) {
        releaseAll(older);
      }
      change.older = null;
      forgetIfNothing(change);
    }
  }

  private void forgetIfNothing(Change change) {
    if (change.settled && change.after == null && change.newer == null) {
      release(change);
      change.names.remove(change.name, change);
    }
  }

  @Nullable Prepared statement(TextKey name) {
    Change change = statements.get(name);
    return change == null ? null : change.after;
  }

  @Nullable Prepared portal(TextKey name) {
    Change change = portals.get(name);
    return change == null ? null : change.after;
  }

  /** What a portal of a name has returned; null: there is none. */
  @Nullable RowCount returned(String portal) {
    byte[] bytes = portal.getBytes(StandardCharsets.UTF_8);
    Prepared known = portal(new TextKey().at(bytes, 0, bytes.length));
    return known == null ? null : known.returned();
  }

  /**
   * Portals end with their transaction. They are forgotten only when they are many. Those that the
   * server has not answered yet belong to a later one.
   */
  void transactionEnded() {
    if (portals.size() > MANY) {
      portals
          .values()
          .removeIf(
              change -> {
                if (change.settled) {
                  releaseAll(change);
                }
                return change.settled;
              });
    }
  }

  /** How many names there are. */
  int size() {
    return statements.size() + portals.size();
  }
}
