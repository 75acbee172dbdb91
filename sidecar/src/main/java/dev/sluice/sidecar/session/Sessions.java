package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.CancelKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The open sessions of a grant. */
public final class Sessions {
  private final Set<Session> open = ConcurrentHashMap.newKeySet();
  private final Set<Session> ended = ConcurrentHashMap.newKeySet();
  private final Map<CancelKey, Session> byKey = new ConcurrentHashMap<>();

  /** Lets a session in unless there are too many. */
  synchronized boolean enter(Session session, int maximum) {
    return open.size() < maximum && open.add(session);
  }

  /** Takes a session out of the count; its client may not have read its end. */
  void leave(Session session, @Nullable CancelKey key) {
    if (open.remove(session)) {
      ended.add(session);
    }
    if (key != null) {
      byKey.remove(key, session);
    }
  }

  /** Nothing is left of a session. */
  void forget(Session session) {
    ended.remove(session);
  }

  /** Makes a session findable by the key that its client was told. */
  boolean register(CancelKey key, Session session) {
    return byKey.putIfAbsent(key, session) == null;
  }

  @Nullable Session find(CancelKey key) {
    return byKey.get(key);
  }

  /** How many there are. */
  public int count() {
    return open.size();
  }

  /** Those that are open now. */
  Collection<Session> open() {
    return List.copyOf(open);
  }

  /** Those that are open now, and those whose clients have not gone. */
  Collection<Session> all() {
    List<Session> all = new ArrayList<>(open);
    all.addAll(ended);
    return all;
  }
}
