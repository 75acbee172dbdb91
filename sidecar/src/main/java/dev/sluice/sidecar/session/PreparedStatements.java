package dev.sluice.sidecar.session;

import dev.sluice.sidecar.statement.TextKey;
import dev.sluice.sidecar.statement.Verdict;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The prepared statements and portals of a session, by name, as far as the protocol makes them. */
final class PreparedStatements {
  private static final int MANY = 1000;

  private final Map<TextKey, Prepared> statements = new ConcurrentHashMap<>();
  private final Map<TextKey, Prepared> portals = new ConcurrentHashMap<>();
  private volatile @Nullable Prepared unnamed;
  private volatile @Nullable Prepared unnamedPortal;

  /**
   * A prepared statement.
   *
   * @param verdict on its text, under the terms of when it was prepared
   * @param parameterTypes the end of its Parse message: how many types are given, and these
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Prepared(Verdict verdict, byte[] parameterTypes) {}

  /**
   * What a Parse message changed.
   *
   * @param name the statement's name, a copy
   * @param after what it is if all goes well
   * @param before what it was; null: nothing
   */
  record Change(TextKey name, Prepared after, @Nullable Prepared before) {}

  Change prepare(TextKey name, Prepared prepared) {
    TextKey kept = name.copy();
    if (kept.length() == 0) {
      Change change = new Change(kept, prepared, unnamed);
      unnamed = prepared;
      return change;
    }
    return new Change(kept, prepared, statements.put(kept, prepared));
  }

  /** Undoes a change, unless there was another one since. */
  void undo(Change change) {
    Prepared before = change.before();
    if (change.name().length() == 0) {
      if (change.after().equals(unnamed)) {
        unnamed = before;
      }
    } else if (before == null) {
      statements.remove(change.name(), change.after());
    } else {
      statements.replace(change.name(), change.after(), before);
    }
  }

  @Nullable Prepared statement(TextKey name) {
    return name.length() == 0 ? unnamed : statements.get(name);
  }

  void bind(TextKey portal, @Nullable Prepared prepared) {
    if (portal.length() == 0) {
      unnamedPortal = prepared;
    } else if (prepared == null) {
      portals.remove(portal);
    } else {
      portals.put(portal.copy(), prepared);
    }
  }

  @Nullable Prepared portal(TextKey name) {
    return name.length() == 0 ? unnamedPortal : portals.get(name);
  }

  void closeStatement(TextKey name) {
    if (name.length() == 0) {
      unnamed = null;
    } else {
      statements.remove(name);
    }
  }

  void closePortal(TextKey name) {
    bind(name, null);
  }

  /** What every Query message does. */
  void dropUnnamed() {
    unnamed = null;
    unnamedPortal = null;
  }

  /**
   * Portals end with their transaction. They are forgotten only when they are many, since the next
   * ones may have been bound before the end of the transaction was known.
   */
  void transactionEnded() {
    if (portals.size() > MANY) {
      portals.clear();
    }
  }
}
