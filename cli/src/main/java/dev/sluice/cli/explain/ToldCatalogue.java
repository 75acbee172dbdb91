package dev.sluice.cli.explain;

import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.plan.Catalogue;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The part of a database's catalogue that resources tell: the tables of a grant, and of their
 * columns those that the grant and the Database name. The classes of columns are all among these,
 * as nothing else has any.
 */
final class ToldCatalogue {
  private static final ColumnType TYPE = ColumnType.of("unknown", ColumnType.Family.OTHER);

  private final Map<RelationName, Set<String>> columns = new TreeMap<>();

  private ToldCatalogue() {}

  /**
   * Collects it.
   *
   * @param access the grant
   * @param database its Database
   */
  static Catalogue of(DatabaseAccessSpec access, DatabaseSpec database) {
    ToldCatalogue told = new ToldCatalogue();
    for (DatabaseAccessSpec.Grant grant : access.grants()) {
      for (String table : grant.tables()) {
        told.add(table, grant.columns() == null ? List.of() : grant.columns());
      }
    }
    if (database.classifications() != null) {
      database.classifications().stream()
          // A pattern names no table.
          .filter(each -> each.table().indexOf('*') < 0)
          .forEach(each -> told.add(each.table(), each.ofColumns().keySet()));
    }
    return Catalogue.of(
        "",
        told.columns.keySet().stream().map(RelationName::schema).collect(Collectors.toSet()),
        told.columns.entrySet().stream()
            .map(each -> relation(each.getKey(), each.getValue()))
            .toList());
  }

  private void add(String table, Collection<String> names) {
    try {
      columns.computeIfAbsent(RelationName.parse(table), _ -> new LinkedHashSet<>()).addAll(names);
    } catch (IllegalArgumentException _) {
      // The plan tells its author.
    }
  }

  private static Catalogue.Relation relation(RelationName name, Set<String> columns) {
    return new Catalogue.Relation(
        name,
        Catalogue.RelationKind.TABLE,
        columns.stream()
            .map(
                column ->
                    new Catalogue.Column(
                        column, TYPE, false, false, false, List.of(), null, List.of()))
            .toList(),
        true,
        false,
        Set.of(),
        List.of(),
        List.of(),
        Set.of(),
        Set.of());
  }
}
