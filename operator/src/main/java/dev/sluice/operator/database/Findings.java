package dev.sluice.operator.database;

import dev.sluice.operator.engine.Exposure;
import dev.sluice.policy.plan.PlanProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What reconciling one kind of resource finds out about another: ways around masks that an access
 * opens belong to its Database, faults of a masking policy in view of a Database belong to the
 * policy. Whoever is concerned is told of changes.
 */
public final class Findings {
  private final Map<DatabaseKey, Map<String, List<Exposure>>> exposures = new ConcurrentHashMap<>();
  private final Map<DatabaseKey, List<PlanProblem>> policyProblems = new ConcurrentHashMap<>();
  private final List<Consumer<DatabaseKey>> databaseListeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> policyListeners = new CopyOnWriteArrayList<>();

  /**
   * Tells somebody when the exposures of a Database change.
   *
   * @param listener who is told
   */
  public void onDatabase(Consumer<DatabaseKey> listener) {
    databaseListeners.add(listener);
  }

  /**
   * Tells somebody when the problems of a masking policy change.
   *
   * @param listener who is told, with the policy's name
   */
  public void onPolicy(Consumer<String> listener) {
    policyListeners.add(listener);
  }

  /**
   * Takes what an access opens.
   *
   * @param database the Database
   * @param access {@code namespace/name}
   * @param found ways around masks; empty: none, or the access is gone
   */
  public void exposures(DatabaseKey database, String access, List<Exposure> found) {
    Map<String, List<Exposure>> known =
        exposures.computeIfAbsent(database, key -> new ConcurrentHashMap<>());
    List<Exposure> before =
        found.isEmpty() ? known.remove(access) : known.put(access, List.copyOf(found));
    if (!found.equals(before == null ? List.of() : before)) {
      databaseListeners.forEach(listener -> listener.accept(database));
    }
  }

  /**
   * Ways around masks that the accesses of a Database open, each once.
   *
   * @param database the Database
   */
  public List<Exposure> exposures(DatabaseKey database) {
    return exposures.getOrDefault(database, Map.of()).values().stream()
        .flatMap(List::stream)
        .distinct()
        .sorted((one, other) -> one.object().compareTo(other.object()))
        .toList();
  }

  /**
   * Takes what is wrong with masking policies in view of a Database.
   *
   * @param database the Database
   * @param found the problems; empty: none, or the Database is gone
   */
  public void policyProblems(DatabaseKey database, List<PlanProblem> found) {
    List<PlanProblem> before =
        found.isEmpty()
            ? policyProblems.remove(database)
            : policyProblems.put(database, List.copyOf(found));
    List<PlanProblem> known = before == null ? List.of() : before;
    if (!found.equals(known)) {
      Set<String> concerned = new HashSet<>();
      known.forEach(problem -> concerned.add(problem.name()));
      found.forEach(problem -> concerned.add(problem.name()));
      concerned.forEach(policy -> policyListeners.forEach(listener -> listener.accept(policy)));
    }
  }

  /**
   * What is wrong with a masking policy.
   *
   * @param policy its name
   */
  public List<PlanProblem> policyProblems(String policy) {
    List<PlanProblem> problems = new ArrayList<>();
    policyProblems.values().stream()
        .flatMap(List::stream)
        .filter(problem -> problem.name().equals(policy))
        .forEach(problems::add);
    problems.sort(
        (one, other) -> (one.field() + one.message()).compareTo(other.field() + other.message()));
    return List.copyOf(problems);
  }
}
