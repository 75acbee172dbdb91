package dev.sluice.policy.plan;

import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.Privilege;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.MaskPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is needed to make roles, views and the bundle of one access. Equal requests give equal
 * plans.
 *
 * @param access the DatabaseAccess
 * @param spec what it was made from
 * @param database the Database, {@code namespace/name}
 * @param purpose the purpose of the access
 * @param role the group role
 * @param holder the role that holds the privileges, and the schema of the masked views: one that
 *     accesses share which ask for the same, or the group role and a schema of its name
 * @param searchPath of each session: the access's own schema, the one it shares, then the tables';
 *     the server passes over what is not there
 * @param schemaChanges whether the access may run DDL
 * @param relations the tables, sorted by name
 * @param guarded every column that is masked for this purpose, whether or not its table belongs to
 *     the access
 * @param rules the statement rules, in the order in which they are reported
 * @param detections what the gate looks for in texts
 * @param sessions limits of one gate's sessions
 * @param credentialLifetime from issue to expiry of a login
 * @param revocation what happens to open sessions when the access goes
 * @param expiresAt when the access ends; null: it does not by itself
 * @param lookupsPerMinute how many times a minute rows may be looked for by masked values
 * @param nextChange the next time at which this plan is no longer right without any resource having
 *     changed, because an exemption or the access ends; null: never
 */
public record AccessPlan(
    AccessIdentity access,
    DatabaseAccessSpec spec,
    String database,
    String purpose,
    String role,
    String holder,
    List<String> searchPath,
    boolean schemaChanges,
    List<RelationPlan> relations,
    Set<Catalogue.ColumnName> guarded,
    List<Bundle.Rule> rules,
    List<Bundle.Detection> detections,
    Bundle.SessionLimits sessions,
    Duration credentialLifetime,
    Bundle.Revocation revocation,
    @Nullable Instant expiresAt,
    int lookupsPerMinute,
    @Nullable Instant nextChange) {
  /** Immutable copies. */
  public AccessPlan {
    searchPath = List.copyOf(searchPath);
    relations = List.copyOf(relations);
    guarded = Set.copyOf(guarded);
    rules = List.copyOf(rules);
    detections = List.copyOf(detections);
  }

  /**
   * The same for an access whose open sessions look for views in the schema that it shared when
   * they began. Where it shares another one by now, it has its own, which they look into first.
   *
   * @param home the schema that it shared then
   */
  public AccessPlan at(String home) {
    if (home.equals(holder)) {
      return this;
    }
    Set<String> path = new LinkedHashSet<>();
    path.add(role);
    path.add(home);
    searchPath.stream().filter(schema -> !schema.equals(holder)).forEach(path::add);
    return new AccessPlan(
        access,
        spec,
        database,
        purpose,
        role,
        role,
        List.copyOf(path),
        schemaChanges,
        relations,
        guarded,
        rules,
        detections,
        sessions,
        credentialLifetime,
        revocation,
        expiresAt,
        lookupsPerMinute,
        nextChange);
  }

  /** Whether rows of some table may be looked for by masked values. */
  public boolean looksUp() {
    return relations.stream().anyMatch(RelationPlan::looksUp);
  }

  /** How many columns are masked. */
  public int maskedColumns() {
    return (int)
        relations.stream()
            .flatMap(relation -> relation.columns().stream())
            .filter(column -> column.mask() != null)
            .count();
  }

  /**
   * One table or view of the access.
   *
   * @param name its name
   * @param viewName the name of its view, where it is reached through one
   * @param kind what it is
   * @param privileges what may be done
   * @param columns the visible columns in the table's order, masked ones included
   * @param allColumns whether the access sees every column, those included that come later
   * @param rows which rows; null: all
   * @param sequences sequences that its INSERT advances
   */
  public record RelationPlan(
      RelationName name,
      String viewName,
      Catalogue.RelationKind kind,
      Set<Privilege> privileges,
      List<ColumnPlan> columns,
      boolean allColumns,
      @Nullable RowFilter rows,
      List<RelationName> sequences) {
    /** Immutable copies. */
    public RelationPlan {
      privileges = Set.copyOf(privileges);
      columns = List.copyOf(columns);
      sequences = List.copyOf(sequences);
    }

    /** The same with another name of its view. */
    RelationPlan withViewName(String other) {
      return new RelationPlan(name, other, kind, privileges, columns, allColumns, rows, sequences);
    }

    /** Whether rows of it may be looked for by masked values. */
    public boolean looksUp() {
      return columns.stream().anyMatch(column -> column.lookup() != null);
    }

    /** Whether it is reached through a view of its own: by every read, and with rows by writes. */
    public boolean throughView() {
      return rows != null
          || (privileges.contains(Privilege.SELECT)
              && (!allColumns || columns.stream().anyMatch(column -> column.mask() != null)));
    }
  }

  /**
   * One visible column.
   *
   * @param name its name
   * @param type its type
   * @param writable whether values can be given to it: it is not computed from others
   * @param classification its class; null: none
   * @param mask its mask; null: it is shown as it is
   * @param notNull whether the table lets no row be without a value in it
   * @param lookup how rows are found by its value although it is masked; null: they are not
   */
  public record ColumnPlan(
      String name,
      ColumnType type,
      boolean writable,
      @Nullable String classification,
      @Nullable MaskPlan mask,
      boolean notNull,
      @Nullable ExactLookup lookup) {}

  /**
   * Which rows are visible.
   *
   * @param predicate SQL over the table's columns
   * @param readable the columns that it may name: those that are not masked
   * @param field where it stands in the DatabaseAccess
   */
  public record RowFilter(String predicate, List<String> readable, String field) {
    /** An immutable copy. */
    public RowFilter {
      readable = List.copyOf(readable);
    }
  }
}
