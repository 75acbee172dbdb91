package dev.sluice.sql.postgres;

import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.Statement.Name;
import dev.sluice.sql.postgres.tree.NameRole;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * How what names without a schema mean in a session may differ from what they mean by the grant's
 * search path, as far as the texts of the session tell.
 *
 * @param path whether the session may have a search path of its own
 * @param anyTemporary whether it may have temporary relations of any name
 * @param temporary the names of the temporary relations that it may have, which are found first
 */
public record NameScope(boolean path, boolean anyTemporary, Set<String> temporary) {

  /** Names mean what they mean by the grant's search path. */
  public static final NameScope GRANTED = new NameScope(false, false, Set.of());

  /** Names may mean anything. */
  public static final NameScope UNKNOWN = new NameScope(true, true, Set.of());

  /** With more names than these, any name counts as one. */
  private static final int MOST_NAMES = 1000;

  /** An immutable copy. */
  public NameScope {
    temporary = Set.copyOf(temporary);
  }

  /** What a statement gives back, once it has taken effect. */
  public enum Restored {
    NOTHING,
    PATH,
    TEMPORARY,
    EVERYTHING
  }

  /** Whether a name without a schema may mean something else than by the grant's search path. */
  public boolean hides(String name) {
    return path || anyTemporary || temporary.contains(name);
  }

  /** Both together. */
  public NameScope with(NameScope more) {
    if (more.equals(GRANTED) || more.equals(this)) {
      return this;
    }
    Set<String> names = new HashSet<>(temporary);
    names.addAll(more.temporary);
    boolean any = anyTemporary || more.anyTemporary || names.size() > MOST_NAMES;
    return new NameScope(path || more.path, any, any ? Set.of() : names);
  }

  /**
   * What is left of this when something is given back.
   *
   * @param what what is given back
   * @param start what the session started with
   */
  public NameScope without(Restored what, NameScope start) {
    return switch (what) {
      case NOTHING -> this;
      case PATH -> new NameScope(start.path, anyTemporary, temporary);
      case TEMPORARY -> new NameScope(path, start.anyTemporary, start.temporary);
      case EVERYTHING -> start;
    };
  }

  /**
   * What a statement adds for those that follow it.
   *
   * @param statement the statement
   * @param text the text that it stands in
   */
  public static NameScope after(Statement statement, String text) {
    StatementFacts facts = statement.facts();
    NameScope words =
        facts.runsOtherText() ? byWords(text.substring(facts.start(), facts.end())) : GRANTED;
    boolean path = words.path;
    switch (facts.kind()) {
      // These only give back; of what was not understood there is no more than its words.
      case RESET, DISCARD, UNKNOWN -> {}
      default ->
          path |=
              statement.settings().contains("search_path") || statement.settings().contains("*");
    }
    Set<String> names = new HashSet<>();
    if (facts.objectKinds().stream().anyMatch(kind -> kind.startsWith("temporary "))) {
      for (Name name : statement.names()) {
        if (name.role() == NameRole.CREATED && name.settled()) {
          names.add(name.name());
        }
      }
    }
    if (renamesTemporary(facts, text)) {
      return new NameScope(path, true, names);
    }
    return path || !names.isEmpty() ? new NameScope(path, words.anyTemporary, names) : words;
  }

  /** Whether a temporary relation may have another name then, which the tree does not tell. */
  private static boolean renamesTemporary(StatementFacts facts, String text) {
    return facts.kind() == StatementKind.ALTER
        && facts.relations().stream().anyMatch(relation -> "pg_temp".equals(relation.schema()))
        && text.substring(facts.start(), facts.end()).toLowerCase(Locale.ROOT).contains("rename");
  }

  /**
   * What a text adds whose tree does not tell. The words in it are enough: this is no boundary,
   * which the database is.
   *
   * @param text the text
   */
  public static NameScope byWords(String text) {
    String words = text.toLowerCase(Locale.ROOT);
    boolean path = words.contains("search_path");
    boolean temporary = words.contains("temp");
    return path || temporary ? new NameScope(path, temporary, Set.of()) : GRANTED;
  }

  /** What a statement gives back for those that follow it, unless it is rolled back. */
  public static Restored restored(Statement statement) {
    StatementFacts facts = statement.facts();
    if (facts.kind() == StatementKind.DISCARD) {
      String what = String.valueOf(statement.action());
      return what.equals("all")
          ? Restored.EVERYTHING
          : what.startsWith("temp") ? Restored.TEMPORARY : Restored.NOTHING;
    }
    boolean path = "search_path".equals(facts.parameter()) || "all".equals(facts.parameter());
    return facts.kind() == StatementKind.RESET && path ? Restored.PATH : Restored.NOTHING;
  }
}
