package dev.sluice.sql.postgres.tree;

import dev.sluice.policy.statement.GrantCatalogue;
import dev.sluice.policy.statement.StatementFacts.Manner;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.grammar.TreeReader;
import io.avaje.json.PropertyNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Walks the trees of a text from front to back without keeping them, and gathers what they tell.
 *
 * <p>Whatever has no reader of its own is walked through for what it contains, so that a relation
 * or a function call is found in a place that was not thought of.
 */
public final class Walk {

  /** Names that are read without making a string of each: those that ordinary statements have. */
  public static final PropertyNames NAMES =
      TreeReader.names(
          "A_ArrayExpr",
          "A_Const",
          "A_Expr",
          "A_Indices",
          "A_Indirection",
          "A_Star",
          "Alias",
          "BoolExpr",
          "Boolean",
          "CaseExpr",
          "CaseWhen",
          "CoalesceExpr",
          "ColumnRef",
          "CommonTableExpr",
          "CopyStmt",
          "DefElem",
          "DeleteStmt",
          "FuncCall",
          "InsertStmt",
          "Integer",
          "JoinExpr",
          "List",
          "LockingClause",
          "MergeStmt",
          "MergeWhenClause",
          "NullTest",
          "ParamRef",
          "RangeFunction",
          "RangeSubselect",
          "RangeVar",
          "ResTarget",
          "RowExpr",
          "SQLValueFunction",
          "SelectStmt",
          "SetToDefault",
          "SortBy",
          "String",
          "SubLink",
          "TransactionStmt",
          "TypeCast",
          "TypeName",
          "UpdateStmt",
          "VariableSetStmt",
          "VariableShowStmt",
          "action",
          "agg_distinct",
          "agg_filter",
          "agg_order",
          "agg_star",
          "agg_within_group",
          "alias",
          "aliasname",
          "all",
          "arg",
          "args",
          "arg_location",
          "arrayBounds",
          "boolop",
          "boolval",
          "bsval",
          "catalogname",
          "chain",
          "cols",
          "colnames",
          "coldeflist",
          "ctematerialized",
          "ctename",
          "ctequery",
          "ctes",
          "defaction",
          "defname",
          "defresult",
          "distinctClause",
          "elements",
          "expr",
          "fields",
          "fromClause",
          "func_variadic",
          "funcformat",
          "funcname",
          "functions",
          "fval",
          "groupClause",
          "groupDistinct",
          "havingClause",
          "infer",
          "indirection",
          "inh",
          "is_local",
          "isNatural",
          "isnull",
          "items",
          "ival",
          "jointype",
          "kind",
          "larg",
          "lateral",
          "lexpr",
          "limitCount",
          "limitOffset",
          "limitOption",
          "location",
          "lockedRels",
          "lockingClause",
          "name",
          "names",
          "nulltesttype",
          "number",
          "onConflictClause",
          "op",
          "operName",
          "options",
          "ordinality",
          "over",
          "override",
          "quals",
          "query",
          "rarg",
          "recursive",
          "relation",
          "relname",
          "relpersistence",
          "result",
          "returningList",
          "rexpr",
          "row_format",
          "schemaname",
          "selectStmt",
          "sortClause",
          "sortby_dir",
          "sortby_nulls",
          "stmt",
          "stmt_len",
          "stmt_location",
          "stmts",
          "strength",
          "subLinkType",
          "subquery",
          "subselect",
          "sval",
          "targetList",
          "testexpr",
          "typeName",
          "typemod",
          "typmods",
          "usingClause",
          "val",
          "valuesLists",
          "version",
          "waitPolicy",
          "whereClause",
          "windowClause",
          "withClause");

  final TreeReader tree;
  final GrantCatalogue catalogue;
  private final QueryNodes queries = new QueryNodes(this);
  private final ExpressionNodes expressions = new ExpressionNodes(this);
  private final DefinitionNodes definitions = new DefinitionNodes(this);
  private final SessionNodes sessions = new SessionNodes(this);
  private final TableNodes tables = new TableNodes(this);
  private final SourceNodes sources = new SourceNodes(this);

  Draft draft = new Draft();
  @Nullable Frame frame;
  NameRole role = NameRole.DEFINED;

  /** What the query gives that was read last. */
  Outputs outputs = new Outputs();

  /** Whether a condition is read that bounds a change. */
  boolean bounding;

  /** Whether relations that are made belong to a schema that is made with them. */
  boolean inNewSchema;

  private Walk(TreeReader tree, GrantCatalogue catalogue) {
    this.tree = tree;
    this.catalogue = catalogue;
  }

  /**
   * Reads all statements of a text.
   *
   * @param tree the trees
   * @param catalogue what is known of the relations that they may name
   * @return what they tell, in the order of the text
   */
  public static List<TreeStatement> statements(TreeReader tree, GrantCatalogue catalogue) {
    return new Walk(tree, catalogue).all();
  }

  private List<TreeStatement> all() {
    List<TreeStatement> statements = new ArrayList<>(1);
    tree.enter();
    elements("stmts", () -> statements.add(raw()));
    return statements;
  }

  /** Reads the elements of one field, and no others, of the object that was entered. */
  private void elements(String wanted, Runnable element) {
    for (String field = tree.field(); field != null; field = tree.field()) {
      if (!field.equals(wanted)) {
        tree.skip();
        continue;
      }
      tree.enterArray();
      while (tree.element()) {
        element.run();
      }
    }
  }

  private TreeStatement raw() {
    draft = new Draft();
    frame = null;
    bounding = false;
    role = NameRole.DEFINED;
    StatementKind kind = StatementKind.OTHER;
    int start = 0;
    int length = 0;
    tree.enter();
    for (String field = tree.field(); field != null; field = tree.field()) {
      switch (field) {
        case "stmt" -> kind = carried();
        case "stmt_location" -> start = tree.number();
        case "stmt_len" -> length = tree.number();
        default -> tree.skip();
      }
    }
    return draft.finish(kind, start, length, catalogue);
  }

  /** Reads a wrapped statement that is the text's own or would run with it. */
  StatementKind carried() {
    tree.enter();
    String type = tree.field();
    if (type == null) {
      return StatementKind.OTHER;
    }
    tree.enter();
    StatementKind kind = statement(type, true);
    end();
    return kind;
  }

  /**
   * Reads a node that is a list.
   *
   * @param item reads one of its items
   */
  void items(Runnable item) {
    tree.enter();
    tree.field();
    tree.enter();
    elements("items", item);
    end();
  }

  /** Leaves an object that has no more fields. */
  void end() {
    String field = tree.field();
    if (field != null) {
      throw new IllegalStateException("a node with a second type: " + field);
    }
  }

  /**
   * Reads the fields of a statement; a query that is carried counts among the effects, one that
   * only feeds does not.
   */
  private StatementKind statement(String type, boolean runs) {
    StatementKind kind =
        switch (type) {
          case "SelectStmt" -> queries.select().kind();
          case "InsertStmt" -> queries.insert();
          case "UpdateStmt" -> queries.update();
          case "DeleteStmt" -> queries.delete();
          case "MergeStmt" -> queries.merge();
          case "CopyStmt" -> queries.copy();
          case "TruncateStmt" -> queries.truncate();
          case "ExplainStmt" -> sessions.explain();
          default -> {
            StatementKind session = sessions.statement(type);
            yield session != null ? session : definitions.statement(type);
          }
        };
    if (runs) {
      draft.effects.add(kind);
    }
    return kind;
  }

  /** Reads the fields of a node of a type. */
  Condition fields(String type) {
    return switch (type) {
      case "SelectStmt" -> queries.select().condition();
      case "RangeVar" -> {
        queries.relation(role);
        yield Condition.CONSTANT;
      }
      case "WithClause" -> queries.with();
      case "IntoClause" -> queries.into();
      case "OnConflictClause" -> queries.conflict();
      case "LockingClause" -> queries.lock();
      case "AlterTableCmd" -> tables.command();
      case "ColumnDef" -> tables.column();
      case "Constraint" -> tables.constraint();
      case "TypeName", "DefElem", "RoleSpec", "AccessPriv", "ReplicaIdentityStmt" -> passOver();
      default -> {
        if (type.endsWith("Stmt")) {
          statement(type, true);
          yield Condition.CONSTANT;
        }
        Condition source = sources.fields(type);
        yield source != null ? source : expressions.fields(type);
      }
    };
  }

  /** Reads a value of any form, for what is in it. */
  Condition value(String field) {
    return switch (tree.form()) {
      case OBJECT -> object(field);
      case ARRAY -> {
        Condition all = Condition.CONSTANT;
        tree.enterArray();
        while (tree.element()) {
          all = all.with(value(field));
        }
        yield all;
      }
      case PLAIN -> {
        switch (field) {
          case "concurrent" -> add(Manner.CONCURRENTLY, tree.truth());
          case "behavior" -> add(Manner.CASCADE, tree.text().equals("DROP_CASCADE"));
          default -> tree.skip();
        }
        yield Condition.CONSTANT;
      }
    };
  }

  private void add(Manner manner, boolean present) {
    if (present) {
      draft.manners.add(manner);
    }
  }

  private Condition object(String field) {
    tree.enter();
    String first = tree.field();
    if (first == null) {
      return Condition.CONSTANT;
    }
    if (TreeReader.type(first)) {
      tree.enter();
      Condition condition = fields(first);
      end();
      return condition;
    }
    tree.unread(first);
    return fields(bareType(field));
  }

  /** The type of a node that stands bare in a field; an empty name: of no interest itself. */
  private static String bareType(String field) {
    return switch (field) {
      case "relation", "table", "sequence", "view", "rel", "pktable", "constrrel" -> "RangeVar";
      case "withClause" -> "WithClause";
      case "intoClause", "into" -> "IntoClause";
      case "larg", "rarg" -> "SelectStmt";
      case "onConflictClause" -> "OnConflictClause";
      case "funccall" -> "FuncCall";
      case "pubtable" -> "PublicationTable";
      case "partbound", "bound" -> "PartitionBoundSpec";
      case "alias" -> "Alias";
      case "typeName", "ofTypename", "returnType", "typevar", "newowner", "grantor" -> "TypeName";
      default -> "";
    };
  }

  /** Walks through the fields of a node for what is in them. */
  Condition through() {
    Condition all = Condition.CONSTANT;
    for (String field = tree.field(); field != null; field = tree.field()) {
      if (field.equals("relname")) {
        throw new IllegalStateException("a relation in a place that is not known");
      }
      all = all.with(value(field));
    }
    return all;
  }

  /** Passes over the fields of a node. */
  Condition passOver() {
    while (tree.field() != null) {
      tree.skip();
    }
    return Condition.CONSTANT;
  }

  /** Reads a value in which a relation has a role of its own. */
  Condition value(String field, NameRole inside) {
    NameRole before = role;
    role = inside;
    Condition condition = value(field);
    role = before;
    return condition;
  }

  /** Reads a condition that bounds a change. */
  Condition bound(String field) {
    boolean before = bounding;
    bounding = true;
    tree.prints(true);
    Condition condition = value(field);
    bounding = before;
    tree.prints(before);
    return condition;
  }

  /** An integer's value, which is left out where it is 0. */
  long integer() {
    long value = 0;
    tree.enter();
    for (String field = tree.field(); field != null; field = tree.field()) {
      if (field.equals("ival")) {
        value = tree.number();
      } else {
        tree.skip();
      }
    }
    return value;
  }

  /** Reads the strings in a value, in their order: the parts of a name. */
  List<String> strings() {
    List<String> strings = new ArrayList<>(2);
    strings(strings);
    return strings;
  }

  private void strings(List<String> strings) {
    switch (tree.form()) {
      case OBJECT -> {
        tree.enter();
        for (String field = tree.field(); field != null; field = tree.field()) {
          if (field.equals("sval") && tree.form() == TreeReader.Form.PLAIN) {
            strings.add(tree.text());
          } else {
            strings(strings);
          }
        }
      }
      case ARRAY -> {
        tree.enterArray();
        while (tree.element()) {
          strings(strings);
        }
      }
      case PLAIN -> tree.skip();
    }
  }

  /** Reads a column's name that may be that of a result. */
  Condition column(Columns.Place place) {
    return expressions.column(place);
  }

  /** Reads an operator's name. */
  void operator() {
    expressions.operator();
  }

  /** Reads the name of something in FROM. */
  Source.Alias alias() {
    return sources.alias();
  }

  /** Reads a type and gives its name without its schema; empty: it has none. */
  String typeName() {
    String name = "";
    tree.enter();
    for (String field = tree.field(); field != null; field = tree.field()) {
      if (field.equals("names")) {
        List<String> parts = strings();
        name = parts.isEmpty() ? "" : parts.getLast();
      } else {
        tree.skip();
      }
    }
    return name;
  }

  /** Reads options and gives the language that one of them tells; null: none does. */
  @Nullable String language() {
    @Nullable String language = null;
    tree.enterArray();
    while (tree.element()) {
      tree.enter();
      tree.field();
      tree.enter();
      String option = "";
      for (String field = tree.field(); field != null; field = tree.field()) {
        if (field.equals("defname")) {
          option = tree.text();
        } else if (field.equals("arg") && option.equals("language")) {
          language = strings().getLast().toLowerCase(Locale.ROOT);
        } else {
          tree.skip();
        }
      }
      end();
    }
    return language;
  }

  /**
   * Words of an enumeration such as {@code TRANS_STMT_ROLLBACK_TO}, without their prefix: {@code
   * rollback to}.
   */
  static String words(String constant, String prefix) {
    String rest = constant.startsWith(prefix) ? constant.substring(prefix.length()) : constant;
    return rest.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
