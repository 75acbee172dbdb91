package dev.sluice.operator.database;

import dev.sluice.operator.engine.Exposure;
import dev.sluice.policy.plan.PlanProblem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What reconciling one kind of resource finds out about another: ways around masks that an access
 * opens belong to its Database, faults of a masking policy in view of a Database belong to the
 * policy. Whoever is concerned is told of changes.
 */
public final class Findings {
  private final Map<DatabaseKey, Map<String, List<Exposure>>> exposures = new ConcurrentHashMap<>();
  private final Map<DatabaseKey, Looked> looked = new ConcurrentHashMap<>();
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
   * Tells somebody when what is known of a masking policy changes.
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
   * What looking at masking policies in view of a Database found out.
   *
   * @param policies which ones were looked at: name, and the version as {@link #version} says it
   * @param schemas the schemas that the Database governs or whose tables its views read
   * @param problems what is wrong with the policies
   */
  public record Looked(
      Map<String, String> policies, Set<String> schemas, List<PlanProblem> problems) {
    /** Nothing. */
    static final Looked NOTHING = new Looked(Map.of(), Set.of(), List.of());

    /** Immutable copies. */
    public Looked {
      policies = Map.copyOf(policies);
      schemas = Set.copyOf(schemas);
      problems = List.copyOf(problems);
    }

    private Looked of(String policy) {
      String version = policies.get(policy);
      return new Looked(
          version == null ? Map.of() : Map.of(policy, version),
          schemas,
          problems.stream().filter(problem -> problem.name().equals(policy)).toList());
    }
  }

  /**
   * Which version of a resource it is.
   *
   * @param resource the resource
   */
  public static String version(HasMetadata resource) {
    return resource.getMetadata().getUid() + "/" + resource.getMetadata().getGeneration();
  }

  /**
   * Takes what looking at masking policies in view of a Database found out.
   *
   * @param database the Database
   * @param found what was found out
   */
  public void policies(DatabaseKey database, Looked found) {
    tell(looked.put(database, found), found);
  }

  /**
   * Forgets what was found out in view of a Database that is gone.
   *
   * @param database the Database
   */
  public void forgetPolicies(DatabaseKey database) {
    tell(looked.remove(database), Looked.NOTHING);
  }

  private void tell(@Nullable Looked before, Looked now) {
    Looked known = before == null ? Looked.NOTHING : before;
    Set<String> concerned = new HashSet<>(known.policies().keySet());
    concerned.addAll(now.policies().keySet());
    concerned.removeIf(policy -> known.of(policy).equals(now.of(policy)));
    concerned.forEach(policy -> policyListeners.forEach(listener -> listener.accept(policy)));
  }

  /**
   * What looking at masking policies in view of a Database found out.
   *
   * @param database the Database
   * @return it; null where nobody has looked since the operator began
   */
  public @Nullable Looked looked(DatabaseKey database) {
    return looked.get(database);
  }

  /**
   * What is wrong with a masking policy.
   *
   * @param policy its name
   */
  public List<PlanProblem> policyProblems(String policy) {
    List<PlanProblem> problems = new ArrayList<>();
    looked.values().stream()
        .flatMap(each -> each.problems().stream())
        .filter(problem -> problem.name().equals(policy))
        .forEach(problems::add);
    problems.sort(
        (one, other) -> (one.field() + one.message()).compareTo(other.field() + other.message()));
    return List.copyOf(problems);
  }
}
