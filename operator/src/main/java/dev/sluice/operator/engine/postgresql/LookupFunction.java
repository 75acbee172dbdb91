package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.AccessPlan.RelationPlan;
import dev.sluice.policy.plan.ExactLookup;
import java.util.ArrayList;
import java.util.List;

/**
 * The function that gives the rows of a masked view whose table has a value in a masked column. It
 * runs as the owner of the views, so that it sees the value and can use the table's index; what it
 * gives is what the view shows.
 *
 * @param name its name, in the schema of the view
 * @param argument the type of its argument
 * @param view the view
 * @param body what it does
 */
record LookupFunction(RelationName name, String argument, RelationName view, String body) {

  /**
   * The functions of a relation.
   *
   * @param plan the plan
   * @param relation the relation
   * @param shown its view
   */
  static List<LookupFunction> of(AccessPlan plan, RelationPlan relation, MaskedView shown) {
    List<LookupFunction> functions = new ArrayList<>(0);
    for (AccessPlan.ColumnPlan column : relation.columns()) {
      ExactLookup lookup = column.lookup();
      if (lookup != null) {
        functions.add(
            new LookupFunction(
                new RelationName(plan.holder(), lookup.function()),
                lookup.argument(),
                shown.name(),
                """

                BEGIN
                  PERFORM sluice.take_lookup();
                  RETURN QUERY
                %s
                %s %s OPERATOR(pg_catalog.=) $1;
                END
                """
                    .formatted(
                        shown.query(),
                        relation.rows() == null ? "WHERE" : "AND",
                        Sql.name(relation.name().name(), column.name()))));
      }
    }
    return functions;
  }

  /** Statements that make it, for nobody yet. */
  String create() {
    return """
    CREATE FUNCTION %s RETURNS SETOF %s
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
    AS %s;
    REVOKE ALL ON FUNCTION %s FROM PUBLIC\
    """
        .formatted(signature(), Sql.name(view), Sql.literal(body), signature());
  }

  String signature() {
    return "%s(%s)".formatted(Sql.name(name), argument);
  }

  /** A hash of what it is made from. */
  String hash() {
    return MaskedView.hash(create());
  }
}
