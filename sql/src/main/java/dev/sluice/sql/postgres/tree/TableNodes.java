package dev.sluice.sql.postgres.tree;

import dev.sluice.policy.statement.StatementFacts.Manner;
import dev.sluice.policy.statement.StatementFacts.Use;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.tree.Draft.Reference;
import dev.sluice.sql.postgres.tree.Draft.Written;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Readers of what ALTER TABLE does and LOCK locks: whether a table is written anew or read through
 * meanwhile.
 */
final class TableNodes {

  private static final List<String> LOCK_MODES =
      List.of(
          "access share",
          "row share",
          "row exclusive",
          "share update exclusive",
          "share",
          "share row exclusive",
          "exclusive",
          "access exclusive");

  /** Types that are filled from a sequence. */
  private static final Set<String> SERIAL =
      Set.of("serial", "serial2", "serial4", "serial8", "smallserial", "bigserial");

  /** Commands whose name is that of a column. */
  private static final Set<String> OF_COLUMNS =
      Set.of(
          "AT_DropColumn",
          "AT_AlterColumnType",
          "AT_ColumnDefault",
          "AT_CookedColumnDefault",
          "AT_SetNotNull",
          "AT_DropNotNull",
          "AT_SetExpression",
          "AT_DropExpression",
          "AT_SetStatistics",
          "AT_SetOptions",
          "AT_ResetOptions",
          "AT_SetStorage",
          "AT_SetCompression",
          "AT_AddIdentity",
          "AT_SetIdentity",
          "AT_DropIdentity",
          "AT_AlterColumnGenericOptions");

  private final Walk walk;

  /** The command of ALTER TABLE that is being read; null: none is. */
  private @Nullable String command;

  TableNodes(Walk walk) {
    this.walk = walk;
  }

  /** LOCK: its mode. */
  void lock() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("mode")) {
        int mode = walk.tree.number();
        walk.draft.locks.add(
            mode >= 1 && mode <= LOCK_MODES.size() ? LOCK_MODES.get(mode - 1) : "access exclusive");
      } else {
        walk.value(field);
      }
    }
  }

  /** A column of the relation that is defined is defined anew, or no more. */
  void defined(String column) {
    Reference relation = walk.draft.defined;
    if (relation != null) {
      walk.draft.written.add(new Written(relation, column, Use.DEFINE));
    }
  }

  /** One command of ALTER TABLE. */
  Condition command() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("subtype")) {
        String subtype = walk.tree.text();
        command = subtype;
        switch (subtype) {
          case "AT_AlterColumnType",
              "AT_SetExpression",
              "AT_SetLogged",
              "AT_SetUnLogged",
              "AT_SetAccessMethod",
              "AT_SetTableSpace" ->
              walk.draft.manners.add(Manner.REWRITES);
          case "AT_SetNotNull", "AT_AttachPartition" -> walk.draft.manners.add(Manner.SCANS);
          case "AT_DropColumn" -> walk.draft.effects.add(StatementKind.DROP);
          default -> {}
        }
      } else if (field.equals("name") && command != null && OF_COLUMNS.contains(command)) {
        defined(walk.tree.text());
      } else {
        walk.value(field);
      }
    }
    command = null;
    return Condition.CONSTANT;
  }

  /** A column's definition: one that is added with numbers of its own is filled in each row. */
  Condition column() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("typeName") && "AT_AddColumn".equals(command)) {
        if (SERIAL.contains(walk.typeName())) {
          walk.draft.manners.add(Manner.REWRITES);
        }
      } else if (field.equals("colname") && "AT_AddColumn".equals(command)) {
        defined(walk.tree.text());
      } else {
        walk.value(field);
      }
    }
    return Condition.CONSTANT;
  }

  /**
   * A constraint or a default; one that is added to a table that is there is checked on its rows.
   */
  Condition constraint() {
    NameRole before = walk.role;
    walk.role = NameRole.REFERENCED;
    int calls = walk.draft.changingCalls;
    String kind = "";
    boolean unchecked = false;
    boolean index = false;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "contype" -> kind = walk.tree.text();
        case "skip_validation" -> unchecked = walk.tree.truth();
        case "indexname" -> {
          index = true;
          walk.tree.skip();
        }
        default -> walk.value(field);
      }
    }
    walk.role = before;
    if (command != null) {
      added(kind, unchecked, index, walk.draft.changingCalls > calls);
    }
    return Condition.CONSTANT;
  }

  private void added(String kind, boolean unchecked, boolean index, boolean changing) {
    switch (kind) {
      case "CONSTR_CHECK", "CONSTR_FOREIGN", "CONSTR_NOTNULL" -> {
        if (!unchecked) {
          walk.draft.manners.add(Manner.SCANS);
        }
      }
      case "CONSTR_UNIQUE" -> {
        if (!index) {
          walk.draft.manners.add(Manner.SCANS);
        }
      }
      case "CONSTR_PRIMARY", "CONSTR_EXCLUSION" -> walk.draft.manners.add(Manner.SCANS);
      case "CONSTR_GENERATED" -> walk.draft.manners.add(Manner.REWRITES);
      case "CONSTR_IDENTITY" -> {
        if ("AT_AddColumn".equals(command)) {
          walk.draft.manners.add(Manner.REWRITES);
        }
      }
      case "CONSTR_DEFAULT" -> {
        if (changing) {
          walk.draft.manners.add(Manner.REWRITES);
        }
      }
      default -> {}
    }
  }
}
