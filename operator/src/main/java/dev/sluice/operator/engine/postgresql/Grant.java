package dev.sluice.operator.engine.postgresql;

import dev.sluice.crds.Privilege;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlan.ColumnPlan;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import dev.sluice.policy.plan.ExactLookup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One privilege on one thing.
 *
 * @param kind the kind of thing
 * @param schema its schema, or its own name where it is one
 * @param object its name; empty for a schema
 * @param column a column; empty: the whole
 * @param privilege as SQL writes it
 */
record Grant(Kind kind, String schema, String object, String column, String privilege)
    implements Comparable<Grant> {
  private static final Comparator<Grant> ORDER =
      Comparator.comparing(Grant::kind)
          .thenComparing(Grant::schema)
          .thenComparing(Grant::object)
          .thenComparing(Grant::privilege)
          .thenComparing(Grant::column);

  /** Kinds of thing, in the order in which privileges are given. */
  enum Kind {
    SCHEMA,
    TABLE,
    SEQUENCE,
    ROUTINE
  }

  @Override
  public int compareTo(Grant other) {
    return ORDER.compare(this, other);
  }

  static Grant ofSchema(String name, String privilege) {
    return new Grant(Kind.SCHEMA, name, "", "", privilege);
  }

  static Grant ofTable(RelationName name, String column, String privilege) {
    return new Grant(Kind.TABLE, name.schema(), name.name(), column, privilege);
  }

  /** The table or sequence that it is about; empty: it is about something else. */
  Optional<RelationName> relation() {
    return switch (kind) {
      case TABLE, SEQUENCE -> Optional.of(new RelationName(schema, object));
      case SCHEMA, ROUTINE -> Optional.empty();
    };
  }

  /** What the holder of a plan holds for one relation; others may need some of it, too. */
  static List<Grant> of(AccessPlan plan, RelationPlan relation) {
    List<Grant> grants = new ArrayList<>();
    if (relation.throughView()) {
      grants.add(ofSchema(plan.holder(), "USAGE"));
      RelationName view = new RelationName(plan.holder(), relation.viewName());
      MaskedView.privileges(relation)
          .forEach(privilege -> grants.add(ofTable(view, "", privilege.name())));
      for (ColumnPlan column : relation.columns()) {
        ExactLookup lookup = column.lookup();
        if (lookup != null) {
          grants.add(new Grant(Kind.ROUTINE, plan.holder(), lookup.function(), "", "EXECUTE"));
        }
      }
    }
    List<Grant> onTable = onTable(relation);
    if (!onTable.isEmpty()) {
      grants.add(ofSchema(relation.name().schema(), "USAGE"));
      grants.addAll(onTable);
    }
    for (RelationName sequence : relation.sequences()) {
      grants.add(ofSchema(sequence.schema(), "USAGE"));
      grants.add(new Grant(Kind.SEQUENCE, sequence.schema(), sequence.name(), "", "USAGE"));
    }
    if (plan.schemaChanges()) {
      grants.add(ofSchema(relation.name().schema(), "USAGE"));
      grants.add(ofSchema(relation.name().schema(), "CREATE"));
    }
    return grants;
  }

  /**
   * What is held on the table itself: nothing where rows are filtered; else reading of the columns
   * that are not masked, which an UPDATE or DELETE with a condition needs, and writing.
   */
  private static List<Grant> onTable(RelationPlan relation) {
    List<Grant> grants = new ArrayList<>();
    if (relation.rows() != null) {
      return grants;
    }
    for (Privilege privilege : relation.privileges()) {
      switch (privilege) {
        case SELECT -> {
          if (relation.throughView()) {
            relation.columns().stream()
                .filter(column -> column.mask() == null)
                .forEach(column -> grants.add(ofTable(relation.name(), column.name(), "SELECT")));
          } else {
            grants.add(ofTable(relation.name(), "", "SELECT"));
          }
        }
        case INSERT, UPDATE -> {
          if (relation.allColumns()) {
            grants.add(ofTable(relation.name(), "", privilege.name()));
          } else {
            relation.columns().stream()
                .filter(ColumnPlan::writable)
                .forEach(
                    column ->
                        grants.add(ofTable(relation.name(), column.name(), privilege.name())));
          }
        }
        case DELETE -> grants.add(ofTable(relation.name(), "", "DELETE"));
      }
    }
    return grants;
  }

  /** Statements that give these to a role, or take them. */
  static List<String> statements(Collection<Grant> grants, String role, boolean give) {
    Map<Grant, List<String>> columns = new TreeMap<>();
    List<String> statements = new ArrayList<>();
    for (Grant grant : new TreeSet<>(grants)) {
      if (grant.column().isEmpty()) {
        statements.add(grant.statement(grant.privilege(), role, give));
      } else {
        columns
            .computeIfAbsent(
                new Grant(grant.kind(), grant.schema(), grant.object(), "", grant.privilege()),
                ignored -> new ArrayList<>())
            .add(grant.column());
      }
    }
    columns.forEach(
        (grant, names) ->
            statements.add(
                grant.statement(
                    "%s (%s)".formatted(grant.privilege(), Sql.names(names)), role, give)));
    return statements;
  }

  private String statement(String what, String role, boolean give) {
    return "%s %s ON %s %s %s %s"
        .formatted(
            give ? "GRANT" : "REVOKE",
            what,
            kind,
            kind == Kind.SCHEMA ? Sql.name(schema) : Sql.name(schema, object),
            give ? "TO" : "FROM",
            Sql.name(role));
  }

  /** For a person: {@code SELECT on column public.customers.name}. */
  String sentence() {
    return switch (kind) {
      case SCHEMA -> "%s on schema %s".formatted(privilege, schema);
      case SEQUENCE -> "%s on sequence %s.%s".formatted(privilege, schema, object);
      case ROUTINE -> "%s on function %s.%s".formatted(privilege, schema, object);
      case TABLE ->
          column.isEmpty()
              ? "%s on %s.%s".formatted(privilege, schema, object)
              : "%s on column %s.%s.%s".formatted(privilege, schema, object, column);
    };
  }

  /** Several, for a person. */
  static String sentences(Collection<Grant> grants) {
    return new TreeSet<>(grants).stream().map(Grant::sentence).collect(Collectors.joining(", "));
  }
}
