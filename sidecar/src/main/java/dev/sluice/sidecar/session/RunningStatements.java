package dev.sluice.sidecar.session;

import java.util.HashMap;
import java.util.Map;

/**
 * Which sessions of a grant run statements that rules limit in number. A session counts once,
 * however many of them it has sent: its server runs one at a time.
 */
final class RunningStatements {
  private final Map<String, Map<Session, Integer>> byRule = new HashMap<>();

  /**
   * A session is about to run a statement.
   *
   * @param rule the rule that counts it
   * @param most how many sessions may
   * @return whether it may
   */
  synchronized boolean enter(String rule, Session session, long most) {
    Map<Session, Integer> sessions = byRule.computeIfAbsent(rule, _ -> new HashMap<>());
    if (!sessions.containsKey(session) && sessions.size() >= most) {
      return false;
    }
    sessions.merge(session, 1, Integer::sum);
    return true;
  }

  /** What was entered is over. */
  synchronized void leave(String rule, Session session) {
    Map<Session, Integer> sessions = byRule.get(rule);
    if (sessions != null) {
      sessions.computeIfPresent(session, (_, count) -> count == 1 ? null : count - 1);
      if (sessions.isEmpty()) {
        byRule.remove(rule);
      }
    }
  }

  /** How many sessions run statements that a rule counts. */
  synchronized int count(String rule) {
    Map<Session, Integer> sessions = byRule.get(rule);
    return sessions == null ? 0 : sessions.size();
  }
}
