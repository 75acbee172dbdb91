package dev.sluice.sql.postgres.tree;

import dev.sluice.sql.postgres.tree.Columns.Place;
import dev.sluice.sql.postgres.tree.Draft.Read;
import dev.sluice.sql.postgres.tree.Draft.Reference;
import org.jspecify.annotations.Nullable;

/** Readers of the clauses of a query in which names of its results are given or may be meant. */
final class ClauseNodes {

  private final Walk walk;

  ClauseNodes(Walk walk) {
    this.walk = walk;
  }

  /** What a query gives. */
  void targets(Outputs outputs) {
    targets(outputs, null);
  }

  /**
   * What a query or RETURNING gives.
   *
   * @param changed with RETURNING, the relation that is changed, where nothing else is in the
   *     statement that a star may stand for; null: stars are not looked for
   */
  void targets(Outputs outputs, @Nullable Reference changed) {
    walk.tree.enterArray();
    while (walk.tree.element()) {
      walk.tree.enter();
      String type = walk.tree.field();
      if (!"ResTarget".equals(type)) {
        throw new IllegalStateException("a query gives a " + type);
      }
      walk.tree.enter();
      target(outputs, changed);
      walk.end();
    }
  }

  private void target(Outputs outputs, @Nullable Reference changed) {
    int position = 0;
    @Nullable String name = null;
    Condition value = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "name" -> name = walk.tree.text();
        case "val" -> value = walk.value(field);
        case "location" -> position = walk.tree.number();
        default -> walk.value(field);
      }
    }
    Read column = value.column();
    if (column != null && column.star()) {
      outputs.addStar(column);
      if (changed != null && !column.field() && column.schema() == null) {
        star(changed, column, position);
      }
    } else {
      outputs.column = column;
      outputs.add(name == null ? value.name() : name);
    }
  }

  private void star(Reference changed, Read star, int position) {
    String known = changed.alias == null ? changed.name : changed.alias;
    if (star.relation() == null || star.relation().equals(known)) {
      walk.draft.others.add(
          new TreeStatement.Name(
              NameRole.RETURNED,
              false,
              changed.schema,
              changed.name,
              position,
              star.relation() == null ? 1 : 2,
              false,
              false));
    }
  }

  /** Rows of VALUES: their columns have numbers. */
  void rows(Outputs outputs) {
    int columns = 0;
    walk.tree.enterArray();
    for (boolean first = true; walk.tree.element(); first = false) {
      int row = row();
      columns = first ? row : columns;
    }
    for (int column = 1; column <= Math.min(columns, Outputs.MOST); column++) {
      outputs.add("column" + column);
    }
  }

  private int row() {
    int columns = 0;
    walk.tree.enter();
    String type = walk.tree.field();
    if (!"List".equals(type)) {
      throw new IllegalStateException("a row of VALUES is a " + type);
    }
    walk.tree.enter();
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("items")) {
        walk.tree.enterArray();
        while (walk.tree.element()) {
          walk.value(field);
          columns++;
        }
      } else {
        walk.tree.skip();
      }
    }
    walk.end();
    return columns;
  }

  /** ORDER BY, DISTINCT ON, GROUP BY: a list of expressions that may be names of results. */
  void ordered(Place place) {
    walk.tree.enterArray();
    while (walk.tree.element()) {
      one(place);
    }
  }

  private void one(Place place) {
    walk.tree.enter();
    String type = walk.tree.field();
    if (type == null) { // DISTINCT alone
      return;
    }
    walk.tree.enter();
    switch (type) {
      case "ColumnRef" -> walk.column(place);
      case "SortBy" -> {
        for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
          switch (field) {
            case "node" -> one(place);
            case "useOp" -> walk.operator();
            default -> walk.tree.skip();
          }
        }
      }
      case "GroupingSet" -> {
        for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
          if (field.equals("content")) {
            walk.tree.enterArray();
            while (walk.tree.element()) {
              one(place);
            }
          } else {
            walk.tree.skip();
          }
        }
      }
      default -> walk.fields(type);
    }
    walk.end();
  }
}
