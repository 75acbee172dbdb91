package dev.sluice.policy.statement;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.bundle.Bundle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of a database's catalogue that a grant tells: which relation a name means, and the
 * columns that it has.
 *
 * @param qualified the relations by schema and name, those of masked views among these; a view's is
 *     its table
 * @param unqualified the relations that a name without a schema means by the grant's search path
 * @param serverVersion the server's major version; 0: not known
 * @param role the role that sessions have, so that setting it changes nothing; empty: not known
 */
public record GrantCatalogue(
    Map<RelationName, Relation> qualified,
    Map<String, Relation> unqualified,
    int serverVersion,
    String role) {

  /** Nothing is known. */
  public static final GrantCatalogue NONE = new GrantCatalogue(Map.of(), Map.of(), 0, "");

  /** Immutable copies. */
  public GrantCatalogue {
    qualified = Map.copyOf(qualified);
    unqualified = Map.copyOf(unqualified);
  }

  /**
   * A relation of the grant.
   *
   * @param schema its schema
   * @param name its name
   * @param columns the columns that the grant shows, in their order
   */
  public record Relation(String schema, String name, List<Column> columns) {
    /** An immutable copy. */
    public Relation {
      columns = List.copyOf(columns);
    }

    /** The column of an exact name. */
    public Optional<Column> column(String column) {
      return columns.stream().filter(each -> each.name().equals(column)).findFirst();
    }
  }

  /**
   * A column.
   *
   * @param name its name
   * @param notNull whether there is a value in it in each row that a statement sees
   * @param lookup whether rows may be found by its value although it is masked
   * @param fields whether its values may be rows, which have fields
   */
  public record Column(String name, boolean notNull, boolean lookup, boolean fields) {}

  /** What a bundle tells. */
  public static GrantCatalogue of(Bundle bundle) {
    return of(
        bundle.relations(), bundle.searchPath(), bundle.target().serverVersion(), bundle.role());
  }

  /**
   * What a grant tells.
   *
   * @param relations the tables of the grant
   * @param searchPath the search path of its sessions
   * @param serverVersion the server's version, such as {@code 15.18}; empty: not known
   * @param role the role of its sessions; empty: not known
   */
  public static GrantCatalogue of(
      List<Bundle.Relation> relations, List<String> searchPath, String serverVersion, String role) {
    Map<RelationName, Relation> qualified = new HashMap<>();
    Map<RelationName, Relation> views = new HashMap<>();
    for (Bundle.Relation each : relations) {
      Relation relation =
          new Relation(
              each.schema(),
              each.name(),
              each.columns().stream()
                  .map(
                      column ->
                          new Column(
                              column.name(),
                              // A mask may leave nothing of a value.
                              column.notNull()
                                  && (column.mask() == null || !each.writesThroughView()),
                              column.lookup() != null,
                              !BuiltInTypes.knows(column.type())))
                  .toList());
      qualified.put(each.relationName(), relation);
      String viewSchema = each.viewSchema();
      if (viewSchema != null) {
        views.put(new RelationName(viewSchema, each.viewName()), relation);
      }
    }
    views.forEach(qualified::putIfAbsent);
    Map<String, Relation> unqualified = new HashMap<>();
    for (String schema : searchPath) {
      qualified.forEach(
          (name, relation) -> {
            if (name.schema().equals(schema)) {
              unqualified.putIfAbsent(name.name(), relation);
            }
          });
    }
    return new GrantCatalogue(qualified, unqualified, major(serverVersion), role);
  }

  private static int major(String version) {
    int end = 0;
    while (end < version.length() && end < 3 && Character.isDigit(version.charAt(end))) {
      end++;
    }
    return end == 0 ? 0 : Integer.parseInt(version, 0, end, 10);
  }

  /**
   * The same where names without a schema may mean something else, as after a session's own {@code
   * SET search_path}.
   */
  public GrantCatalogue withoutPath() {
    return new GrantCatalogue(qualified, Map.of(), serverVersion, role);
  }

  /** Whether one of the relations has a column of this name. */
  public boolean hasColumn(String name) {
    return qualified.values().stream().anyMatch(relation -> relation.column(name).isPresent());
  }

  /**
   * The relation that a name means.
   *
   * @param schema its schema; null: found by the grant's search path
   * @param name its name
   * @return it; empty: it does not belong to the grant
   */
  public Optional<Relation> find(@Nullable String schema, String name) {
    return Optional.ofNullable(
        schema == null ? unqualified.get(name) : qualified.get(new RelationName(schema, name)));
  }
}
