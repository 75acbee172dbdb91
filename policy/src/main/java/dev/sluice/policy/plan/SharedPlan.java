package dev.sluice.policy.plan;

import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.Lookup;
import dev.sluice.crds.Privilege;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What accesses of one Database must ask for alike to share their views: the tables, columns, rows
 * and privileges, the purpose, and which of the policies that choose their accesses are for them.
 * All else that views depend on (the other policies, the classes, the tables themselves) is the
 * Database's, so that a change of it is one for all of them.
 */
final class SharedPlan {
  private SharedPlan() {}

  /**
   * A text that is equal where these are equal.
   *
   * @param access who asks
   * @param spec what is asked for
   * @param policies those that are for the access
   */
  static String key(AccessIdentity access, DatabaseAccessSpec spec, List<CompiledPolicy> policies) {
    StringBuilder key = new StringBuilder();
    part(key, List.of(spec.purpose()));
    part(
        key,
        policies.stream()
            .filter(CompiledPolicy::chooses)
            .map(CompiledPolicy::name)
            .sorted()
            .toList());
    for (DatabaseAccessSpec.Grant grant : Objects.requireNonNull(spec.grants())) {
      part(key, grant.tables().stream().sorted().toList());
      part(key, grant.privileges().stream().sorted().map(Privilege::name).toList());
      part(key, Objects.requireNonNullElse(grant.columns(), List.of("")));
      part(key, List.of(grant.lookup() == Lookup.Exact ? "lookup" : ""));
      part(key, List.of(rows(access, spec.purpose(), grant.rows())));
    }
    return key.toString();
  }

  /** Of accesses whose sessions have other attributes, a condition chooses other rows. */
  private static String rows(AccessIdentity access, String purpose, @Nullable String rows) {
    return rows == null ? "" : PredicateText.resolvedOrNone(rows, access.attributes(purpose));
  }

  /** By length, so that no text of one part passes for several. */
  private static void part(StringBuilder key, List<String> texts) {
    key.append(texts.size()).append('\n');
    texts.forEach(text -> key.append(text.length()).append(' ').append(text).append('\n'));
  }
}
