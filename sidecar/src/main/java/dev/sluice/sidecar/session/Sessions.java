package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.CancelKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The open sessions of a grant. */
public final class Sessions {
  private final Set<Session> open = ConcurrentHashMap.newKeySet();
  private final Map<CancelKey, Session> byKey = new ConcurrentHashMap<>();

  /** Lets a session in unless there are too many. */
  synchronized boolean enter(Session session, int maximum) {
    return open.size() < maximum && open.add(session);
  }

  void leave(Session session, @Nullable CancelKey key) {
    open.remove(session);
    if (key != null) {
      byKey.remove(key, session);
    }
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
  public Collection<Session> all() {
    return List.copyOf(open);
  }
}
