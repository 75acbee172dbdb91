package dev.sluice.operator.engine.postgresql;

import dev.sluice.crds.Privilege;
import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlan.ColumnPlan;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The view through which one table of an access is reached.
 *
 * @param name its name, in the schema of the plan's holder
 * @param base the table
 * @param options the view's options as the server stores them, sorted
 * @param query what it shows
 * @param ownerPrivileges what its owner must hold on the table
 * @param masked the columns that it masks, whose types its owner must be able to name
 */
record MaskedView(
    RelationName name,
    RelationName base,
    List<String> options,
    String query,
    Set<String> ownerPrivileges,
    List<String> masked) {
  MaskedView {
    options = List.copyOf(options);
    ownerPrivileges = Set.copyOf(ownerPrivileges);
    masked = List.copyOf(masked);
  }

  /**
   * The view of a relation that is reached through one.
   *
   * @param plan the plan
   * @param relation the relation
   * @param closed whether it shows no rows, because its row filter cannot be used
   */
  static MaskedView of(AccessPlan plan, RelationPlan relation, boolean closed) {
    String alias = relation.name().name();
    String columns =
        relation.columns().stream()
            .map(column -> column(alias, column))
            .collect(Collectors.joining(",\n  "));
    AccessPlan.RowFilter rows = relation.rows();
    // The predicate stands on lines of its own, so that a comment in it ends before the
    // parenthesis.
    String query =
        "SELECT %s\nFROM %s AS %s%s"
            .formatted(
                columns,
                Sql.name(relation.name()),
                Sql.name(alias),
                rows == null
                    ? ""
                    : "\nWHERE (\n%s\n)".formatted(closed ? "false" : rows.predicate()));
    Set<String> ownerPrivileges = new TreeSet<>(Set.of("SELECT"));
    for (Privilege privilege : relation.privileges()) {
      // Without a row filter writes go to the table; a view is locked FOR UPDATE all the same.
      if (rows != null || privilege == Privilege.UPDATE) {
        ownerPrivileges.add(privilege.name());
      }
    }
    boolean checked =
        rows != null
            && (relation.privileges().contains(Privilege.INSERT)
                || relation.privileges().contains(Privilege.UPDATE));
    return new MaskedView(
        new RelationName(plan.holder(), relation.viewName()),
        relation.name(),
        rows == null
            ? List.of()
            : checked
                ? List.of("check_option=local", "security_barrier=true")
                : List.of("security_barrier=true"),
        query,
        ownerPrivileges,
        relation.columns().stream()
            .filter(column -> column.mask() != null)
            .map(ColumnPlan::name)
            .toList());
  }

  /** What may be done with the view itself. */
  static Set<Privilege> privileges(RelationPlan relation) {
    if (relation.rows() != null) {
      return relation.privileges();
    }
    return relation.privileges().contains(Privilege.UPDATE)
        ? Set.of(Privilege.SELECT, Privilege.UPDATE)
        : Set.of(Privilege.SELECT);
  }

  private static String column(String alias, ColumnPlan column) {
    String shown =
        column.mask() == null
            ? Sql.name(alias, column.name())
            : MaskExpressions.expression(
                column.mask().mask(), alias, column.name(), column.type(), column.notNull());
    return shown + " AS " + Sql.name(column.name());
  }

  /** {@code CREATE OR REPLACE VIEW}, or {@code CREATE VIEW}. */
  String create(boolean replace) {
    return "CREATE %sVIEW %s%s AS\n%s"
        .formatted(
            replace ? "OR REPLACE " : "",
            Sql.name(name),
            options.isEmpty() ? "" : " WITH (" + String.join(", ", options) + ")",
            query);
  }

  /** A hash of what was asked for, by which a changed plan is told from a changed view. */
  String hash() {
    return hash(create(true) + ownerPrivileges.stream().sorted().toList());
  }

  static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
