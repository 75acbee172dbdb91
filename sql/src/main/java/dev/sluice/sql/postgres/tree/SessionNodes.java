package dev.sluice.sql.postgres.tree;

import dev.sluice.policy.statement.StatementKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Readers of the statements about a session: transactions, parameters, cursors, prepared
 * statements, notifications.
 */
final class SessionNodes {

  private static final Set<String> OFF = Set.of("off", "false", "no", "0", "f", "n");

  private final Walk walk;

  SessionNodes(Walk walk) {
    this.walk = walk;
  }

  /** Reads the fields of a statement of a type; null: it is none of these, and nothing was read. */
  @Nullable StatementKind statement(String type) {
    return switch (type) {
      case "TransactionStmt" -> transaction();
      case "VariableSetStmt" -> set(true);
      case "VariableShowStmt" -> show();
      case "ConstraintsSetStmt" -> {
        walk.draft.parameter = "constraints";
        yield passOver(StatementKind.SET);
      }
      case "DiscardStmt" -> discard();
      case "PrepareStmt" -> handle(StatementKind.PREPARE);
      case "ExecuteStmt" -> handle(StatementKind.EXECUTE);
      case "DeallocateStmt" -> handle(StatementKind.DEALLOCATE);
      case "DeclareCursorStmt" -> handle(StatementKind.DECLARE);
      case "FetchStmt" -> handle(StatementKind.FETCH);
      case "ClosePortalStmt" -> handle(StatementKind.CLOSE);
      case "ListenStmt" -> passOver(StatementKind.LISTEN);
      case "NotifyStmt" -> passOver(StatementKind.NOTIFY);
      case "UnlistenStmt" -> passOver(StatementKind.UNLISTEN);
      case "CheckPointStmt" -> passOver(StatementKind.CHECKPOINT);
      case "LoadStmt" -> passOver(StatementKind.LOAD);
      case "DoStmt" -> {
        walk.draft.opaque = true;
        code();
        yield StatementKind.DO;
      }
      case "CallStmt" -> {
        walk.draft.opaque = true;
        walk.through();
        yield StatementKind.CALL;
      }
      default -> null;
    };
  }

  /** DO: the language of its code, which is PL/pgSQL where it is not told. */
  private void code() {
    String language = "plpgsql";
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      String told = field.equals("args") ? walk.language() : null;
      if (told != null) {
        language = told;
      } else if (!field.equals("args")) {
        walk.tree.skip();
      }
    }
    walk.draft.languages.add(language);
  }

  private StatementKind passOver(StatementKind kind) {
    walk.passOver();
    return kind;
  }

  private StatementKind transaction() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("kind")) {
        walk.draft.action = Walk.words(walk.tree.text(), "TRANS_STMT_");
      } else {
        walk.tree.skip();
      }
    }
    return StatementKind.TRANSACTION;
  }

  /**
   * SET and RESET, alone or within ALTER ROLE, DATABASE or SYSTEM.
   *
   * @param here whether what follows in the session is changed
   */
  StatementKind set(boolean here) {
    StatementKind kind = StatementKind.SET;
    String parameter = "";
    @Nullable String value = null;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "kind" -> {
          switch (walk.tree.text()) {
            case "VAR_RESET" -> kind = StatementKind.RESET;
            case "VAR_RESET_ALL" -> {
              kind = StatementKind.RESET;
              parameter = "all";
            }
            default -> {}
          }
        }
        case "name" -> parameter = walk.tree.text().toLowerCase(Locale.ROOT);
        case "args" -> {
          if (parameter.equals("role")) {
            List<String> values = walk.strings();
            value = values.size() == 1 ? values.getFirst() : null;
          } else {
            walk.tree.skip();
          }
        }
        default -> walk.tree.skip();
      }
    }
    walk.draft.parameter = parameter;
    boolean asItIs = value != null && !value.isEmpty() && value.equals(walk.catalogue.role());
    if (here && !asItIs) {
      walk.draft.settings.add(parameter.equals("all") ? "*" : parameter);
    }
    return kind;
  }

  private StatementKind show() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("name")) {
        walk.draft.parameter = walk.tree.text().toLowerCase(Locale.ROOT);
      } else {
        walk.tree.skip();
      }
    }
    return StatementKind.SHOW;
  }

  private StatementKind discard() {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      if (field.equals("target")) {
        walk.draft.action = Walk.words(walk.tree.text(), "DISCARD_");
      } else {
        walk.tree.skip();
      }
    }
    walk.draft.parameter = walk.draft.action;
    if ("all".equals(walk.draft.action)) {
      walk.draft.settings.add("*");
    }
    return StatementKind.DISCARD;
  }

  /** Statements that make, run or end a prepared statement or a cursor. */
  private StatementKind handle(StatementKind kind) {
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "name", "portalname" -> walk.draft.handle = walk.tree.text();
        case "query" -> walk.carried();
        default -> walk.value(field);
      }
    }
    return kind;
  }

  /** EXPLAIN: with ANALYZE the statement in it runs, else it only names what it would read. */
  StatementKind explain() {
    Set<StatementKind> effects = EnumSet.noneOf(StatementKind.class);
    effects.addAll(walk.draft.effects);
    Draft.Bounds bounds = walk.draft.bounds();
    boolean runs = false;
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "query" -> walk.carried();
        case "options" -> {
          walk.tree.enterArray();
          while (walk.tree.element()) {
            runs |= option("analyze");
          }
        }
        default -> walk.tree.skip();
      }
    }
    if (!runs) {
      walk.draft.effects.retainAll(effects);
      walk.draft.restore(bounds);
    }
    return StatementKind.EXPLAIN;
  }

  /** Whether an option is the one of a name and not switched off. */
  boolean option(String name) {
    boolean named = false;
    boolean on = true;
    walk.tree.enter();
    walk.tree.field();
    walk.tree.enter();
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "defname" -> named = walk.tree.text().equalsIgnoreCase(name);
        case "arg" -> on = on();
        default -> walk.tree.skip();
      }
    }
    walk.end();
    return named && on;
  }

  /** An option's value: a word, or a number that is left out where it is 0. */
  private boolean on() {
    boolean on = false;
    walk.tree.enter();
    String type = walk.tree.field();
    walk.tree.enter();
    for (String field = walk.tree.field(); field != null; field = walk.tree.field()) {
      switch (field) {
        case "sval" -> on = !OFF.contains(walk.tree.text().toLowerCase(Locale.ROOT));
        case "boolval" -> on = walk.tree.truth();
        default -> {
          walk.tree.skip();
          on = true;
        }
      }
    }
    walk.end();
    return on || type == null;
  }
}
