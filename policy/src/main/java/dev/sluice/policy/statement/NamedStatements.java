package dev.sluice.policy.statement;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the prepared statements and cursors of a session run that SQL gave their names, as far as
 * the texts of the session tell. With it EXECUTE and FETCH have the facts of what they run.
 *
 * <p>A session starts with {@link #NONE}. Of each message that {@link #concern} is true of it asks
 * {@link #resolve} for the facts to decide about, and once the message is sent it goes on with
 * {@link #after} them; so it does after each message that has an opaque statement. Neither needs to
 * know whether a statement succeeds: a name that is given twice has the facts of both, and one that
 * is not known makes what runs it opaque.
 *
 * @param prepared the facts of PREPARE, by name
 * @param cursors the facts of DECLARE, by name
 * @param doubtful whether something ran that may have given names another meaning unseen, such as
 *     DO
 */
public record NamedStatements(
    Map<String, StatementFacts> prepared, Map<String, StatementFacts> cursors, boolean doubtful) {

  /** There are none. */
  public static final NamedStatements NONE = new NamedStatements(Map.of(), Map.of(), false);

  /** Names of either kind that are kept; one that comes later is not known. */
  private static final int MOST_NAMES = 500;

  private static final Set<StatementKind> MAKE_OR_END =
      EnumSet.of(
          StatementKind.PREPARE,
          StatementKind.DEALLOCATE,
          StatementKind.DECLARE,
          StatementKind.CLOSE,
          StatementKind.DISCARD);

  /** Immutable copies. */
  public NamedStatements {
    prepared = Map.copyOf(prepared);
    cursors = Map.copyOf(cursors);
  }

  /** Whether the facts of a message, or of later ones, depend on names: else this has no say. */
  public static boolean concern(List<StatementFacts> message) {
    for (StatementFacts facts : message) {
      if (MAKE_OR_END.contains(facts.kind()) || executes(facts) || fetches(facts)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The facts of a message with those of what its EXECUTE and FETCH statements run. What runs a
   * name that is not known is opaque.
   *
   * @param message the facts of its statements
   */
  public List<StatementFacts> resolve(List<StatementFacts> message) {
    return resolve(message, name -> null);
  }

  /**
   * The same for a session in which Parse messages gave names too, which SQL may run.
   *
   * @param message the facts of its statements
   * @param parsed the facts of a prepared statement of the protocol; null: there is none
   */
  public List<StatementFacts> resolve(
      List<StatementFacts> message, Function<String, @Nullable StatementFacts> parsed) {
    if (!concern(message)) {
      return message;
    }
    NamedStatements names = this;
    List<StatementFacts> resolved = new ArrayList<>(message.size());
    for (StatementFacts facts : message) {
      StatementFacts told = names.resolve(facts, parsed);
      resolved.add(told);
      names = names.after(told);
    }
    return List.copyOf(resolved);
  }

  /**
   * The facts of a message with those of what its EXECUTE and FETCH statements run, where the same
   * message tells; others stay as they are.
   *
   * @param message the facts of its statements
   */
  public static List<StatementFacts> within(List<StatementFacts> message) {
    if (message.size() < 2 || !concern(message)) {
      return message;
    }
    NamedStatements names = NONE;
    List<StatementFacts> resolved = new ArrayList<>(message.size());
    for (StatementFacts facts : message) {
      StatementFacts runs = names.runs(facts);
      StatementFacts told = runs == null ? facts : names.carried(facts, runs);
      resolved.add(told);
      names = names.after(told);
    }
    return List.copyOf(resolved);
  }

  private StatementFacts resolve(
      StatementFacts facts, Function<String, @Nullable StatementFacts> parsed) {
    String name = facts.handle();
    if (name == null || !(executes(facts) || fetches(facts))) {
      return facts;
    }
    StatementFacts runs = runs(facts);
    if (runs == null && executes(facts)) {
      runs = parsed.apply(name);
    }
    return runs == null ? facts.asOpaque() : carried(facts, runs);
  }

  private StatementFacts carried(StatementFacts facts, StatementFacts runs) {
    StatementFacts carried = facts.carrying(runs);
    return doubtful ? carried.asOpaque() : carried;
  }

  private @Nullable StatementFacts runs(StatementFacts facts) {
    String name = facts.handle();
    if (name == null) {
      return null;
    }
    return executes(facts) ? prepared.get(name) : fetches(facts) ? cursors.get(name) : null;
  }

  private static boolean executes(StatementFacts facts) {
    return facts.effects().contains(StatementKind.EXECUTE);
  }

  private static boolean fetches(StatementFacts facts) {
    return facts.effects().contains(StatementKind.FETCH);
  }

  /**
   * What the names of a session are after a message.
   *
   * @param message the facts of its statements, as {@link #resolve} gave them
   */
  public NamedStatements after(List<StatementFacts> message) {
    NamedStatements names = this;
    for (StatementFacts facts : message) {
      names = names.after(facts);
    }
    return names;
  }

  /** The same after something ran that may have given names another meaning unseen. */
  public NamedStatements doubted() {
    return doubtful ? this : new NamedStatements(prepared, cursors, true);
  }

  private NamedStatements after(StatementFacts facts) {
    String name = facts.handle();
    NamedStatements names =
        switch (facts.kind()) {
          case PREPARE ->
              name == null
                  ? this
                  : new NamedStatements(with(prepared, name, facts), cursors, doubtful);
          case DECLARE ->
              name == null
                  ? this
                  : new NamedStatements(prepared, with(cursors, name, facts), doubtful);
          case DEALLOCATE ->
              new NamedStatements(
                  name == null ? Map.of() : without(prepared, name), cursors, doubtful);
          case CLOSE ->
              new NamedStatements(
                  prepared, name == null ? Map.of() : without(cursors, name), doubtful);
          case DISCARD -> "all".equals(facts.parameter()) ? NONE : this;
          default -> this;
        };
    boolean runs = facts.kind() != StatementKind.PREPARE && facts.kind() != StatementKind.DECLARE;
    return facts.opaque() && runs ? names.doubted() : names;
  }

  private static Map<String, StatementFacts> with(
      Map<String, StatementFacts> names, String name, StatementFacts facts) {
    StatementFacts known = names.get(name);
    if (known == null && names.size() >= MOST_NAMES) {
      return names;
    }
    Map<String, StatementFacts> more = new HashMap<>(names);
    // The server refuses a name that is taken, unless what took it has failed.
    more.put(name, known == null || known.equals(facts) ? facts : known.carrying(facts));
    return more;
  }

  private static Map<String, StatementFacts> without(
      Map<String, StatementFacts> names, String name) {
    if (!names.containsKey(name)) {
      return names;
    }
    Map<String, StatementFacts> fewer = new HashMap<>(names);
    fewer.remove(name);
    return fewer;
  }
}
