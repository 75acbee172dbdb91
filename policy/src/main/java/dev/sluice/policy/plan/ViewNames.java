package dev.sluice.policy.plan;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names of the views of one access, which share a schema ahead of all others. Of tables of one name
 * in several schemas, the one that the search path finds first keeps the name, so that what is not
 * qualified means the same as without views; views of the others carry the schema in their name.
 */
final class ViewNames {
  /** PostgreSQL's bound. */
  private static final int MOST_BYTES = 63;

  private static final int HASH_DIGITS = 8;

  private ViewNames() {}

  /**
   * Names the views.
   *
   * @param relations the relations of the access, sorted by name
   * @param searchPath the schemas in which names without one are looked up, in order
   * @return the relations with the names of their views
   */
  static List<RelationPlan> named(List<RelationPlan> relations, List<String> searchPath) {
    Set<RelationName> first = new HashSet<>();
    Set<String> taken = new HashSet<>();
    for (String schema : searchPath) {
      for (RelationPlan relation : relations) {
        if (relation.name().schema().equals(schema) && taken.add(relation.name().name())) {
          first.add(relation.name());
        }
      }
    }
    return relations.stream()
        .map(
            relation ->
                first.contains(relation.name())
                    ? relation
                    : relation.withViewName(qualified(relation.name(), taken)))
        .toList();
  }

  private static String qualified(RelationName name, Set<String> taken) {
    String plain = name.schema() + "." + name.name();
    if (bytes(plain) <= MOST_BYTES && taken.add(plain)) {
      return plain;
    }
    String end = "_" + RoleNames.hash(name.toString(), HASH_DIGITS);
    String start = plain;
    while (bytes(start) + end.length() > MOST_BYTES) {
      start = start.substring(0, start.offsetByCodePoints(start.length(), -1));
    }
    taken.add(start + end);
    return start + end;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
