package dev.sluice.sql.postgres.tree;

import static java.util.Map.entry;

import dev.sluice.policy.statement.StatementFacts.Manner;
import dev.sluice.policy.statement.StatementFacts.RelationUse;
import dev.sluice.policy.statement.StatementFacts.Use;
import dev.sluice.policy.statement.StatementKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Readers of the statements that make, change and remove objects, and of those that keep them in
 * order.
 */
final class DefinitionNodes {

  /**
   * What a type of statement is.
   *
   * @param kind its kind
   * @param object the kind of object; null: a field of the statement says it
   */
  private record Definition(StatementKind kind, @Nullable String object) {}

  private static final Map<String, Definition> DEFINITIONS =
      Map.ofEntries(
          create("CreateStmt", null),
          create("CreateForeignTableStmt", null),
          create("ViewStmt", null),
          create("IndexStmt", "index"),
          create("CreateSeqStmt", null),
          create("CreateSchemaStmt", "schema"),
          create("CreateFunctionStmt", null),
          create("CreateTrigStmt", "trigger"),
          create("CreateEventTrigStmt", "event trigger"),
          create("CreateExtensionStmt", "extension"),
          create("CreateRoleStmt", "role"),
          create("CreatedbStmt", "database"),
          create("CreateTableSpaceStmt", "tablespace"),
          create("CreateDomainStmt", "domain"),
          create("CreateEnumStmt", "type"),
          create("CompositeTypeStmt", "type"),
          create("CreateRangeStmt", "type"),
          create("DefineStmt", null),
          create("CreateCastStmt", "cast"),
          create("CreateConversionStmt", "conversion"),
          create("CreateTransformStmt", "transform"),
          create("CreateOpClassStmt", "operator class"),
          create("CreateOpFamilyStmt", "operator family"),
          create("CreateAmStmt", "access method"),
          create("CreatePLangStmt", "language"),
          create("CreatePolicyStmt", "policy"),
          create("CreateFdwStmt", "foreign data wrapper"),
          create("CreateForeignServerStmt", "server"),
          create("CreateUserMappingStmt", "user mapping"),
          create("CreatePublicationStmt", "publication"),
          create("CreateSubscriptionStmt", "subscription"),
          create("CreateStatsStmt", "statistics"),
          create("CreateTableAsStmt", null),
          create("RuleStmt", "rule"),
          alter("AlterTableStmt", null),
          alter("AlterTableMoveAllStmt", null),
          alter("RenameStmt", null),
          alter("AlterOwnerStmt", null),
          alter("AlterObjectSchemaStmt", null),
          alter("AlterObjectDependsStmt", null),
          alter("AlterFunctionStmt", null),
          alter("AlterDatabaseStmt", "database"),
          alter("AlterDatabaseSetStmt", "database"),
          alter("AlterDatabaseRefreshCollStmt", "database"),
          alter("AlterRoleStmt", "role"),
          alter("AlterRoleSetStmt", "role"),
          alter("AlterSeqStmt", "sequence"),
          alter("AlterDomainStmt", "domain"),
          alter("AlterEnumStmt", "type"),
          alter("AlterTypeStmt", "type"),
          alter("AlterExtensionStmt", "extension"),
          alter("AlterExtensionContentsStmt", "extension"),
          alter("AlterFdwStmt", "foreign data wrapper"),
          alter("AlterForeignServerStmt", "server"),
          alter("AlterUserMappingStmt", "user mapping"),
          alter("AlterOpFamilyStmt", "operator family"),
          alter("AlterOperatorStmt", "operator"),
          alter("AlterPolicyStmt", "policy"),
          alter("AlterPublicationStmt", "publication"),
          alter("AlterSubscriptionStmt", "subscription"),
          alter("AlterStatsStmt", "statistics"),
          alter("AlterSystemStmt", "system"),
          alter("AlterTSConfigurationStmt", "text search configuration"),
          alter("AlterTSDictionaryStmt", "text search dictionary"),
          alter("AlterTableSpaceOptionsStmt", "tablespace"),
          alter("AlterDefaultPrivilegesStmt", "default privileges"),
          alter("AlterCollationStmt", "collation"),
          alter("AlterEventTrigStmt", "event trigger"),
          alter("ReassignOwnedStmt", "owned"),
          drop("DropStmt", null),
          drop("DropdbStmt", "database"),
          drop("DropRoleStmt", "role"),
          drop("DropTableSpaceStmt", "tablespace"),
          drop("DropOwnedStmt", "owned"),
          drop("DropUserMappingStmt", "user mapping"),
          drop("DropSubscriptionStmt", "subscription"),
          entry("GrantStmt", new Definition(StatementKind.GRANT, null)),
          entry("GrantRoleStmt", new Definition(StatementKind.GRANT, "role")),
          entry("CommentStmt", new Definition(StatementKind.COMMENT, null)),
          entry("SecLabelStmt", new Definition(StatementKind.SECURITY_LABEL, null)),
          entry("LockStmt", new Definition(StatementKind.LOCK, null)),
          entry("VacuumStmt", new Definition(StatementKind.ANALYZE, null)),
          entry("ClusterStmt", new Definition(StatementKind.CLUSTER, null)),
          entry("ReindexStmt", new Definition(StatementKind.REINDEX, null)),
          entry("RefreshMatViewStmt", new Definition(StatementKind.REFRESH, "materialized view")),
          entry("ImportForeignSchemaStmt", new Definition(StatementKind.IMPORT, "foreign table")));

  /** Kinds of object that are relations. */
  private static final Set<String> RELATIONS =
      Set.of("table", "view", "materialized view", "sequence", "foreign table");

  /** Kinds of object that are named by their relation and their own name after it. */
  private static final Set<String> PARTS_OF_RELATIONS =
      Set.of("column", "constraint", "trigger", "rule", "policy");

  /** Definitions whose expressions are run later, or in a way that can change no role. */
  private static final Set<String> DEFINE_CALLS =
      Set.of(
          "CreateStmt",
          "CreateForeignTableStmt",
          "ViewStmt",
          "IndexStmt",
          "CreateSchemaStmt",
          "CreateFunctionStmt",
          "CreateTrigStmt",
          "CreateDomainStmt",
          "CreatePolicyStmt",
          "AlterPolicyStmt",
          "CreatePublicationStmt",
          "AlterPublicationStmt",
          "CreateStatsStmt",
          "RuleStmt");

  private static Map.Entry<String, Definition> create(String type, @Nullable String object) {
    return entry(type, new Definition(StatementKind.CREATE, object));
  }

  private static Map.Entry<String, Definition> alter(String type, @Nullable String object) {
    return entry(type, new Definition(StatementKind.ALTER, object));
  }

  private static Map.Entry<String, Definition> drop(String type, @Nullable String object) {
    return entry(type, new Definition(StatementKind.DROP, object));
  }

  private final Walk walk;
  private final TableNodes tables;

  DefinitionNodes(Walk walk) {
    this.walk = walk;
    this.tables = new TableNodes(walk);
  }

  /** Reads the fields of a statement of a type. */
  StatementKind statement(String type) {
    Definition definition =
        DEFINITIONS.getOrDefault(type, new Definition(StatementKind.OTHER, null));
    if (definition.object != null) {
      walk.draft.objectKinds.add(definition.object);
    }
    walk.draft.definesCalls |= DEFINE_CALLS.contains(type);
    NameRole before = walk.role;
    walk.role = NameRole.DEFINED;
    StatementKind kind = read(type, definition.kind);
    walk.role = before;
    return kind;
  }

  private StatementKind read(String type, StatementKind kind) {
    return switch (type) {
      case "CreateStmt" -> made(kind, "table");
      case "CreateSeqStmt" -> made(kind, "sequence");
      case "ViewStmt" -> made(kind, "view");
      case "CreateSchemaStmt" -> schema(kind);
      case "CreateForeignTableStmt" -> foreignTable(kind);
      case "ImportForeignSchemaStmt", "CreateEventTrigStmt" -> passOver(kind);
      case "CompositeTypeStmt", "CreateEnumStmt", "CreateRangeStmt" -> type(kind, "typeName");
      case "CreateDomainStmt" -> type(kind, "domainname");
      case "CreateTableAsStmt" -> tableAs(kind);
      case "CreateFunctionStmt" -> function(kind);
      case "RuleStmt" -> rule(kind);
      case "DropStmt" -> named(kind, "removeType");
      case "CommentStmt", "SecLabelStmt" -> named(kind, "objtype");
      case "RenameStmt" -> named(kind, "renameType");
      case "AlterOwnerStmt", "AlterObjectSchemaStmt", "AlterObjectDependsStmt" ->
          named(kind, "objectType");
      case "AlterTableMoveAllStmt" -> {
        walk.draft.manners.add(Manner.REWRITES);
        yield named(kind, "objtype");
      }
      case "AlterTableStmt", "AlterFunctionStmt" -> named(kind, "objtype");
      case "DefineStmt" -> named(kind, "kind");
      case "GrantStmt", "GrantRoleStmt" -> grant();
      case "AlterRoleSetStmt", "AlterDatabaseSetStmt", "AlterSystemStmt" -> setElsewhere(kind);
      case "LockStmt" -> {
        walk.role = NameRole.OTHER;
        tables.lock();
        yield kind;
      }
      case "VacuumStmt" -> vacuum();
      case "CreateExtensionStmt", "AlterExtensionStmt", "AlterExtensionContentsStmt" ->
          extension(kind);
      case "ClusterStmt" -> {
        walk.draft.manners.add(Manner.REWRITES);
        walk.role = NameRole.MAINTAINED;
        yield through(kind);
      }
      case "ReindexStmt" -> reindex(kind);
      case "RefreshMatViewStmt" -> {
        walk.role = NameRole.TARGET;
        yield through(kind);
      }
      default -> through(kind);
    };
  }

  private StatementKind through(StatementKind kind) {
    walk.through();
    return kind;
  }

  private StatementKind passOver(StatementKind kind) {
    walk.passOver();
    return kind;
  }

  /**
   * CREATE TABLE, VIEW, SEQUENCE: the relation that is made, its parents, and a query that does not
   * run now.
   */
  private StatementKind made(StatementKind kind, String object) {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "relation", "sequence", "view" -> {
          walk.value(field, NameRole.CREATED);
          walk.draft.objectKinds.add(walk.draft.references.getLast().kind(object));
        }
        case "inhRelations" -> walk.value(field, NameRole.REFERENCED);
        case "options" -> walk.tree.skip();
        default -> walk.value(field);
      }
    }
    return kind;
  }

  private StatementKind schema(StatementKind kind) {
    walk.inNewSchema = true;
    walk.through();
    walk.inNewSchema = false;
    return kind;
  }

  private StatementKind foreignTable(StatementKind kind) {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("base")) {
        walk.tree.enter();
        made(kind, "foreign table");
      } else {
        walk.tree.skip();
      }
    }
    return kind;
  }

  private StatementKind tableAs(StatementKind kind) {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "query" -> walk.carried();
        case "objtype" -> {
          if (walk.tree.text().equals("OBJECT_MATVIEW")) {
            walk.draft.objectKinds.remove("table"); // what INTO said
            walk.draft.objectKinds.add("materialized view");
          }
        }
        default -> walk.value(field);
      }
    }
    return kind;
  }

  private StatementKind function(StatementKind kind) {
    boolean procedure = false;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "is_procedure" -> procedure = walk.tree.truth();
        case "funcname" -> made(walk.strings());
        case "options" -> {
          @Nullable String language = walk.language();
          if (language != null) {
            walk.draft.languages.add(language);
          }
        }
        case "sql_body", "parameters" -> walk.value(field, NameRole.READ);
        default -> walk.tree.skip();
      }
    }
    walk.draft.objectKinds.add(procedure ? "procedure" : "function");
    return kind;
  }

  /**
   * A type or domain: its name is a list of strings or, where it is made of columns, stands like a
   * relation's.
   */
  private StatementKind type(StatementKind kind, String nameField) {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("typevar")) {
        made(relationName());
      } else if (field.equals(nameField)) {
        made(walk.strings());
      } else if (field.equals("constraints")) {
        walk.value(field);
      } else {
        walk.tree.skip();
      }
    }
    return kind;
  }

  private List<String> relationName() {
    List<String> name = new ArrayList<>(2);
    walk.tree.enter();
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "schemaname", "relname" -> name.add(walk.tree.text());
        default -> walk.tree.skip();
      }
    }
    return name;
  }

  private void made(List<String> name) {
    if (name.size() == 1) {
      walk.draft.made = name.get(0);
    }
  }

  private StatementKind rule(StatementKind kind) {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("actions")) {
        walk.tree.enterArray();
        while (walk.tree.element()) {
          walk.carried();
        }
      } else {
        walk.value(field);
      }
    }
    return kind;
  }

  /**
   * Statements that say the kind of object in a field, and name a relation, if at all, in a list of
   * strings.
   */
  private StatementKind named(StatementKind kind, String kindField) {
    String object = "";
    @Nullable String relationObject = null;
    @Nullable String column = null;
    List<List<String>> names = List.of();
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "objects" -> names = lists();
        case "object" -> names = List.of(walk.strings());
        case "relationType" -> relationObject = object(walk.tree.text());
        case "subname" -> column = walk.tree.text();
        case "defnames" -> made(walk.strings());
        case "definition", "comment", "label" -> walk.tree.skip();
        default -> {
          if (field.equals(kindField)) {
            object = object(walk.tree.text());
          } else {
            walk.value(field);
          }
        }
      }
    }
    walk.draft.objectKinds.add(object);
    if (column != null && object.equals("column")) {
      tables.defined(column);
    }
    if (relationObject != null && PARTS_OF_RELATIONS.contains(object)) {
      walk.draft.objectKinds.add(relationObject);
    }
    for (List<String> name : names) {
      addRelation(object, name);
    }
    return kind;
  }

  private List<List<String>> lists() {
    List<List<String>> lists = new ArrayList<>(1);
    walk.tree.enterArray();
    while (walk.tree.element()) {
      lists.add(walk.strings());
    }
    return lists;
  }

  private void addRelation(String object, List<String> name) {
    List<String> relation =
        RELATIONS.contains(object)
            ? name
            : PARTS_OF_RELATIONS.contains(object) && name.size() > 1
                ? name.subList(0, name.size() - 1)
                : List.of();
    if (!relation.isEmpty()) {
      @Nullable String schema = relation.size() > 1 ? relation.get(relation.size() - 2) : null;
      walk.draft.named.add(new RelationUse(schema, relation.getLast(), Use.DEFINE));
    }
  }

  private StatementKind grant() {
    StatementKind kind = StatementKind.REVOKE;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "is_grant" -> kind = walk.tree.truth() ? StatementKind.GRANT : StatementKind.REVOKE;
        case "objtype" -> walk.draft.objectKinds.add(object(walk.tree.text()));
        case "objects", "behavior" -> walk.value(field);
        default -> walk.tree.skip();
      }
    }
    return kind;
  }

  /** ALTER ROLE, DATABASE or SYSTEM with a parameter: it holds for later sessions. */
  private StatementKind setElsewhere(StatementKind kind) {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("setstmt")) {
        walk.tree.enter();
        new SessionNodes(walk).set(false);
      } else {
        walk.tree.skip();
      }
    }
    return kind;
  }

  private StatementKind vacuum() {
    StatementKind kind = StatementKind.ANALYZE;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "is_vacuumcmd" ->
            kind = walk.tree.truth() ? StatementKind.VACUUM : StatementKind.ANALYZE;
        case "rels" -> walk.value(field, NameRole.MAINTAINED);
        case "options" -> option("full", Manner.REWRITES);
        default -> walk.tree.skip();
      }
    }
    return kind;
  }

  private StatementKind reindex(StatementKind kind) {
    String object = "";
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "kind" -> {
          object = Walk.words(walk.tree.text(), "REINDEX_OBJECT_");
          walk.draft.objectKinds.add(object);
        }
        case "relation" -> {
          if (object.equals("index")) {
            walk.tree.skip();
          } else {
            walk.value(field, NameRole.MAINTAINED);
          }
        }
        case "params" -> option("concurrently", Manner.CONCURRENTLY);
        default -> walk.tree.skip();
      }
    }
    return kind;
  }

  private void option(String name, Manner manner) {
    SessionNodes options = new SessionNodes(walk);
    walk.tree.enterArray();
    while (walk.tree.element()) {
      if (options.option(name)) {
        walk.draft.manners.add(manner);
      }
    }
  }

  private StatementKind extension(StatementKind kind) {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("extname")) {
        walk.draft.extensions.add(walk.tree.text());
      } else {
        walk.value(field);
      }
    }
    return kind;
  }

  /** A kind of object as SQL calls it. */
  private static String object(String constant) {
    return switch (constant) {
      case "OBJECT_MATVIEW" -> "materialized view";
      case "OBJECT_FDW" -> "foreign data wrapper";
      case "OBJECT_FOREIGN_SERVER" -> "server";
      case "OBJECT_TABCONSTRAINT", "OBJECT_DOMCONSTRAINT" -> "constraint";
      case "OBJECT_DEFACL" -> "default privileges";
      case "OBJECT_STATISTIC_EXT" -> "statistics";
      case "OBJECT_LARGEOBJECT" -> "large object";
      case "OBJECT_OPCLASS" -> "operator class";
      case "OBJECT_OPFAMILY" -> "operator family";
      case "OBJECT_PARAMETER_ACL" -> "parameter";
      case "OBJECT_TSCONFIGURATION" -> "text search configuration";
      case "OBJECT_TSDICTIONARY" -> "text search dictionary";
      case "OBJECT_TSPARSER" -> "text search parser";
      case "OBJECT_TSTEMPLATE" -> "text search template";
      default -> Walk.words(constant, "OBJECT_");
    };
  }
}
