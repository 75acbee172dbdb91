package dev.sluice.sql.postgres.tree;

import dev.sluice.policy.statement.BuiltInFunctions;
import dev.sluice.policy.statement.GrantCatalogue;
import dev.sluice.policy.statement.StatementFacts.ColumnUse;
import dev.sluice.policy.statement.StatementFacts.Use;
import dev.sluice.sql.postgres.tree.Draft.Read;
import dev.sluice.sql.postgres.tree.Draft.Reference;
import dev.sluice.sql.postgres.tree.Outputs.Names;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which columns of which relations the names in a statement mean, once the whole statement
 * was read, by the rules of PostgreSQL and the grant's part of the catalogue. What may mean several
 * things is told of all of them; what a query in the statement gives was told where it is read.
 */
final class Columns {

  /** The column that tells which table a row is of. */
  private static final String TABLE = "tableoid";

  /** Columns that every table has. */
  private static final Set<String> SYSTEM = Set.of(TABLE, "xmin", "cmin", "xmax", "cmax", "ctid");

  /**
   * Columns that are looked at for one statement at most. A statement that takes more is told of as
   * if the catalogue told nothing.
   */
  private static final int MOST_LOOKS = 300_000;

  private final GrantCatalogue catalogue;
  private final Set<ColumnUse> uses = new LinkedHashSet<>();
  private final Set<String> calls = new LinkedHashSet<>(0);
  private final Set<String> mayBeFunctions = new LinkedHashSet<>(0);
  private final Set<String> mayBeFieldsOrFunctions = new LinkedHashSet<>(0);
  private int looks;

  /** The relation whose rows have to be chosen; null: any. */
  private @Nullable Reference target;

  Columns(GrantCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** How a source may have a column. */
  private enum Has {
    YES,
    NO,
    PERHAPS
  }

  Set<ColumnUse> uses() {
    return uses;
  }

  /**
   * Names that were written like columns of relations that are not known to have them: {@code
   * relation.name} calls a function of that name where there is no such column.
   */
  Set<String> mayBeFunctions() {
    return mayBeFunctions;
  }

  /** Names of that sort which a field of the value may have, too, where it has fields. */
  Set<String> mayBeFieldsOrFunctions() {
    return mayBeFieldsOrFunctions;
  }

  /** All functions that names of columns and fields seem to call, PostgreSQL's own among them. */
  Set<String> calls() {
    return calls;
  }

  /** A name after a value: a field of it, or a function that is called with it. */
  void addAttribute(Draft.Attribute attribute) {
    Read value = attribute.value();
    Source source = value == null ? null : only(value);
    Reference reference = source == null ? null : relation(source);
    boolean scalar =
        value != null
            && source != null
            && reference != null
            && known(reference)
                .flatMap(relation -> relation.column(sought(value)))
                .filter(column -> !column.fields())
                .isPresent();
    addCall(attribute.name(), scalar ? mayBeFunctions : mayBeFieldsOrFunctions);
  }

  private void addCall(String name, Set<String> unknown) {
    if (unknown == mayBeFieldsOrFunctions
        && (BuiltInFunctions.givesField(name) || catalogue.hasColumn(name))) {
      return;
    }
    calls.add(name);
    if (!BuiltInFunctions.runsText(name)
        && !BuiltInFunctions.knows(List.of(name), catalogue.serverVersion())) {
      unknown.add(name);
    }
  }

  private Optional<GrantCatalogue.Relation> known(Reference reference) {
    return looks > MOST_LOOKS ? Optional.empty() : catalogue.find(reference.schema, reference.name);
  }

  /** Columns that are given a value, or read without an expression that names them. */
  void add(Reference relation, String column, Use use) {
    Optional<GrantCatalogue.Relation> known = known(relation);
    add(relation, known, column, use);
    if (column.equals("*")) {
      addAll(known, use);
    }
  }

  private void addAll(Optional<GrantCatalogue.Relation> known, Use use) {
    known.ifPresent(
        relation -> {
          looks += relation.columns().size();
          for (GrantCatalogue.Column each : relation.columns()) {
            uses.add(new ColumnUse(relation.schema(), relation.name(), each.name(), use));
          }
        });
  }

  private void add(
      Reference reference, Optional<GrantCatalogue.Relation> known, String column, Use use) {
    uses.add(
        known
            .map(relation -> new ColumnUse(relation.schema(), relation.name(), column, use))
            .orElseGet(() -> new ColumnUse(reference.schema, reference.name, column, use)));
  }

  /** A column that an expression names. */
  void add(Read read) {
    Frame frame = read.frame();
    if (frame == null) {
      uses.add(new ColumnUse(read.schema(), read.relation(), read.column(), Use.READ));
    } else if (looks > MOST_LOOKS) {
      uses.add(new ColumnUse(null, null, read.column(), Use.READ));
    } else if (read.relation() == null) {
      if (read.star()) {
        for (Source source : frame.sources()) {
          addAll(source);
        }
      } else {
        addUnqualified(frame, read);
      }
    } else {
      addQualified(frame, read, read.relation());
    }
  }

  private void addQualified(Frame frame, Read read, String relation) {
    Source source = source(frame, read.schema(), relation);
    if (source == null) {
      if (read.field()) { // of a column that holds a row
        Read row = new Read(frame, null, null, relation, false, false, read.place());
        addUnqualified(frame, row);
        if (!read.star()) {
          addAttribute(new Draft.Attribute(row, read.column()));
        }
      } else {
        uses.add(new ColumnUse(null, null, read.column(), Use.READ));
      }
    } else if (read.star()) {
      addAll(source);
    } else {
      addOf(source, read.column());
      if (has(source, read.column()) == Has.NO) {
        calls.add(read.column());
        mayBeFunctions.add(read.column());
      } else if (source.kind == Source.Kind.FUNCTION
          && !source.onlyQualified
          && !names(source).names().contains(read.column())) {
        addCall(read.column(), mayBeFieldsOrFunctions);
      }
    }
  }

  private static @Nullable Source source(Frame frame, @Nullable String schema, String name) {
    if (schema == null) {
      return frame.source(name);
    }
    Reference reference = frame.relation(schema, name);
    return reference == null ? null : Source.of(reference);
  }

  private void addUnqualified(Frame start, Read read) {
    String column = read.column();
    boolean named = read.place() != Place.ANYWHERE && start.query().outputs.has(column);
    if (named && read.place() == Place.ORDER) {
      return;
    }
    List<Source> perhaps = new ArrayList<>(0);
    List<Source> seen = new ArrayList<>(2);
    boolean found = false;
    boolean innermost = true;
    for (Frame frame = start; frame != null && !found; frame = frame.outer()) {
      found = addFrom(frame.sources(), column, seen, perhaps);
      if (!found && innermost && named) {
        return;
      }
      innermost = false;
    }
    Source row = found ? null : start.source(column);
    if (row != null) { // a relation's name stands for its whole row
      addAll(row);
    }
    if ((found || row != null) && perhaps.isEmpty()) {
      return;
    }
    List<Source> candidates = perhaps.isEmpty() ? seen : perhaps;
    if (!found && row == null && candidates.size() == 1 && isRelation(candidates.getFirst())) {
      addOf(candidates.getFirst(), column);
    } else {
      uses.add(new ColumnUse(null, null, column, Use.READ));
    }
  }

  /**
   * Adds the columns of a name that sources have.
   *
   * @param seen every source is added to it
   * @param perhaps those are added that may have such a column, unless one has it: then the name
   *     would be ambiguous
   * @return whether one has it
   */
  private boolean addFrom(
      List<Source> sources, String column, List<Source> seen, List<Source> perhaps) {
    boolean found = false;
    List<Source> more = new ArrayList<>(0);
    for (Source source : sources) {
      if (source.onlyQualified || source.kind == Source.Kind.JOIN) {
        continue;
      }
      seen.add(source);
      switch (has(source, column)) {
        case YES -> {
          found = true;
          addOf(source, column);
        }
        case PERHAPS -> more.add(source);
        case NO -> {}
      }
    }
    if (!found) {
      perhaps.addAll(more);
    }
    return found;
  }

  private static boolean isRelation(Source source) {
    return relation(source) != null;
  }

  /** The relation that a source is; null: it is something else. */
  private static @Nullable Reference relation(Source source) {
    Reference reference = source.reference;
    return reference == null || reference.expression() ? null : reference;
  }

  /** Adds a column of a source, which has it, as far as is known. */
  private void addOf(Source source, String column) {
    Reference reference = relation(source);
    if (reference != null) {
      Optional<GrantCatalogue.Relation> known = known(reference);
      add(reference, known, original(source, known, column), Use.READ);
      return;
    }
    if (source.kind == Source.Kind.JOIN) {
      if (!source.renamed.isEmpty()) {
        addAll(source);
        return;
      }
      addShared(source.parts(), column);
    }
  }

  /** The name that a column of a relation has in the catalogue. */
  private static String original(
      Source source, Optional<GrantCatalogue.Relation> known, String column) {
    int index = source.renamed.indexOf(column);
    if (index < 0) {
      return source.renamed.isEmpty() || known.isPresent() ? column : "*";
    }
    return known
        .map(GrantCatalogue.Relation::columns)
        .filter(columns -> index < columns.size())
        .map(columns -> columns.get(index).name())
        .orElse("*");
  }

  private void addAll(Source source) {
    Reference reference = relation(source);
    if (reference != null) {
      add(reference, "*", Use.READ);
    }
    source.parts().forEach(this::addAll);
  }

  /** A column that some of several sources have, where only those that may have it are told of. */
  void addShared(List<Source> side, String column) {
    boolean found = false;
    List<Source> perhaps = new ArrayList<>(1);
    for (Source source : side) {
      if (source.kind != Source.Kind.JOIN) {
        switch (has(source, column)) {
          case YES -> {
            addOf(source, column);
            found = true;
          }
          case PERHAPS -> perhaps.add(source);
          case NO -> {}
        }
      }
    }
    if (!found) {
      perhaps.stream()
          .filter(source -> relation(source) != null)
          .forEach(source -> addOf(source, column));
    }
  }

  /** NATURAL: every column that both sides have. */
  void addNatural(List<Source> left, List<Source> right) {
    Names some = names(left);
    Names others = names(right);
    if (!some.complete() || !others.complete()) {
      left.forEach(this::addAll);
      right.forEach(this::addAll);
      return;
    }
    for (String name : new LinkedHashSet<>(some.names())) {
      if (name != null && others.names().contains(name)) {
        addShared(left, name);
        addShared(right, name);
      }
    }
  }

  /**
   * Whether a column holds a value in every row, as far as the catalogue tells. So it is of a
   * statement that takes too many looks, which nobody needs in order to change a few rows.
   */
  boolean alwaysHasValue(Read read) {
    if (looks > MOST_LOOKS) {
      return true;
    }
    Source source = only(read);
    Reference reference = source == null ? null : relation(source);
    if (source == null || reference == null || source.nullable) {
      return false;
    }
    Optional<GrantCatalogue.Relation> known = known(reference);
    String column = original(source, known, read.column());
    return SYSTEM.contains(column)
        || known
            .flatMap(relation -> relation.column(column))
            .filter(GrantCatalogue.Column::notNull)
            .isPresent();
  }

  /**
   * Whether a condition chooses among the rows of a relation that is changed: by one of its
   * columns, and not only by what each of its rows has in common with itself.
   *
   * @param condition the condition
   * @param changed the relation; null: rows of any relation may be chosen
   */
  boolean choose(Condition condition, @Nullable Reference changed) {
    target = changed;
    boolean some = changed == null || condition.chooses(this);
    target = null;
    return some && condition.chooses(this);
  }

  /** Whether a column tells rows apart that are to be chosen. */
  boolean bounds(Read read) {
    if (read.column().equals(TABLE)) {
      return false;
    }
    Reference changed = target;
    if (changed == null) {
      return true;
    }
    if (looks > MOST_LOOKS) {
      return false;
    }
    Source source = only(read);
    return source == null || source.reference == changed;
  }

  /**
   * Whether two names are the same column of one relation that stands in the statement twice, so
   * that a row that is equal in it is there for each. It says which rows belong together where
   * others are chosen.
   */
  boolean samePlace(Read one, Read other) {
    Source source = target == null ? only(one) : null;
    Source another = source == null ? null : only(other);
    Reference reference = source == null ? null : relation(source);
    Reference second = another == null ? null : relation(another);
    if (source == null || another == null || reference == null || second == null) {
      return false;
    }
    Optional<GrantCatalogue.Relation> known = known(reference);
    boolean relation =
        known.isPresent()
            ? known.equals(known(second))
            : reference.name.equals(second.name) && Objects.equals(reference.schema, second.schema);
    return relation
        && original(source, known, one.column()).equals(original(another, known, other.column()));
  }

  /**
   * The relation of a query whose rows can be found by the value of a column although it is masked;
   * null: the column is of no such relation, or may be of several.
   */
  @Nullable Reference soughtIn(Read read, Frame.Query query) {
    Source source = looks > MOST_LOOKS ? null : only(read);
    Reference reference = source == null ? null : relation(source);
    return source != null
            && reference != null
            && query.sources.contains(source)
            && known(reference)
                .flatMap(relation -> relation.column(sought(read)))
                .filter(GrantCatalogue.Column::lookup)
                .isPresent()
        ? reference
        : null;
  }

  /** The name in the catalogue of a column that is of one source. */
  String sought(Read read) {
    Source source = only(read);
    Reference reference = source == null ? null : relation(source);
    return source == null || reference == null
        ? read.column()
        : original(source, known(reference), read.column());
  }

  /** Whether two names are the same column of the same source. */
  boolean same(Read one, Read other) {
    if (!one.column().equals(other.column()) || one.star() || other.star()) {
      return false;
    }
    Source source = only(one);
    return source == null ? one.equals(other) && one.frame() != null : source == only(other);
  }

  /** The one source that a column may be of; null: there are several, or none. */
  private @Nullable Source only(Read read) {
    Frame frame = read.frame();
    String relation = read.relation();
    if (frame == null || read.star() || read.field()) {
      return null;
    }
    if (relation != null) {
      return read.schema() == null ? frame.source(relation) : null;
    }
    for (Frame each = frame; each != null; each = each.outer()) {
      List<Source> may = new ArrayList<>(1);
      for (Source source : each.sources()) {
        if (!source.onlyQualified
            && source.kind != Source.Kind.JOIN
            && has(source, read.column()) != Has.NO) {
          may.add(source);
        }
      }
      if (!may.isEmpty()) {
        return may.size() == 1 ? may.getFirst() : null;
      }
    }
    return null;
  }

  private Has has(Source source, String column) {
    looks++;
    Reference reference = relation(source);
    if (reference != null) {
      if (SYSTEM.contains(column) || source.renamed.contains(column)) {
        return Has.YES;
      }
      Optional<GrantCatalogue.Relation> known = known(reference);
      if (known.isEmpty()) {
        return Has.PERHAPS;
      }
      if (source.renamed.isEmpty()) {
        looks += known.get().columns().size();
        return known.get().column(column).isPresent() ? Has.YES : Has.NO;
      }
    }
    Names names = names(source);
    if (names.names().contains(column)) {
      return Has.YES;
    }
    return names.complete() && !names.names().contains(null) ? Has.NO : Has.PERHAPS;
  }

  /** The names that {@code *} stands for. */
  Names names(Read star) {
    Frame frame = star.frame();
    String relation = star.relation();
    if (frame == null) {
      return Names.UNKNOWN;
    }
    if (relation == null) {
      return names(frame.sources());
    }
    Source source = source(frame, star.schema(), relation);
    return source == null ? Names.UNKNOWN : names(source);
  }

  private Names names(List<Source> sources) {
    List<@Nullable String> list = new ArrayList<>();
    boolean complete = true;
    for (Source source : sources) {
      if (source.kind != Source.Kind.JOIN) {
        Names more = names(source);
        list.addAll(more.names());
        complete &= more.complete();
      }
      if (list.size() > Outputs.MOST) {
        return new Names(list, false);
      }
    }
    return new Names(list, complete);
  }

  private Names names(Source source) {
    Names own =
        switch (source.kind) {
          case NAMED -> named(source);
          case QUERY -> source.outputs == null ? Names.UNKNOWN : source.outputs.names(this);
          case JOIN -> names(source.parts());
          case FUNCTION -> new Names(List.copyOf(source.columns), false);
        };
    looks += own.names().size() + 1;
    if (source.renamed.isEmpty()) {
      return own;
    }
    List<@Nullable String> renamed = new ArrayList<>(source.renamed);
    if (own.names().size() > renamed.size()) {
      renamed.addAll(own.names().subList(renamed.size(), own.names().size()));
    }
    return new Names(renamed, own.complete());
  }

  private Names named(Source source) {
    Reference reference = source.reference;
    if (reference == null) {
      return Names.UNKNOWN;
    }
    Source expression = reference.meaning();
    if (expression != null) {
      return names(expression);
    }
    return known(reference)
        .map(
            relation ->
                new Names(
                    new ArrayList<@Nullable String>(
                        relation.columns().stream().map(GrantCatalogue.Column::name).toList()),
                    true))
        .orElse(Names.UNKNOWN);
  }

  /** Where a column's name stands. */
  enum Place {
    ANYWHERE,
    /** ORDER BY: a name that the query gives to a value means that value. */
    ORDER,
    /** GROUP BY: so it does where there is no such column. */
    GROUP
  }
}
