package dev.sluice.sql.postgres.tree;

import dev.sluice.policy.statement.StatementFacts.ColumnUse;
import dev.sluice.policy.statement.StatementFacts.Manner;
import dev.sluice.policy.statement.StatementFacts.RelationUse;
import dev.sluice.policy.statement.StatementFacts.Use;
import dev.sluice.policy.statement.StatementFacts.Where;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.tree.TreeStatement.Name;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What was found of a statement so far; names are resolved at its end, since a tree gives WITH
 * after FROM.
 */
final class Draft {

  final List<Reference> references = new ArrayList<>(2);
  final List<Column> columns = new ArrayList<>(0);
  final Set<RelationUse> named = new LinkedHashSet<>(2);
  final Set<String> functions = new LinkedHashSet<>(2);
  final Set<String> objectKinds = new LinkedHashSet<>(2);
  final Set<String> settings = new TreeSet<>();
  final Set<StatementKind> effects = EnumSet.noneOf(StatementKind.class);
  final List<Read> read = new ArrayList<>(4);
  final Set<Written> written = new LinkedHashSet<>(0);
  final Set<String> locks = new TreeSet<>();
  final Set<Manner> manners = EnumSet.noneOf(Manner.class);
  final Set<String> extensions = new TreeSet<>();
  final Set<String> languages = new TreeSet<>();
  final Set<String> unknownFunctions = new TreeSet<>();
  Where where = Where.BOUNDED;
  @Nullable Long limit;

  /** Calls of functions whose value is not the same throughout a statement, or may not be. */
  int changingCalls;

  boolean opaque;
  @Nullable String parameter;
  @Nullable String action;
  @Nullable String handle;
  TreeStatement.@Nullable Copy copy;
  int parameters;

  /**
   * The name without a schema of an object that is made and is no relation; its place is not in the
   * tree.
   */
  @Nullable String made;

  /** A relation that the statement names where relations stand. */
  static final class Reference {
    final @Nullable Frame frame;
    @Nullable String database;
    @Nullable String schema;
    String name = "";
    NameRole role;
    @Nullable String alias;
    boolean renamesColumns;
    boolean temporary;
    boolean inNewSchema;
    boolean columns;
    boolean returning;
    int position;

    Reference(@Nullable Frame frame, NameRole role) {
      this.frame = frame;
      this.role = role;
    }

    /** A kind of object as facts have it, for the relation that is made here. */
    String kind(String object) {
      return temporary ? "temporary " + object : object;
    }

    /** Whether the name is that of a WITH expression; a target never is. */
    boolean expression() {
      return role == NameRole.READ
          && schema == null
          && frame != null
          && frame.namesExpression(name);
    }
  }

  /**
   * A column that an expression names.
   *
   * @param relation its relation's name or alias as written; null: none
   */
  record Read(
      @Nullable Frame frame, @Nullable String schema, @Nullable String relation, String column) {}

  /** A column that a statement says the value of. */
  record Written(Reference relation, String column, Use use) {}

  /** Takes note of how an UPDATE or DELETE is bounded. */
  void bound(Where bound) {
    if (bound.compareTo(where) > 0) {
      where = bound;
    }
  }

  /** A column that the statement names with its relation and schema. */
  record Column(@Nullable Frame frame, String schema, String relation, int position, int parts) {}

  TreeStatement finish(StatementKind kind, int start, int length) {
    List<Name> names = new ArrayList<>(references.size() + columns.size());
    Set<RelationUse> relations = new LinkedHashSet<>(references.size());
    for (Reference reference : references) {
      if (!reference.expression()) {
        names.add(name(reference));
        relations.add(new RelationUse(reference.schema, reference.name, reference.role.use()));
        if (reference.returning) {
          relations.add(new RelationUse(reference.schema, reference.name, Use.READ));
        }
      }
    }
    relations.addAll(named);
    for (Column column : columns) {
      Reference meant =
          column.frame == null ? null : column.frame.relation(column.schema, column.relation);
      if (meant != null) {
        names.add(
            new Name(
                meant.role,
                true,
                column.schema,
                column.relation,
                column.position,
                column.parts,
                false,
                false));
      }
    }
    return new TreeStatement(
        kind,
        Set.copyOf(effects),
        start,
        length,
        List.copyOf(relations),
        List.copyOf(names),
        List.copyOf(functions),
        where == Where.BOUNDED,
        List.copyOf(objectKinds),
        parameter,
        Set.copyOf(settings),
        action,
        handle,
        parameters,
        copy,
        made,
        opaque,
        columnUses(),
        where,
        limit,
        Set.copyOf(locks),
        Set.copyOf(manners),
        Set.copyOf(extensions),
        Set.copyOf(languages),
        Set.copyOf(unknownFunctions));
  }

  private Set<ColumnUse> columnUses() {
    Set<ColumnUse> uses = new LinkedHashSet<>(read.size() + written.size());
    for (Written column : written) {
      Reference of = column.relation;
      uses.add(new ColumnUse(of.schema, of.name, column.column, column.use));
    }
    for (Read column : read) {
      String relation = column.relation;
      if (relation == null) {
        uses.add(new ColumnUse(null, null, column.column, Use.READ));
        // A relation's name stands for its whole row.
        addRead(uses, source(column.frame, null, column.column), "*");
      } else {
        addRead(uses, source(column.frame, column.schema, relation), column.column);
      }
    }
    return Set.copyOf(uses);
  }

  private static @Nullable Reference source(
      @Nullable Frame frame, @Nullable String schema, String name) {
    return frame == null
        ? null
        : schema == null ? frame.source(name) : frame.relation(schema, name);
  }

  private static void addRead(Set<ColumnUse> uses, @Nullable Reference of, String column) {
    if (of != null && !of.expression()) {
      uses.add(new ColumnUse(of.schema, of.name, of.renamesColumns ? "*" : column, Use.READ));
    }
  }

  private static Name name(Reference reference) {
    int parts = reference.schema == null ? 1 : reference.database == null ? 2 : 3;
    return new Name(
        reference.role,
        false,
        reference.schema,
        reference.name,
        reference.position,
        parts,
        reference.temporary || reference.inNewSchema,
        reference.columns);
  }
}
