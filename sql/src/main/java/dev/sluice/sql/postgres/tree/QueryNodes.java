package dev.sluice.sql.postgres.tree;

import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.tree.Draft.Reference;
import org.jspecify.annotations.Nullable;

/** Readers of the statements that read and change rows. */
final class QueryNodes {

  private final Walk walk;

  QueryNodes(Walk walk) {
    this.walk = walk;
  }

  /** A query: SELECT or VALUES, and whether its WHERE chooses among rows. */
  record Query(StatementKind kind, Condition condition) {}

  Query select() {
    @Nullable Frame outer = walk.frame;
    NameRole outerRole = walk.role;
    walk.frame = Frame.of(outer);
    walk.role = NameRole.READ;
    StatementKind kind = StatementKind.SELECT;
    Condition condition = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "whereClause", "larg", "rarg" -> condition = condition.with(walk.value(field));
        case "valuesLists" -> {
          kind = StatementKind.VALUES;
          walk.value(field);
        }
        case "lockingClause" -> walk.tree.skip();
        default -> walk.value(field);
      }
    }
    walk.frame = outer;
    walk.role = outerRole;
    return new Query(kind, condition);
  }

  /** INTO of a SELECT or CREATE TABLE AS: the relation that is made. */
  Condition into() {
    walk.draft.effects.add(StatementKind.CREATE);
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("rel")) {
        walk.value(field, NameRole.CREATED);
        walk.draft.objectKinds.add(walk.draft.references.getLast().kind("table"));
      } else {
        walk.tree.skip();
      }
    }
    return Condition.CONSTANT;
  }

  /**
   * WITH: its expressions see each other backwards, all of them if recursive; the body sees all.
   */
  Condition with() {
    Frame body = walk.frame;
    if (body == null) {
      throw new IllegalStateException("WITH outside a query");
    }
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "ctes" -> {
          walk.tree.enterArray();
          while (walk.tree.element()) {
            expression(body);
          }
        }
        case "recursive" -> body.query().recursive = walk.tree.truth();
        default -> walk.tree.skip();
      }
    }
    return Condition.CONSTANT;
  }

  private void expression(Frame body) {
    walk.tree.enter();
    String type = walk.tree.field();
    if (!"CommonTableExpr".equals(type)) {
      throw new IllegalStateException("in WITH stands " + type);
    }
    int index = 0;
    walk.tree.enter();
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "ctename" -> index = body.query().add(walk.tree.text());
        case "ctequery" -> {
          NameRole outerRole = walk.role;
          walk.frame = body.inExpression(index);
          walk.carried();
          walk.frame = body;
          walk.role = outerRole;
        }
        default -> walk.tree.skip();
      }
    }
    walk.end();
  }

  StatementKind insert() {
    @Nullable Frame outer = open();
    Reference target = null;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "relation" -> target = target();
        case "selectStmt" -> source();
        case "returningList" -> returning(field, target);
        default -> walk.value(field);
      }
    }
    return close(outer, StatementKind.INSERT);
  }

  /**
   * What an INSERT takes its rows from: a query that reads counts among the effects, a list of
   * values does not.
   */
  private void source() {
    walk.tree.enter();
    String type = walk.tree.field();
    if (!"SelectStmt".equals(type)) {
      throw new IllegalStateException("an INSERT takes rows from " + type);
    }
    walk.tree.enter();
    if (select().kind() == StatementKind.SELECT) {
      walk.draft.effects.add(StatementKind.SELECT);
    }
    walk.end();
  }

  /** ON CONFLICT: with DO UPDATE, rows that are there are changed. */
  Condition conflict() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("action")) {
        if (walk.tree.text().equals("ONCONFLICT_UPDATE")) {
          walk.draft.effects.add(StatementKind.UPDATE);
        }
      } else {
        walk.value(field);
      }
    }
    return Condition.CONSTANT;
  }

  StatementKind update() {
    return change(StatementKind.UPDATE);
  }

  StatementKind delete() {
    return change(StatementKind.DELETE);
  }

  private StatementKind change(StatementKind kind) {
    @Nullable Frame outer = open();
    Reference target = null;
    boolean chooses = false;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "relation" -> target = target();
        case "whereClause" -> chooses = walk.value(field).chooses();
        case "returningList" -> returning(field, target);
        default -> walk.value(field);
      }
    }
    walk.draft.bounded &= chooses;
    return close(outer, kind);
  }

  StatementKind merge() {
    @Nullable Frame outer = open();
    Reference target = null;
    boolean joins = false;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "relation" -> target = target();
        case "joinCondition" -> joins = walk.value(field).chooses();
        case "mergeWhenClauses" -> {
          walk.tree.enterArray();
          while (walk.tree.element()) {
            walk.tree.enter();
            walk.tree.field();
            walk.tree.enter();
            when(joins);
            walk.end();
          }
        }
        case "returningList" -> returning(field, target);
        default -> walk.value(field);
      }
    }
    return close(outer, StatementKind.MERGE);
  }

  private void when(boolean joins) {
    boolean matched = false;
    boolean chooses = false;
    boolean changes = false;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "matchKind" -> matched = walk.tree.text().equals("MERGE_WHEN_MATCHED");
        case "commandType" -> {
          StatementKind action = action(walk.tree.text());
          changes = action == StatementKind.UPDATE || action == StatementKind.DELETE;
          if (action != null) {
            walk.draft.effects.add(action);
          }
        }
        case "condition" -> chooses = walk.value(field).chooses();
        default -> walk.value(field);
      }
    }
    if (changes) {
      walk.draft.bounded &= chooses || (matched && joins);
    }
  }

  private static @Nullable StatementKind action(String command) {
    return switch (command) {
      case "CMD_INSERT" -> StatementKind.INSERT;
      case "CMD_UPDATE" -> StatementKind.UPDATE;
      case "CMD_DELETE" -> StatementKind.DELETE;
      default -> null;
    };
  }

  StatementKind truncate() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      walk.value(field, NameRole.TARGET);
    }
    return StatementKind.TRUNCATE;
  }

  StatementKind copy() {
    @Nullable Frame outer = open();
    Reference relation = null;
    boolean columns = false;
    boolean from = false;
    boolean program = false;
    @Nullable String file = null;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "relation" -> relation = target();
        case "query" -> walk.carried();
        case "attlist" -> {
          columns = true;
          walk.tree.skip();
        }
        case "is_from" -> from = walk.tree.truth();
        case "is_program" -> program = walk.tree.truth();
        case "filename" -> file = walk.tree.text();
        default -> walk.value(field);
      }
    }
    if (relation != null) {
      relation.role = from ? NameRole.TARGET : NameRole.COPIED;
      relation.columns = columns;
    }
    walk.draft.copy = new TreeStatement.Copy(from, program, file);
    return close(outer, StatementKind.COPY);
  }

  private @Nullable Frame open() {
    @Nullable Frame outer = walk.frame;
    walk.frame = Frame.of(outer);
    walk.role = NameRole.READ;
    return outer;
  }

  private StatementKind close(@Nullable Frame outer, StatementKind kind) {
    walk.frame = outer;
    return kind;
  }

  private Reference target() {
    walk.tree.enter();
    Reference target = relation(NameRole.TARGET);
    if (target.name.equals("pg_settings")) { // an UPDATE of this view calls set_config for each row
      walk.draft.functions.add("pg_catalog.set_config");
      walk.draft.settings.add("*");
    }
    return target;
  }

  private void returning(String field, @Nullable Reference target) {
    walk.value(field);
    if (target != null) {
      target.returning = true;
    }
  }

  /** The fields of a relation's name. */
  Reference relation(NameRole role) {
    Reference reference = new Reference(walk.frame, role);
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "catalogname" -> reference.database = walk.tree.text();
        case "schemaname" -> reference.schema = walk.tree.text();
        case "relname" -> reference.name = walk.tree.text();
        case "relpersistence" -> reference.temporary = walk.tree.text().equals("t");
        case "location" -> reference.position = walk.tree.number();
        case "alias" -> {
          reference.aliased = true;
          walk.tree.skip();
        }
        default -> walk.tree.skip();
      }
    }
    reference.temporary |= "pg_temp".equals(reference.schema);
    reference.inNewSchema = walk.inNewSchema;
    walk.draft.references.add(reference);
    if (walk.frame != null) {
      walk.frame.query().add(reference);
    }
    return reference;
  }
}
