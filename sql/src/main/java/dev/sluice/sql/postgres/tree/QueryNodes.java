package dev.sluice.sql.postgres.tree;

import dev.sluice.policy.statement.StatementFacts.Use;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.tree.Columns.Place;
import dev.sluice.sql.postgres.tree.Draft.Reference;
import dev.sluice.sql.postgres.tree.Draft.Written;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Readers of the statements that read and change rows. */
final class QueryNodes {

  private final Walk walk;
  private final ClauseNodes clauses;

  /** The target of the INSERT or MERGE that is being read. */
  private @Nullable Reference changed;

  QueryNodes(Walk walk) {
    this.walk = walk;
    this.clauses = new ClauseNodes(walk);
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
    @Nullable Long limit = null;
    boolean ties = false;
    boolean narrowed = false;
    Frame frame = walk.frame;
    Outputs outputs = frame.query().outputs;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "whereClause" -> {
          Condition where = walk.value(field);
          frame.query().equality = where.equality();
          frame.query().comparisons = where.comparisons();
          if (!where.comparisons().isEmpty()) {
            walk.draft.selective.add(frame);
          }
          condition = condition.with(where);
        }
        case "rarg" -> condition = condition.with(walk.value(field));
        case "larg" -> {
          narrowed = true;
          condition = condition.with(walk.value(field));
          outputs = walk.outputs;
          frame.query().outputs = outputs;
        }
        case "targetList" -> clauses.targets(outputs);
        case "valuesLists" -> {
          kind = StatementKind.VALUES;
          clauses.rows(outputs);
        }
        case "sortClause", "distinctClause" -> clauses.ordered(Place.ORDER);
        case "groupClause" -> {
          narrowed = true;
          clauses.ordered(Place.GROUP);
        }
        case "limitCount" -> {
          narrowed = true;
          limit = limit();
        }
        case "limitOffset", "havingClause" -> {
          narrowed = true;
          walk.value(field);
        }
        case "limitOption" -> ties = walk.tree.text().equals("LIMIT_OPTION_WITH_TIES");
        default -> walk.value(field);
      }
    }
    if (narrowed || frame.query().sources.size() != 1) {
      outputs.column = null;
    }
    walk.frame = outer;
    walk.role = outerRole;
    walk.outputs = outputs;
    if (outer == null && !ties) {
      walk.draft.limit = limit;
    }
    return new Query(kind, condition);
  }

  /** The rows of LIMIT or FETCH FIRST where they are a constant; null: they are not. */
  private @Nullable Long limit() {
    walk.tree.enter();
    String type = walk.tree.field();
    if (type == null) {
      return null;
    }
    walk.tree.enter();
    @Nullable Long limit = null;
    if (type.equals("A_Const")) {
      walk.draft.readsConstants = true;
      for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
        if (field.equals("ival")) {
          limit = walk.integer();
        } else {
          walk.tree.skip();
        }
      }
    } else {
      walk.fields(type);
    }
    walk.end();
    return limit;
  }

  /** FOR UPDATE and the like. */
  Condition lock() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("strength")) {
        switch (walk.tree.text()) {
          case "LCS_FORUPDATE" -> walk.draft.locks.add("for update");
          case "LCS_FORNOKEYUPDATE" -> walk.draft.locks.add("for no key update");
          case "LCS_FORSHARE" -> walk.draft.locks.add("for share");
          case "LCS_FORKEYSHARE" -> walk.draft.locks.add("for key share");
          default -> {}
        }
      } else {
        walk.tree.skip(); // the relations in it are those of FROM
      }
    }
    return Condition.CONSTANT;
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
    Outputs outputs = new Outputs();
    List<String> columns = List.of();
    walk.tree.enter();
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "ctename" -> index = body.query().add(walk.tree.text());
        case "aliascolnames" -> columns = List.copyOf(walk.strings());
        case "ctequery" -> {
          NameRole outerRole = walk.role;
          walk.frame = body.inExpression(index);
          walk.carried();
          walk.frame = body;
          walk.role = outerRole;
          outputs = walk.outputs;
        }
        case "search_clause", "cycle_clause" -> {
          sequences(outputs);
        }
        default -> walk.tree.skip();
      }
    }
    walk.end();
    body.query().give(index, Source.query(outputs, new Source.Alias(null, columns)));
  }

  /** SEARCH and CYCLE: the columns that they add. */
  private void sequences(Outputs outputs) {
    walk.tree.enter();
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "search_seq_column", "cycle_mark_column", "cycle_path_column" ->
            outputs.add(walk.tree.text());
        default -> walk.tree.skip();
      }
    }
  }

  StatementKind insert() {
    @Nullable Frame outer = open();
    @Nullable Reference outerChanged = changed;
    Reference target = null;
    boolean some = false;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "relation" -> {
          target = target();
          changed = target;
        }
        case "cols" -> {
          some = true;
          assignments(target);
        }
        case "selectStmt" -> source();
        case "returningList" -> returning(target);
        default -> walk.value(field);
      }
    }
    if (target != null && !some) {
      walk.draft.written.add(new Written(target, "*", Use.WRITE));
    }
    changed = outerChanged;
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
    Frame frame = walk.frame;
    walk.frame = frame == null ? null : frame.withoutSources();
    if (select().kind() == StatementKind.SELECT) {
      walk.draft.effects.add(StatementKind.SELECT);
    }
    walk.frame = frame;
    walk.end();
  }

  /** ON CONFLICT: with DO UPDATE, rows that are there are changed. */
  Condition conflict() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "action" -> {
          if (walk.tree.text().equals("ONCONFLICT_UPDATE")) {
            walk.draft.effects.add(StatementKind.UPDATE);
          }
        }
        case "infer" -> {
          excluded();
          walk.value(field);
        }
        case "targetList" -> {
          excluded();
          assignments(changed);
        }
        default -> walk.value(field);
      }
    }
    return Condition.CONSTANT;
  }

  /** The rows that could not be inserted have a name, and were told of as they were read. */
  private void excluded() {
    if (walk.frame != null) {
      Source source = Source.function(List.of(), new Source.Alias("excluded", List.of()));
      source.onlyQualified = true;
      walk.frame.query().add(source);
    }
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
    boolean bounded = false;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "relation" -> target = target();
        case "targetList" -> assignments(target);
        case "whereClause" -> {
          bounded = true;
          walk.draft.bound(walk.bound(field), target);
        }
        case "returningList" -> returning(target);
        default -> walk.value(field);
      }
    }
    if (!bounded) {
      walk.draft.unbounded();
    }
    return close(outer, kind);
  }

  StatementKind merge() {
    @Nullable Frame outer = open();
    @Nullable Reference outerChanged = changed;
    Reference target = null;
    @Nullable Reference source = null;
    Condition joins = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "relation" -> {
          target = target();
          changed = target;
        }
        case "sourceRelation" -> {
          walk.value(field);
          List<Source> sources = walk.frame == null ? List.of() : walk.frame.query().sources;
          source = sources.size() == 2 ? sources.getLast().reference : null;
        }
        case "joinCondition" -> joins = walk.bound(field);
        case "mergeWhenClauses" -> {
          walk.tree.enterArray();
          while (walk.tree.element()) {
            walk.tree.enter();
            walk.tree.field();
            walk.tree.enter();
            when(joins, source);
            walk.end();
          }
        }
        case "returningList" -> returning(target);
        default -> walk.value(field);
      }
    }
    changed = outerChanged;
    return close(outer, StatementKind.MERGE);
  }

  /**
   * What is done with rows.
   *
   * @param joins what they are joined by
   * @param source the relation that they are joined with; null: it is something else
   */
  private void when(Condition joins, @Nullable Reference source) {
    boolean matched = false;
    Condition condition = Condition.CONSTANT;
    boolean changes = false;
    boolean removes = false;
    boolean inserts = false;
    boolean columns = false;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "matchKind" -> matched = walk.tree.text().equals("MERGE_WHEN_MATCHED");
        case "commandType" -> {
          StatementKind action = action(walk.tree.text());
          changes = action == StatementKind.UPDATE || action == StatementKind.DELETE;
          removes = action == StatementKind.DELETE;
          inserts = action == StatementKind.INSERT;
          if (action != null) {
            walk.draft.effects.add(action);
          }
        }
        case "condition" -> condition = walk.bound(field);
        case "targetList" -> {
          columns = true;
          assignments(changed);
        }
        default -> walk.value(field);
      }
    }
    if (changes) {
      walk.draft.bound(matched ? condition.with(joins) : condition, changed);
      if (removes && matched && source != null) { // every row that has a partner
        walk.draft.boundBeside(condition, source);
      }
    }
    if (inserts && !columns && changed != null) {
      walk.draft.written.add(new Written(changed, "*", Use.WRITE));
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
    List<String> columns = List.of();
    boolean from = false;
    boolean program = false;
    @Nullable String file = null;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "relation" -> relation = target();
        case "query" -> walk.carried();
        case "attlist" -> columns = walk.strings();
        case "is_from" -> from = walk.tree.truth();
        case "is_program" -> program = walk.tree.truth();
        case "filename" -> file = walk.tree.text();
        default -> walk.value(field);
      }
    }
    if (relation != null) {
      relation.role = from ? NameRole.TARGET : NameRole.COPIED;
      relation.columns = !columns.isEmpty();
      for (String column : columns.isEmpty() ? List.of("*") : columns) {
        walk.draft.written.add(new Written(relation, column, relation.role.use()));
      }
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
    if (walk.frame != null) {
      walk.outputs = walk.frame.query().outputs;
    }
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

  /** Reads columns that are given a value, and the values. */
  private void assignments(@Nullable Reference target) {
    walk.tree.enterArray();
    while (walk.tree.element()) {
      walk.tree.enter();
      String type = walk.tree.field();
      if (!"ResTarget".equals(type)) {
        throw new IllegalStateException("a column that is written is a " + type);
      }
      walk.tree.enter();
      for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
        if (field.equals("name") && target != null) {
          walk.draft.written.add(new Written(target, walk.tree.text(), Use.WRITE));
        } else {
          walk.value(field);
        }
      }
      walk.end();
    }
  }

  /** Whether nothing but what is changed is there for a star to stand for. */
  private static boolean alone(Frame.Query query) {
    return query.sources.stream().filter(source -> !source.onlyQualified).count() <= 1;
  }

  private void returning(@Nullable Reference target) {
    if (walk.frame != null) {
      clauses.targets(walk.frame.query().outputs, alone(walk.frame.query()) ? target : null);
    }
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
        case "inh" -> reference.descendants = walk.tree.truth();
        case "relpersistence" -> reference.temporary = walk.tree.text().equals("t");
        case "location" -> reference.position = walk.tree.number();
        case "alias" -> {
          Source.Alias alias = walk.alias();
          reference.alias = alias.name();
          reference.columnAliases = alias.columns();
        }
        default -> walk.tree.skip();
      }
    }
    reference.temporary |= "pg_temp".equals(reference.schema);
    reference.inNewSchema = walk.inNewSchema;
    walk.draft.references.add(reference);
    if (walk.frame == null) {
      walk.draft.define(reference);
    } else if (role != NameRole.CREATED) {
      walk.frame.query().add(reference);
    }
    return reference;
  }
}
