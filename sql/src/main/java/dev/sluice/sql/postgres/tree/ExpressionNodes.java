package dev.sluice.sql.postgres.tree;

import dev.sluice.sql.postgres.tree.Draft.Column;
import dev.sluice.sql.postgres.tree.Draft.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Readers of expressions: the columns and functions in them, and whether they choose among rows.
 */
final class ExpressionNodes {

  /** Functions of PostgreSQL and its own extensions that run SQL which they are given as text. */
  private static final Set<String> RUN_TEXT =
      Set.of(
          "connectby",
          "crosstab",
          "crosstab2",
          "crosstab3",
          "crosstab4",
          "crosstabn",
          "cursor_to_xml",
          "cursor_to_xmlschema",
          "database_to_xml",
          "database_to_xml_and_xmlschema",
          "dblink",
          "dblink_exec",
          "dblink_open",
          "dblink_send_query",
          "pg_background_launch",
          "query_to_xml",
          "query_to_xml_and_xmlschema",
          "query_to_xmlschema",
          "schema_to_xml",
          "schema_to_xml_and_xmlschema",
          "table_to_xml",
          "table_to_xml_and_xmlschema",
          "ts_rewrite",
          "ts_stat",
          "xpath_table");

  /** Functions that defaults are often made of and that give one value throughout a statement. */
  private static final Set<String> STEADY =
      Set.of("now", "transaction_timestamp", "statement_timestamp", "timezone", "current_setting");

  private final Walk walk;
  private boolean constantsWanted;

  ExpressionNodes(Walk walk) {
    this.walk = walk;
  }

  Condition fields(String type) {
    return switch (type) {
      case "ColumnRef" -> column();
      case "FuncCall" -> call();
      case "A_Expr" -> operation();
      case "BoolExpr" -> combination();
      case "SubLink" -> subquery();
      case "A_Const" -> constant();
      case "ParamRef" -> parameter();
      case "TypeCast" -> cast();
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

  private Condition column() {
    List<String> parts = new ArrayList<>(2);
    int position = 0;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "fields" -> {
          walk.tree.enterArray();
          while (walk.tree.element()) {
            List<String> part = walk.strings();
            parts.add(part.isEmpty() ? "*" : part.get(0));
          }
        }
        case "location" -> position = walk.tree.number();
        default -> walk.tree.skip();
      }
    }
    int qualifier = parts.size() - 1;
    walk.draft.read.add(
        new Read(
            walk.frame,
            qualifier > 1 ? parts.get(qualifier - 2) : null,
            qualifier > 0 ? parts.get(qualifier - 1) : null,
            parts.get(qualifier)));
    if (qualifier == 2 || qualifier == 3) {
      walk.draft.columns.add(
          new Column(
              walk.frame, parts.get(qualifier - 2), parts.get(qualifier - 1), position, qualifier));
    }
    return Condition.column(parts.size() == 1 ? parts.get(0) : qualified(parts));
  }

  private Condition call() {
    List<String> name = List.of();
    Condition arguments = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "funcname" -> name = walk.strings();
        case "args" ->
            arguments = arguments.with(setsParameter(name) ? setting(field) : walk.value(field));
        default -> arguments = arguments.with(walk.value(field));
      }
    }
    if (!name.isEmpty()) {
      walk.draft.functions.add(qualified(name));
      if (!STEADY.contains(name.getLast())) {
        walk.draft.changingCalls++;
      }
      walk.draft.opaque |= RUN_TEXT.contains(name.getLast());
    }
    return arguments;
  }

  private static boolean setsParameter(List<String> name) {
    return !name.isEmpty() && name.getLast().equals("set_config");
  }

  /** The arguments of {@code set_config}: the first names the parameter, where it is a constant. */
  private Condition setting(String field) {
    Condition arguments = Condition.CONSTANT;
    @Nullable String parameter = null;
    boolean first = true;
    walk.tree.enterArray();
    while (walk.tree.element()) {
      Condition argument = withConstants(field);
      if (first) {
        parameter = argument.constant();
        first = false;
      }
      arguments = arguments.with(argument);
    }
    walk.draft.settings.add(parameter == null ? "*" : parameter.toLowerCase(Locale.ROOT));
    return arguments;
  }

  private Condition withConstants(String field) {
    boolean before = constantsWanted;
    constantsWanted = true;
    Condition condition = walk.value(field);
    constantsWanted = before;
    return condition;
  }

  private Condition operation() {
    boolean pattern = false;
    Condition left = Condition.CONSTANT;
    Condition right = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "kind" -> {
          String kind = walk.tree.text();
          pattern = kind.equals("AEXPR_LIKE") || kind.equals("AEXPR_ILIKE");
        }
        case "lexpr" -> left = walk.value(field);
        case "rexpr" -> right = pattern ? withConstants(field) : walk.value(field);
        default -> walk.tree.skip();
      }
    }
    if (pattern && right.constant() != null && !right.constant().isEmpty()) {
      boolean everything = right.constant().chars().allMatch(character -> character == '%');
      return everything ? Condition.CONSTANT : left.with(right);
    }
    return left.comparedWith(right);
  }

  private Condition combination() {
    String operator = "";
    boolean any = false;
    boolean all = true;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "boolop" -> operator = walk.tree.text();
        case "args" -> {
          walk.tree.enterArray();
          while (walk.tree.element()) {
            boolean chooses = walk.value(field).chooses();
            any |= chooses;
            all &= chooses;
          }
        }
        default -> walk.tree.skip();
      }
    }
    return Condition.of(operator.equals("OR_EXPR") ? all : any);
  }

  /**
   * EXISTS chooses where the query in it does; {@code x IN (query)} where x does; a query as a
   * value does not.
   */
  private Condition subquery() {
    String kind = "";
    Condition tested = Condition.CONSTANT;
    Condition inside = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "subLinkType" -> kind = walk.tree.text();
        case "testexpr" -> tested = walk.value(field);
        case "subselect" -> inside = walk.value(field);
        default -> walk.tree.skip();
      }
    }
    return kind.equals("EXISTS_SUBLINK") ? inside : tested;
  }

  private Condition constant() {
    @Nullable String text = null;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (constantsWanted && field.equals("sval")) {
        List<String> strings = walk.strings();
        text = strings.isEmpty() ? "" : strings.get(0);
      } else {
        walk.tree.skip();
      }
    }
    return text == null ? Condition.CONSTANT : Condition.constant(text);
  }

  private Condition parameter() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("number")) {
        walk.draft.parameters = Math.max(walk.draft.parameters, walk.tree.number());
      } else {
        walk.tree.skip();
      }
    }
    return Condition.CONSTANT;
  }

  private Condition cast() {
    Condition argument = Condition.CONSTANT;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("arg")) {
        argument = walk.value(field);
      } else {
        walk.tree.skip();
      }
    }
    return argument;
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
