package dev.sluice.policy.plan;

import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.Lookup;
import dev.sluice.crds.Privilege;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.AccessPlan.ColumnPlan;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import dev.sluice.policy.plan.AccessPlan.RowFilter;
import dev.sluice.policy.plan.Catalogue.Column;
import dev.sluice.policy.plan.Catalogue.Relation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the grants of one access against catalogue and ceiling. What cannot be given is a problem,
 * and is not in the answer.
 */
final class GrantReader {
  private final PlanRequest request;
  private final ColumnMasks masks;
  private final Problems problems;
  private final Map<RelationName, Asked> asked = new TreeMap<>();

  /** What is asked for one table, with the place where it is asked first. */
  private record Asked(
      Relation relation,
      Set<Privilege> privileges,
      @Nullable List<String> columns,
      @Nullable String rows,
      boolean lookup,
      String grant) {}

  GrantReader(PlanRequest request, ColumnMasks masks, Problems problems) {
    this.request = request;
    this.masks = masks;
    this.problems = problems;
  }

  /** The tables of the access, sorted by name. */
  List<RelationPlan> read() {
    List<DatabaseAccessSpec.Grant> grants = request.spec().grants();
    for (int index = 0; index < grants.size(); index++) {
      read(grants.get(index), "spec.grants[%d]".formatted(index));
    }
    return asked.values().stream().filter(this::isVisible).map(this::plan).toList();
  }

  private void read(DatabaseAccessSpec.Grant grant, String field) {
    DatabaseSpec.Ceiling ceiling =
        Objects.requireNonNullElse(request.databaseSpec().ceiling(), DatabaseSpec.Ceiling.DEFAULT);
    Collection<Privilege> permitted =
        Objects.requireNonNullElse(ceiling.privileges(), List.of(Privilege.values()));
    Set<Privilege> given = EnumSet.noneOf(Privilege.class);
    for (int index = 0; index < grant.privileges().size(); index++) {
      Privilege privilege = grant.privileges().get(index);
      if (permitted.contains(privilege)) {
        given.add(privilege);
      } else {
        problems.access(
            "%s.privileges[%d]".formatted(field, index),
            "PrivilegeBeyondCeiling",
            "Database %s permits no %s".formatted(request.database(), privilege),
            "Ask for %s at most, or have spec.ceiling.privileges of the Database raised"
                .formatted(
                    String.join(", ", new TreeSet<>(permitted.stream().map(Enum::name).toList()))));
      }
    }
    for (int index = 0; index < grant.tables().size(); index++) {
      Relation relation =
          relation(grant.tables().get(index), "%s.tables[%d]".formatted(field, index));
      if (relation != null) {
        add(relation, grant, given, field, "%s.tables[%d]".formatted(field, index));
      }
    }
  }

  private @Nullable Relation relation(String text, String field) {
    RelationName name;
    try {
      name = RelationName.parse(text);
    } catch (IllegalArgumentException e) {
      problems.access(
          field,
          "InvalidTable",
          String.valueOf(e.getMessage()),
          "Write schema.table; a part with a dot or a double quote stands in double quotes");
      return null;
    }
    List<String> schemas = ceilingSchemas();
    if (isSystem(name.schema())) {
      problems.access(
          field,
          "SystemSchema",
          "schema %s belongs to the server or to Sluice itself".formatted(name.schema()),
          "Name a table of your own");
      return null;
    }
    if (!schemas.contains(name.schema())) {
      problems.access(
          field,
          "SchemaBeyondCeiling",
          "schema %s of table %s is beyond what Database %s permits"
              .formatted(name.schema(), name, request.database()),
          Suggestion.remedy(
              name.schema(),
              schemas,
              "Name a table in %s, or have spec.ceiling.schemas of the Database extended"
                  .formatted(String.join(", ", schemas))));
      return null;
    }
    Relation relation = request.catalogue().relations().get(name);
    if (relation == null) {
      problems.access(
          field,
          "UnknownTable",
          "table %s does not exist in Database %s".formatted(name, request.database()),
          Suggestion.remedy(
              name.toString(),
              request.catalogue().relations().keySet().stream()
                  .filter(each -> schemas.contains(each.schema()))
                  .map(RelationName::toString)
                  .toList(),
              "Correct the name, or create the table first"));
    }
    return relation;
  }

  private void add(
      Relation relation,
      DatabaseAccessSpec.Grant grant,
      Set<Privilege> permitted,
      String field,
      String tableField) {
    Set<Privilege> given = EnumSet.copyOf(permitted);
    boolean writes = grant.privileges().stream().anyMatch(each -> each != Privilege.SELECT);
    if (writes && !relation.updatable()) {
      given.retainAll(Set.of(Privilege.SELECT));
      problems.access(
          field + ".privileges",
          "NotWritable",
          "%s is a %s that cannot be written to"
              .formatted(
                  relation.name(),
                  relation.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')),
          "Ask for SELECT alone");
    }
    Asked before = asked.get(relation.name());
    if (before != null) {
      if (!Objects.equals(before.columns(), grant.columns())
          || !Objects.equals(before.rows(), grant.rows())
          || before.lookup() != (grant.lookup() == Lookup.Exact)) {
        problems.access(
            tableField,
            "ConflictingGrants",
            "table %s is granted in %s too, with other columns, rows or lookup"
                .formatted(relation.name(), before.grant()),
            "Put what belongs to one table into one grant");
        return;
      }
      before.privileges().addAll(given);
      return;
    }
    columns(relation, grant, field);
    if (rowSecurity(relation, tableField) && !given.isEmpty()) {
      asked.put(
          relation.name(),
          new Asked(
              relation,
              given,
              grant.columns(),
              grant.rows(),
              lookup(relation, grant, field),
              field));
    }
  }

  /** Whether rows of a table may be found by the values of its masked columns. */
  private boolean lookup(Relation relation, DatabaseAccessSpec.Grant grant, String field) {
    if (grant.lookup() != Lookup.Exact) {
      return false;
    }
    if (DatabaseSpec.Ceiling.lookupsPerMinute(request.databaseSpec()) == 0) {
      problems.access(
          field + ".lookup",
          "LookupBeyondCeiling",
          "Database %s permits no looking for rows by masked values".formatted(request.database()),
          "Leave lookup out, or have spec.ceiling.lookupsPerMinute of the Database set");
      return false;
    }
    if (relation.rowSecurity()) {
      problems.access(
          field + ".lookup",
          "LookupWithRowSecurity",
          "table %s has row-level security, which a look-up would not run under with the caller's name"
              .formatted(relation.name()),
          "Leave lookup out, or limit the rows in this grant with rows instead of policies");
      return false;
    }
    return true;
  }

  /**
   * A view reads with its owner's row-level policies, not with those of the roles that the policies
   * name, so a policy for some role alone would be passed by, or would hide everything.
   */
  private boolean rowSecurity(Relation relation, String field) {
    Set<String> roles = new TreeSet<>(relation.rowSecurityRoles());
    roles.remove("public");
    boolean fits = !relation.rowSecurity() || roles.isEmpty();
    if (!fits) {
      problems.access(
          field,
          "RowSecurityForRoles",
          "table %s has row-level security with policies for %s alone, which governed roles are not"
              .formatted(relation.name(), String.join(", ", roles)),
          "Write the policies TO PUBLIC, or limit the rows in this grant with rows");
    }
    return fits;
  }

  private void columns(Relation relation, DatabaseAccessSpec.Grant grant, String field) {
    List<String> columns = grant.columns();
    Set<String> seen = new HashSet<>();
    for (int index = 0; columns != null && index < columns.size(); index++) {
      String column = columns.get(index);
      String place = "%s.columns[%d]".formatted(field, index);
      if (relation.column(column) == null) {
        problems.access(
            place,
            "UnknownColumn",
            "table %s has no column %s".formatted(relation.name(), column),
            Suggestion.remedy(
                column,
                relation.columns().stream().map(Column::name).toList(),
                "Correct the name"));
      } else if (!seen.add(column)) {
        problems.access(
            place,
            "DuplicateColumn",
            "column %s is named twice".formatted(column),
            "Remove one of them");
      }
    }
    rows(grant, field);
  }

  private void rows(DatabaseAccessSpec.Grant grant, String field) {
    String rows = grant.rows();
    if (rows == null) {
      return;
    }
    if (rows.isBlank()) {
      problems.access(
          field + ".rows",
          "InvalidRows",
          "rows is blank",
          "Write a condition such as region = 'EU', or leave rows out");
      return;
    }
    try {
      PredicateText.resolved(rows, attributes());
    } catch (IllegalArgumentException e) {
      problems.access(
          field + ".rows",
          "InvalidRows",
          String.valueOf(e.getMessage()),
          "Correct the name; a table that is called session is named in double quotes");
    }
  }

  private Map<String, String> attributes() {
    return request.access().attributes(request.spec().purpose());
  }

  /** A table of which nothing that is asked for may be seen yet is no part of the access. */
  private boolean isVisible(Asked each) {
    Relation relation = each.relation();
    List<String> named = each.columns();
    List<Column> wanted =
        relation.columns().stream()
            .filter(column -> named == null || named.contains(column.name()))
            .toList();
    if (wanted.isEmpty()
        || wanted.stream().anyMatch(column -> !masks.isInvisible(relation, column))) {
      return true;
    }
    problems.addAll(
        List.of(
            new PlanProblem(
                PlanProblem.Kind.Database,
                request.database().namespace(),
                request.database().name(),
                "spec.discovery",
                "PendingClassification",
                "nobody has looked into %s of table %s yet, so the access does not see the table"
                    .formatted(
                        named == null ? "the columns" : String.join(", ", named), relation.name()),
                "Wait a moment, or say in spec.classifications what its columns hold")));
    return false;
  }

  /** Whether columns that come later are part of it without anybody having looked into them. */
  private boolean includesLater(Asked each) {
    return each.columns() == null
        && switch (DatabaseSpec.Discovery.of(request.databaseSpec()).mode()) {
          case Off, Suggest -> true;
          case Enforce -> false;
        };
  }

  private RelationPlan plan(Asked each) {
    Relation relation = each.relation();
    List<String> columns = each.columns();
    List<ColumnPlan> plans = new ArrayList<>();
    List<String> readable = new ArrayList<>();
    for (Column column : relation.columns()) {
      var mask = masks.mask(relation, column);
      if (mask == null) {
        readable.add(column.name());
      }
      if ((columns == null || columns.contains(column.name()))
          && !masks.isInvisible(relation, column)) {
        plans.add(
            new ColumnPlan(
                column.name(),
                column.type(),
                !column.generated(),
                masks.classification(relation, column),
                mask,
                column.notNull(),
                each.lookup() && each.privileges().contains(Privilege.SELECT)
                    ? ExactLookup.of(
                        relation.name(),
                        column.name(),
                        column.type(),
                        mask == null ? null : mask.mask())
                    : null));
      }
    }
    String rows = each.rows();
    return new RelationPlan(
        relation.name(),
        relation.name().name(),
        relation.kind(),
        each.privileges(),
        plans,
        includesLater(each),
        rows == null
            ? null
            : new RowFilter(
                PredicateText.resolvedOrNone(rows, attributes()), readable, each.grant() + ".rows"),
        each.privileges().contains(Privilege.INSERT) ? relation.ownedSequences() : List.of());
  }

  private List<String> ceilingSchemas() {
    DatabaseSpec.Ceiling ceiling = request.databaseSpec().ceiling();
    List<String> schemas = ceiling == null ? null : ceiling.schemas();
    return schemas == null ? List.of("public") : schemas;
  }

  private static boolean isSystem(String schema) {
    return schema.startsWith("pg_")
        || schema.equals("information_schema")
        || schema.equals(RoleNames.SCHEMA)
        || schema.startsWith(RoleNames.SCHEMA + "_");
  }
}
