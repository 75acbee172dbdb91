package dev.sluice.sql.postgres.tree;

import dev.sluice.policy.statement.BuiltInFunctions;
import dev.sluice.policy.statement.GrantCatalogue;
import dev.sluice.policy.statement.StatementFacts.Manner;
import dev.sluice.policy.statement.StatementFacts.RelationUse;
import dev.sluice.policy.statement.StatementFacts.Use;
import dev.sluice.policy.statement.StatementFacts.Where;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.tree.TreeStatement.Name;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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

  /** Where functions are called that tell what the search path finds, and stars of RETURNING. */
  final List<Name> others = new ArrayList<>(0);

  final Set<RelationUse> named = new LinkedHashSet<>(2);
  final Set<String> functions = new LinkedHashSet<>(2);
  final Set<String> objectKinds = new LinkedHashSet<>(2);
  final Set<String> settings = new TreeSet<>();

  /** Whether something that was found is what a constant says. */
  boolean readsConstants;

  /** Columns that name the parameters that are set. */
  final List<Read> settingColumns = new ArrayList<>(0);

  final Set<StatementKind> effects = EnumSet.noneOf(StatementKind.class);
  final List<Read> read = new ArrayList<>(4);
  final Set<Written> written = new LinkedHashSet<>(0);
  final List<Join> joins = new ArrayList<>(0);

  /** Queries whose WHERE says that columns are equal to constants or parameters. */
  final List<Frame> selective = new ArrayList<>(0);

  private final List<Bound> bounds = new ArrayList<>(0);
  final Set<String> locks = new TreeSet<>();
  final Set<Manner> manners = EnumSet.noneOf(Manner.class);
  final Set<String> extensions = new TreeSet<>();
  final Set<String> languages = new TreeSet<>();
  final Set<String> unknownFunctions = new TreeSet<>();
  private Where where = Where.BOUNDED;
  @Nullable Long limit;

  /** Calls of functions whose value is not the same throughout a statement, or may not be. */
  int changingCalls;

  /** Where names of columns stand outside a query: the relation that is defined; null: none is. */
  @Nullable Frame subject;

  /** That relation. */
  @Nullable Reference defined;

  /** Parts of values that have the names of fields, or of functions. */
  final List<Attribute> attributes = new ArrayList<>(0);

  /** Whether the functions in it are only written down, to be run later. */
  boolean definesCalls;

  /** Whether some of them run nevertheless. */
  boolean runsNow;

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
    List<String> columnAliases = List.of();
    boolean temporary;
    boolean inNewSchema;
    boolean columns;
    boolean returning;
    int position;

    /** Whether tables that inherit from it belong to it, as they do without ONLY. */
    boolean descendants;

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
      return meaning() != null;
    }

    /** The WITH expression that the name means; null: it means none. */
    @Nullable Source meaning() {
      return role == NameRole.READ && schema == null && frame != null
          ? frame.expression(name)
          : null;
    }
  }

  /**
   * A column that an expression names.
   *
   * @param relation its relation's name or alias as written; null: none
   * @param column its name; with {@code star}: {@code *}
   * @param star whether every column is meant
   * @param field whether the relation's name stands in parentheses, {@code (relation).column}, so
   *     that it may be a column's
   * @param place where it stands
   */
  record Read(
      @Nullable Frame frame,
      @Nullable String schema,
      @Nullable String relation,
      String column,
      boolean star,
      boolean field,
      Columns.Place place) {}

  /**
   * {@code (value).name}: a field of the value, or a call of a function with it.
   *
   * @param value the column that the value is; null: it is something else
   */
  record Attribute(@Nullable Read value, String name) {}

  /** A column that a statement says the value of. */
  record Written(Reference relation, String column, Use use) {}

  /**
   * A join that reads columns which no expression names.
   *
   * @param query the query that it stands in
   * @param left its first source there
   * @param right the first one of its right side
   * @param end the one after its last
   * @param using the columns that it names
   * @param natural whether it takes those that both sides have
   */
  record Join(
      Frame.Query query, int left, int right, int end, List<String> using, boolean natural) {}

  /** Takes note of a relation outside a query, which columns that follow may belong to. */
  void define(Reference relation) {
    boolean first = defined == null && relation.role == NameRole.DEFINED;
    boolean next = relation.role == NameRole.CREATED || relation.role == NameRole.OTHER;
    if (first || next) {
      defined = relation;
      subject = Frame.of(relation);
    }
  }

  /** Takes note of how an UPDATE or DELETE is bounded: by nothing. */
  void unbounded() {
    where = Where.MISSING;
  }

  /**
   * Takes note of how an UPDATE or DELETE is bounded: by a condition.
   *
   * @param target the relation whose rows it has to choose; null: those of any
   */
  void bound(Condition condition, @Nullable Reference target) {
    bounds.add(new Bound(condition, target, null));
  }

  /**
   * Takes note that a condition has to choose rows of any relation, unless another one is a query.
   *
   * @param source that other one
   */
  void boundBeside(Condition condition, Reference source) {
    bounds.add(new Bound(condition, null, source));
  }

  /** A condition, the relation that it bounds, and one that has to be a query where it does not. */
  private record Bound(
      Condition condition, @Nullable Reference target, @Nullable Reference source) {
    boolean holds(Columns columns) {
      return (source != null && source.expression()) || columns.choose(condition, target);
    }
  }

  /** What was found so far of how changes are bounded. */
  record Bounds(Where where, int conditions) {}

  Bounds bounds() {
    return new Bounds(where, bounds.size());
  }

  /** Forgets what was found since then. */
  void restore(Bounds earlier) {
    where = earlier.where;
    bounds.subList(earlier.conditions, bounds.size()).clear();
  }

  /** A column that the statement names with its relation and schema. */
  record Column(@Nullable Frame frame, String schema, String relation, int position, int parts) {}

  TreeStatement finish(StatementKind kind, int start, int length, GrantCatalogue catalogue) {
    Columns told = new Columns(catalogue);
    tell(told);
    for (Bound bound : bounds) {
      if (where == Where.BOUNDED && !bound.holds(told)) {
        where = Where.TRIVIAL;
      }
    }
    if (definesCalls && !runsNow && references.stream().noneMatch(each -> each.temporary)) {
      unknownFunctions.clear();
    } else {
      attributes.forEach(told::addAttribute);
      functions.addAll(told.calls());
      if (unknownFunctions.isEmpty()) { // else what has fields may be what one of them gives
        unknownFunctions.addAll(told.mayBeFieldsOrFunctions());
      }
      unknownFunctions.addAll(told.mayBeFunctions());
      opaque |= functions.stream().anyMatch(BuiltInFunctions::runsText);
    }
    settingColumns.forEach(column -> settings.add(setting(column)));
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
    names.addAll(others);
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
        opaque || !unknownFunctions.isEmpty(),
        Set.copyOf(told.uses()),
        where,
        limit,
        Set.copyOf(locks),
        Set.copyOf(manners),
        Set.copyOf(extensions),
        Set.copyOf(languages),
        Set.copyOf(unknownFunctions),
        readsConstants,
        lookups(told));
  }

  /**
   * The parameter that a column names: that of a row which was chosen by it, as tools do that know
   * none but servers of some age to have it; {@code *}: not told.
   */
  private static String setting(Read column) {
    Frame frame = column.frame();
    Condition.Equality equality = frame == null ? null : frame.query().equality;
    if (frame == null
        || equality == null
        || !equality.column().equals(column)
        || !column.column().equals("name")
        || frame.query().sources.size() != 1) {
      return "*";
    }
    Reference reference = frame.query().sources.getFirst().reference;
    boolean settings =
        reference != null
            && !reference.expression()
            && reference.database == null
            && (reference.schema == null || reference.schema.equals("pg_catalog"))
            && reference.name.equals("pg_settings")
            && reference.columnAliases.isEmpty();
    return settings ? equality.constant().toLowerCase(Locale.ROOT) : "*";
  }

  /**
   * Columns by whose values rows can be found although they are masked, one of each relation. What
   * is locked must be found in the table, so there are none.
   */
  private List<TreeStatement.Lookup> lookups(Columns told) {
    if (selective.isEmpty() || !locks.isEmpty()) {
      return List.of();
    }
    Set<Reference> passed = new HashSet<>();
    for (Column column : columns) {
      Reference meant =
          column.frame == null ? null : column.frame.relation(column.schema, column.relation);
      if (meant != null) {
        passed.add(meant);
      }
    }
    List<TreeStatement.Lookup> lookups = new ArrayList<>(1);
    for (Frame frame : selective) {
      for (Condition.Comparison comparison : frame.query().comparisons) {
        Reference reference = told.soughtIn(comparison.column(), frame.query());
        if (reference != null && reference.descendants && passed.add(reference)) {
          lookups.add(
              new TreeStatement.Lookup(
                  name(reference),
                  reference.alias != null,
                  told.sought(comparison.column()),
                  comparison.place(),
                  comparison.value()));
        }
      }
    }
    return lookups;
  }

  private void tell(Columns told) {
    written.forEach(column -> told.add(column.relation, column.column, column.use));
    read.forEach(told::add);
    for (Join join : joins) {
      List<Source> left = join.query.sources.subList(join.left, join.right);
      List<Source> right = join.query.sources.subList(join.right, join.end);
      for (String column : join.using) {
        told.addShared(left, column);
        told.addShared(right, column);
      }
      if (join.natural) {
        told.addNatural(left, right);
      }
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
