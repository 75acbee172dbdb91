package dev.sluice.policy.plan;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.mask.ColumnType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the database holds, of the schemas that were asked for.
 *
 * @param serverVersion such as {@code 15.18}
 * @param schemas the schemas that were asked for and exist
 * @param relations their tables and views
 */
public record Catalogue(
    String serverVersion, Set<String> schemas, Map<RelationName, Relation> relations) {
  /** Immutable copies. */
  public Catalogue {
    schemas = Set.copyOf(schemas);
    relations = Map.copyOf(relations);
  }

  /**
   * A catalogue of these relations.
   *
   * @param serverVersion such as {@code 15.18}
   * @param schemas the schemas
   * @param relations the relations, each name once
   */
  public static Catalogue of(
      String serverVersion, Set<String> schemas, Collection<Relation> relations) {
    return new Catalogue(
        serverVersion,
        schemas,
        relations.stream().collect(Collectors.toMap(Relation::name, Function.identity())));
  }

  /** Kinds of relation. */
  public enum RelationKind {
    TABLE,
    PARTITIONED_TABLE,
    VIEW,
    MATERIALIZED_VIEW,
    FOREIGN_TABLE
  }

  /**
   * A table or view.
   *
   * @param name its name
   * @param kind what it is
   * @param columns its columns in their order
   * @param updatable whether rows can be inserted, updated and deleted
   * @param rowSecurity whether row-level security is on
   * @param rowSecurityRoles the roles that its row-level policies name; {@code public} for everyone
   * @param ownedSequences sequences that an INSERT advances
   * @param parents tables that it is a partition of or inherits from
   * @param reads columns that its definition reads, through other views too; empty for a table
   * @param functions functions in its definition that read with other rights than those of who
   *     reads it, so that what they show is not known; as the server writes them
   */
  public record Relation(
      RelationName name,
      RelationKind kind,
      List<Column> columns,
      boolean updatable,
      boolean rowSecurity,
      Set<String> rowSecurityRoles,
      List<RelationName> ownedSequences,
      List<RelationName> parents,
      Set<ColumnName> reads,
      Set<String> functions) {
    /** Immutable copies. */
    public Relation {
      columns = List.copyOf(columns);
      rowSecurityRoles = Set.copyOf(rowSecurityRoles);
      ownedSequences = List.copyOf(ownedSequences);
      parents = List.copyOf(parents);
      reads = Set.copyOf(reads);
      functions = Set.copyOf(functions);
    }

    /**
     * The column of this name.
     *
     * @param column exact name
     * @return it, or null where there is none
     */
    public @Nullable Column column(String column) {
      return columns.stream().filter(each -> each.name().equals(column)).findFirst().orElse(null);
    }
  }

  /**
   * A column of a relation.
   *
   * @param relation the relation
   * @param column the column's name
   */
  public record ColumnName(RelationName relation, String column) {}

  /**
   * A column.
   *
   * @param name its name
   * @param type its type
   * @param notNull whether it is NOT NULL
   * @param generated whether it is computed from other columns
   * @param identity whether it is an identity column
   * @param generatedFrom the columns of the same table that a generated one is computed from
   * @param origin of a view's column that shows another relation's column as it is, that column;
   *     else null
   * @param formerNames names under which Sluice masked this very column before it or its table was
   *     renamed
   */
  public record Column(
      String name,
      ColumnType type,
      boolean notNull,
      boolean generated,
      boolean identity,
      List<String> generatedFrom,
      @Nullable ColumnName origin,
      List<ColumnName> formerNames) {
    /** Immutable copies. */
    public Column {
      generatedFrom = List.copyOf(generatedFrom);
      formerNames = List.copyOf(formerNames);
    }
  }
}
