package dev.sluice.operator.database;

import dev.sluice.policy.discovery.ClassSuggestion;
import dev.sluice.policy.plan.PendingClassification;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What was found last in each Database, in full. Whoever is concerned is told of changes. */
public final class Discoveries {
  private final Map<DatabaseKey, Found> found = new ConcurrentHashMap<>();
  private final List<Consumer<DatabaseKey>> listeners = new CopyOnWriteArrayList<>();

  private record Found(PendingClassification pending, boolean watched) {}

  /**
   * Tells somebody when what is pending in a Database changes.
   *
   * @param listener who is told
   */
  public void onChange(Consumer<DatabaseKey> listener) {
    listeners.add(listener);
  }

  /**
   * Takes what was found.
   *
   * @param database the Database
   * @param pending on what somebody has yet to decide
   * @param watched whether the database notes changes of its schema
   */
  public void publish(DatabaseKey database, PendingClassification pending, boolean watched) {
    tell(database, found.put(database, new Found(pending, watched)), pending);
  }

  /**
   * Forgets what was found.
   *
   * @param database the Database
   */
  public void forget(DatabaseKey database) {
    Found before = found.remove(database);
    if (before != null) {
      tell(database, before, PendingClassification.NOTHING);
    }
  }

  private void tell(DatabaseKey database, @Nullable Found before, PendingClassification now) {
    if (before == null
        || !before.pending().suggestions().equals(now.suggestions())
        || !before.pending().unexamined().equals(now.unexamined())) {
      listeners.forEach(listener -> listener.accept(database));
    }
  }

  /**
   * Whether a database notes changes of its schema.
   *
   * @param database the Database
   */
  public boolean isWatched(DatabaseKey database) {
    Found known = found.get(database);
    return known != null && known.watched();
  }

  /**
   * Columns with a proposed class that nobody has decided on.
   *
   * @param database the Database
   * @return the likeliest first; null: nobody looks, or nobody has looked yet
   */
  public @Nullable List<ClassSuggestion> suggestions(DatabaseKey database) {
    Found known = found.get(database);
    return known == null ? null : known.pending().suggestions();
  }
}
