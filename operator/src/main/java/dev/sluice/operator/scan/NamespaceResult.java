package dev.sluice.operator.scan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was found in a namespace.
 *
 * @param namespace its name
 * @param policies the names of the policies that are for it
 * @param pods at how many pods was looked
 * @param byType how many findings of each type there are that no exception accepts
 * @param excepted how many there are that an exception accepts
 * @param found the findings, the worst first; not all where there are very many
 * @param problem why its pods could not all be looked at, for a person; null: they were
 */
record NamespaceResult(
    String namespace,
    Set<String> policies,
    int pods,
    Map<String, Integer> byType,
    int excepted,
    List<FoundWorkload> found,
    @Nullable String problem) {
  /** Immutable copies. */
  NamespaceResult {
    policies = Set.copyOf(policies);
    byType = Map.copyOf(byType);
    found = List.copyOf(found);
  }
}
