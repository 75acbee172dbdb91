package dev.sluice.sql.postgres.tree;

import dev.sluice.policy.statement.BuiltInFunctions;
import dev.sluice.sql.postgres.grammar.TreeReader;
import dev.sluice.sql.postgres.tree.Columns.Place;
import dev.sluice.sql.postgres.tree.Condition.Claim;
import dev.sluice.sql.postgres.tree.Condition.NullTest;
import dev.sluice.sql.postgres.tree.Draft.Column;
import dev.sluice.sql.postgres.tree.Draft.Read;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Readers of expressions: the columns and functions in them, and whether they choose among rows.
 */
final class ExpressionNodes {

  /** Functions that defaults are often made of and that give one value throughout a statement. */
  private static final Set<String> STEADY =
      Set.of("now", "transaction_timestamp", "statement_timestamp", "timezone", "current_setting");

  private static final String EQUAL = "=";

  /** Functions that always have a value. */
  private static final Set<String> NEVER_NULL =
      Set.of("concat", "concat_ws", "num_nonnulls", "num_nulls");

  /** Operators whose value tells something of what stands on both of their sides. */
  private static final Set<String> GIVES_MORE_OF_ITSELF = Set.of("+", "*", "||", "^", "&", "|");

  /** Tests of null in one OR that are compared with each other. */
  private static final int MOST_TESTS = 16;

  private final Walk walk;

  /** Functions of PostgreSQL's whose answer depends on the search path. */
  private static final Set<String> TELL_BY_PATH = Set.of("current_schema", "pg_table_is_visible");

  private final Tautologies tautologies;
  private boolean constantsWanted;

  ExpressionNodes(Walk walk) {
    this.walk = walk;
    this.tautologies = new Tautologies(walk);
  }

  Condition fields(String type) {
    return switch (type) {
      case "ColumnRef" -> column(Place.ANYWHERE);
      case "A_Indirection" -> part();
      case "NullTest" -> nullTest();
      case "SortBy" -> sorted();
      case "CaseExpr" -> choice();
      case "PartitionBoundSpec" -> bound();
      case "FuncCall" -> call();
      case "SQLValueFunction" -> keyword();
      case "A_Expr" -> operation();
      case "BoolExpr" -> combination();
      case "SubLink" -> subquery();
      case "A_Const" -> constant();
      case "ParamRef" -> parameter();
      case "TypeCast" -> cast();
      case "CollateClause" -> collated();
      case "CurrentOfExpr" -> {
        walk.passOver();
        yield Condition.CHOOSES;
      }
      case "TableLikeClause" -> likeTable();
      case "PartitionCmd" -> partition();
      case "PublicationTable" -> published();
      case "VacuumRelation" -> maintained();
      default -> walk.through();
    };
  }

  Condition column(Place place) {
    List<String> parts = new ArrayList<>(2);
    int position = 0;
    boolean star = false;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "fields" -> {
          walk.tree.enterArray();
          while (walk.tree.element()) {
            List<String> part = walk.strings();
            star = part.isEmpty();
            parts.add(star ? "*" : part.get(0));
          }
        }
        case "location" -> position = walk.tree.number();
        default -> walk.tree.skip();
      }
    }
    int qualifier = parts.size() - 1;
    Read read =
        new Read(
            walk.frame == null ? walk.draft.subject : walk.frame,
            qualifier > 1 ? parts.get(qualifier - 2) : null,
            qualifier > 0 ? parts.get(qualifier - 1) : null,
            parts.get(qualifier),
            star,
            false,
            place);
    walk.draft.read.add(read);
    if (qualifier == 2 || qualifier == 3) {
      walk.draft.columns.add(
          new Column(
              walk.frame, parts.get(qualifier - 2), parts.get(qualifier - 1), position, qualifier));
    }
    return Condition.column(read, position, walk.bounding);
  }

  /** A part of a value: {@code (relation).column} names a column. */
  private Condition part() {
    Condition whole = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "arg" -> whole = walk.value(field);
        case "indirection" -> {
          Read row = whole.column();
          boolean first = true;
          walk.tree.enterArray();
          while (walk.tree.element()) {
            @Nullable Condition part = first && row != null ? field(row) : null;
            if (part == null) {
              whole = whole.with(attribute(first ? row : null));
            } else {
              whole = part;
            }
            first = false;
          }
        }
        default -> walk.tree.skip();
      }
    }
    return whole;
  }

  /**
   * Reads a field of a row that a name stands for; null: the name is a column's for sure, and
   * nothing was read.
   */
  private @Nullable Condition field(Read row) {
    if (row.relation() != null || row.star()) {
      return null;
    }
    walk.tree.enter();
    String type = walk.tree.field();
    if (type == null) {
      return Condition.CHOOSES;
    }
    walk.tree.enter();
    @Nullable String name = null;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "sval" -> name = walk.tree.text();
        default -> walk.value(field);
      }
    }
    walk.end();
    boolean star = type.equals("A_Star");
    String column = star ? "*" : name;
    if (column == null) {
      return Condition.CHOOSES;
    }
    Read read = new Read(row.frame(), null, row.column(), column, star, true, Place.ANYWHERE);
    walk.draft.read.removeLast(); // the row as a whole
    walk.draft.read.add(read);
    return Condition.column(read, Condition.NOWHERE, walk.bounding);
  }

  /** Reads a part of a value: an element of an array, or a field or function by its name. */
  private Condition attribute(@Nullable Read value) {
    walk.tree.enter();
    String type = walk.tree.field();
    if (type == null) {
      return Condition.CONSTANT;
    }
    walk.tree.enter();
    Condition condition = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (type.equals("String") && field.equals("sval")) {
        walk.draft.attributes.add(new Draft.Attribute(value, walk.tree.text()));
      } else {
        condition = condition.with(walk.value(field));
      }
    }
    walk.end();
    return condition;
  }

  private Condition nullTest() {
    Condition tested = Condition.CONSTANT;
    boolean isNull = true;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "arg" -> tested = walk.value(field);
        case "nulltesttype" -> isNull = walk.tree.text().equals("IS_NULL");
        default -> walk.tree.skip();
      }
    }
    if (walk.bounding && tested.column() == null && named(tested, NEVER_NULL)) {
      return Condition.CONSTANT;
    }
    return tested.asNullTest(isNull);
  }

  /**
   * CASE: which result it gives may depend on the rows, or else each of the results has to. Results
   * stand in {@code result} and {@code defresult}, and nothing else is a condition on its own.
   */
  private Condition choice() {
    Condition tests = Condition.CONSTANT;
    @Nullable Condition results = null;
    Set<@Nullable String> constants = new HashSet<>(2);
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "args" -> {
          walk.tree.enterArray();
          while (walk.tree.element()) {
            walk.tree.enter();
            walk.tree.field();
            walk.tree.enter();
            for (String part = walk.tree.field(); part != null; part = walk.tree.field()) {
              Condition condition = walk.value(part);
              if (part.equals("result")) {
                constants.add(condition.constant());
                results = results == null ? condition : results.and(condition);
              } else {
                tests = tests.with(condition);
              }
            }
            walk.end();
          }
        }
        case "defresult" -> {
          Condition condition = walk.value(field);
          constants.add(condition.constant());
          results = results == null ? condition : results.and(condition);
        }
        default -> tests = tests.with(walk.value(field));
      }
    }
    if (walk.bounding && results != null && !constants.contains(null)) {
      walk.draft.readsConstants = true;
      if (constants.size() == 1) { // whatever is tested
        return Condition.CONSTANT;
      }
    }
    return results == null ? tests : tests.with(results);
  }

  /** The bounds of a partition, in which MINVALUE looks like a column. */
  Condition bound() {
    int columns = walk.draft.read.size();
    int calls = walk.draft.unknownFunctions.size();
    walk.through();
    walk.draft.read.subList(columns, walk.draft.read.size()).clear();
    walk.draft.runsNow |= walk.draft.unknownFunctions.size() > calls;
    return Condition.CONSTANT;
  }

  private Condition sorted() {
    Condition all = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("useOp")) {
        operator();
      } else {
        all = all.with(walk.value(field));
      }
    }
    return all;
  }

  /** Reads an operator's name: one that somebody made runs a function. */
  List<String> operator() {
    List<String> name = walk.strings();
    if (!name.isEmpty() && !BuiltInFunctions.knowsOperator(name)) {
      walk.draft.unknownFunctions.add("operator " + qualified(name));
    }
    return name;
  }

  private Condition call() {
    List<String> name = List.of();
    Condition arguments = Condition.CONSTANT;
    int position = 0;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "funcname" -> name = walk.strings();
        case "location" -> position = walk.tree.number();
        case "args" ->
            arguments = arguments.with(setsParameter(name) ? setting(field) : walk.value(field));
        default -> arguments = arguments.with(walk.value(field));
      }
    }
    if (name.isEmpty()) {
      return arguments;
    }
    String last = name.getLast();
    walk.draft.functions.add(qualified(name));
    if (TELL_BY_PATH.contains(last) && (name.size() == 1 || isBuiltIn(name))) {
      byPath(NameRole.CALLED, last, position, name.size());
    }
    if (!STEADY.contains(last)) {
      walk.draft.changingCalls++;
    }
    if (BuiltInFunctions.runsText(last)) {
      walk.draft.opaque = true;
    } else if (!BuiltInFunctions.knows(name, walk.catalogue.serverVersion())) {
      walk.draft.unknownFunctions.add(qualified(name));
    }
    return last.equals("pg_typeof") ? Condition.CONSTANT : arguments.named(last);
  }

  private static boolean isBuiltIn(List<String> name) {
    return name.size() == 2 && name.getFirst().equals("pg_catalog");
  }

  private void byPath(NameRole role, String name, int position, int parts) {
    walk.draft.others.add(
        new TreeStatement.Name(role, false, "pg_catalog", name, position, parts, false, false));
  }

  /** A function that is written as a word alone, such as CURRENT_DATE. */
  private Condition keyword() {
    boolean schema = false;
    int position = 0;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "op" -> schema = walk.tree.text().equals("SVFOP_CURRENT_SCHEMA");
        case "location" -> position = walk.tree.number();
        default -> walk.tree.skip();
      }
    }
    if (schema) {
      byPath(NameRole.KEYWORD, "current_schema", position, 1);
    }
    return Condition.CONSTANT;
  }

  private static boolean setsParameter(List<String> name) {
    return !name.isEmpty() && name.getLast().equals("set_config");
  }

  /** The arguments of {@code set_config}: the first names the parameter, where it is a constant. */
  private Condition setting(String field) {
    Condition arguments = Condition.CONSTANT;
    boolean first = true;
    walk.tree.enterArray();
    while (walk.tree.element()) {
      Condition argument = withConstants(field);
      if (first) {
        String parameter = argument.constant();
        Read column = argument.column();
        if (parameter != null) {
          walk.draft.settings.add(parameter.toLowerCase(Locale.ROOT));
        } else if (column != null) {
          walk.draft.settingColumns.add(column);
        } else {
          walk.draft.settings.add("*");
        }
        first = false;
      }
      arguments = arguments.with(argument);
    }
    if (first) {
      walk.draft.settings.add("*");
    }
    return arguments;
  }

  private Condition withConstants(String field) {
    boolean before = constantsWanted;
    constantsWanted = true;
    walk.draft.readsConstants = true;
    Condition condition = walk.value(field);
    constantsWanted = before;
    return condition;
  }

  private Condition operation() {
    String kind = "";
    String operator = "";
    Condition left = Condition.CONSTANT;
    Condition right = Condition.CONSTANT;
    TreeReader.Print leftPrint = TreeReader.Print.NONE;
    TreeReader.Print rightPrint = TreeReader.Print.NONE;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "kind" -> kind = walk.tree.text();
        case "name" -> {
          if (kind.startsWith("AEXPR_OP")) {
            List<String> name = operator();
            operator = name.size() == 1 ? name.getFirst() : "";
          } else {
            walk.tree.skip();
          }
        }
        case "lexpr" -> {
          TreeReader.Print before = walk.tree.mark();
          left = walk.value(field);
          leftPrint = walk.tree.since(before);
        }
        case "rexpr" -> {
          if (walk.bounding && isList(kind)) {
            return amongSeveral(kind, left, leftPrint);
          }
          boolean constant =
              isPattern(kind) || (operator.equals(EQUAL) && !walk.draft.settingColumns.isEmpty());
          TreeReader.Print before = walk.tree.mark();
          right = constant ? withConstants(field) : walk.value(field);
          rightPrint = walk.tree.since(before);
        }
        default -> walk.tree.skip();
      }
    }
    if (isPattern(kind) && right.constant() != null && !right.constant().isEmpty()) {
      boolean everything = right.constant().chars().allMatch(character -> character == '%');
      return everything ? Condition.CONSTANT : left.with(right);
    }
    if (walk.bounding) {
      if (kind.endsWith("DISTINCT") && tautologies.equal(leftPrint, rightPrint)) {
        return Condition.CONSTANT;
      }
      Condition told = tautologies.told(operator, left, right, leftPrint, rightPrint);
      if (told != null) {
        return told;
      }
      if (Claim.opposable(operator)) {
        Claim claim = new Claim(operator, leftPrint.and(rightPrint));
        return (operator.equals(EQUAL) ? left.equalTo(right) : left.comparedWith(right))
            .claiming(claim);
      }
    }
    if (GIVES_MORE_OF_ITSELF.contains(operator)) {
      return left.with(right);
    }
    return operator.equals(EQUAL) ? left.equalTo(right) : left.comparedWith(right);
  }

  private static boolean isPattern(String kind) {
    return kind.equals("AEXPR_LIKE") || kind.equals("AEXPR_ILIKE");
  }

  private static boolean isList(String kind) {
    return kind.equals("AEXPR_IN") || kind.contains("BETWEEN");
  }

  /** IN and BETWEEN, from their list on: a value lies among others of which it is one. */
  private Condition amongSeveral(String kind, Condition left, TreeReader.Print leftPrint) {
    List<Condition> all = new ArrayList<>(3);
    all.add(left);
    Set<Boolean> alike = new HashSet<>();
    walk.items(
        () -> {
          TreeReader.Print before = walk.tree.mark();
          all.add(walk.value("items"));
          alike.add(tautologies.equal(leftPrint, walk.tree.since(before)));
        });
    while (walk.tree.field() != null) {
      walk.tree.skip();
    }
    return alike.contains(true) && (!alike.contains(false) || kind.equals("AEXPR_IN"))
        ? Condition.CONSTANT
        : Condition.any(all);
  }

  static boolean named(Condition value, Set<String> names) {
    String name = value.name();
    return name != null && names.contains(name);
  }

  private Condition combination() {
    boolean either = false;
    boolean both = false;
    List<Condition> all = new ArrayList<>(2);
    List<Condition.Comparison> comparisons = new ArrayList<>(0);
    List<NullTest> tests = new ArrayList<>(0);
    List<Claim> claims = new ArrayList<>(0);
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "boolop" -> {
          String operator = walk.tree.text();
          either = operator.equals("OR_EXPR");
          both = operator.equals("AND_EXPR");
        }
        case "args" -> {
          walk.tree.enterArray();
          while (walk.tree.element()) {
            Condition next = walk.value(field);
            all.add(next);
            if (both) {
              Condition.add(comparisons, next.comparisons());
            }
            if (next.test() != null && tests.size() < MOST_TESTS) {
              tests.add(next.test());
            }
            if (next.claim() != null && claims.size() < MOST_TESTS) {
              claims.add(next.claim());
            }
          }
        }
        default -> walk.tree.skip();
      }
    }
    boolean negated = !either && !both;
    if (!negated && tautologies.opposed(claims)) {
      return Condition.CONSTANT;
    }
    Condition together = either ? Condition.each(all) : Condition.any(all);
    for (int one = 0; one < tests.size(); one++) {
      for (int other = one + 1; other < tests.size(); other++) {
        together = together.unlessOpposed(tests.get(one), tests.get(other));
      }
    }
    return negated
        ? together.claiming(claims.isEmpty() ? null : claims.getFirst().denied())
        : together.holding(comparisons);
  }

  /**
   * EXISTS and a value chooses where the query in it does; {@code x IN (query)} where x does,
   * unless the query gives each value of it.
   */
  private Condition subquery() {
    String kind = "";
    boolean equal = true;
    Condition tested = Condition.CONSTANT;
    Condition inside = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "subLinkType" -> kind = walk.tree.text();
        case "testexpr" -> tested = walk.value(field);
        case "operName" -> equal = operator().equals(List.of(EQUAL));
        case "subselect" -> inside = walk.value(field);
        default -> walk.tree.skip();
      }
    }
    Read column = walk.bounding ? walk.outputs.column : null;
    return switch (kind) {
      case "EXISTS_SUBLINK" -> inside;
      case "ANY_SUBLINK" ->
          column == null || !equal
              ? tested
              : tested.equalTo(Condition.column(column, Condition.NOWHERE, true)).with(inside);
      case "ARRAY_SUBLINK" ->
          column == null || inside.chooses()
              ? tested.with(inside)
              : Condition.column(column, Condition.NOWHERE, true);
      case "EXPR_SUBLINK" -> walk.bounding ? inside.named(null) : tested;
      default -> tested;
    };
  }

  private Condition constant() {
    @Nullable String text = null;
    int position = 0;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("location")) {
        position = walk.tree.number();
      } else if ((constantsWanted || walk.bounding) && field.equals("sval")) {
        List<String> strings = walk.strings();
        text = strings.isEmpty() ? "" : strings.get(0);
      } else if (walk.bounding && field.equals("ival")) {
        text = Long.toString(walk.integer());
      } else if (walk.bounding && field.equals("boolval")) {
        walk.tree.enter();
        text = "false";
        while (walk.tree.field() != null) {
          text = Boolean.toString(walk.tree.truth());
        }
      } else {
        walk.tree.skip();
      }
    }
    return Condition.value(text, position);
  }

  private Condition parameter() {
    int position = 0;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "number" ->
            walk.draft.parameters = Math.max(walk.draft.parameters, walk.tree.number());
        case "location" -> position = walk.tree.number();
        default -> walk.tree.skip();
      }
    }
    return Condition.value(null, position);
  }

  private Condition cast() {
    Condition argument = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "arg" -> argument = walk.value(field);
        case "typeName" -> {
          String type = walk.typeName();
          if (argument.name() == null && argument.constant() == null && argument.column() == null) {
            argument = argument.named(type);
          }
        }
        default -> walk.tree.skip();
      }
    }
    return argument;
  }

  /** COLLATE: the value is what it is without. */
  private Condition collated() {
    Condition argument = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("arg")) {
        argument = walk.value(field);
      } else {
        walk.tree.skip();
      }
    }
    return argument.named(argument.name(), argument.column());
  }

  private Condition likeTable() {
    return inside(NameRole.READ);
  }

  private Condition published() {
    return inside(NameRole.OTHER);
  }

  private Condition maintained() {
    return inside(NameRole.MAINTAINED);
  }

  private Condition inside(NameRole role) {
    NameRole before = walk.role;
    walk.role = role;
    Condition condition = walk.through();
    walk.role = before;
    return condition;
  }

  /** ATTACH or DETACH PARTITION: the name stands bare in a field that elsewhere is a string. */
  private Condition partition() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      walk.value(field.equals("name") ? "relation" : field, NameRole.REFERENCED);
    }
    return Condition.CONSTANT;
  }

  /** A name of several parts in one, a part in double quotes where it would be read otherwise. */
  static String qualified(List<String> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return parts.stream()
        .map(
            part ->
                part.indexOf('.') < 0 && part.indexOf('"') < 0
                    ? part
                    : '"' + part.replace("\"", "\"\"") + '"')
        .collect(Collectors.joining("."));
  }
}
