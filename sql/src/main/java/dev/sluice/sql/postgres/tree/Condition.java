package dev.sluice.sql.postgres.tree;

import dev.sluice.sql.postgres.grammar.TreeReader;
import dev.sluice.sql.postgres.tree.Draft.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an expression says as a condition, as far as its form and the catalogue tell.
 *
 * @param chooses whether it chooses among rows: it looks at a column in a way that is not true of
 *     every row
 * @param later where only the whole statement tells, what is asked then instead; null: it is told
 * @param column the column, where the expression is one and nothing else
 * @param constant the text, where the expression is a string constant and it was asked for
 * @param name the name that its value has in a query's result, where it is one of interest
 * @param test where the expression is IS NULL or IS NOT NULL of a column, that
 * @param equality where the expression says that a column is a constant which was asked for, that
 * @param at the byte that the expression starts at where it is a column, or a constant or parameter
 *     or a cast of one; {@link #NOWHERE}: it is none of these
 * @param comparisons what must be so wherever the expression is true
 * @param claim where the expression is a comparison in a condition that bounds a change, that
 */
record Condition(
    boolean chooses,
    @Nullable Later later,
    @Nullable Read column,
    @Nullable String constant,
    @Nullable String name,
    @Nullable NullTest test,
    @Nullable Equality equality,
    int at,
    List<Comparison> comparisons,
    @Nullable Claim claim) {

  static final int NOWHERE = -1;

  /** Comparisons that are looked at in one condition. */
  private static final int MOST_COMPARISONS = 32;

  private Condition(
      boolean chooses,
      @Nullable Later later,
      @Nullable Read column,
      @Nullable String constant,
      @Nullable String name,
      @Nullable NullTest test,
      @Nullable Equality equality) {
    this(chooses, later, column, constant, name, test, equality, NOWHERE, List.of(), null);
  }

  /**
   * A column that is equal to a constant or parameter.
   *
   * @param column the column
   * @param place the byte that it starts at
   * @param value the byte that the constant or parameter starts at
   */
  record Comparison(Read column, int place, int value) {}

  /**
   * A comparison of any two expressions.
   *
   * @param operator its operator
   * @param operands what they are
   */
  record Claim(String operator, TreeReader.Print operands) {
    private static final Map<String, String> OPPOSITES =
        Map.ofEntries(
            Map.entry("=", "<>"),
            Map.entry("<>", "="),
            Map.entry("<", ">="),
            Map.entry(">=", "<"),
            Map.entry(">", "<="),
            Map.entry("<=", ">"),
            Map.entry("~~", "!~~"),
            Map.entry("!~~", "~~"),
            Map.entry("~~*", "!~~*"),
            Map.entry("!~~*", "~~*"),
            Map.entry("~", "!~"),
            Map.entry("!~", "~"));

    static boolean opposable(String operator) {
      return OPPOSITES.containsKey(operator);
    }

    /** What is so where this is not. */
    Claim denied() {
      return new Claim(OPPOSITES.getOrDefault(operator, operator), operands);
    }

    /** Whether either this or the other is true of a row, unless for constants in them. */
    boolean mayOppose(Claim other) {
      return denied().operator.equals(other.operator) && operands.alike(other.operands);
    }

    /** Whether either this or the other is true of a row. */
    boolean opposes(Claim other) {
      return denied().equals(other);
    }
  }

  /** A column that is a constant. */
  record Equality(Read column, String constant) {}

  /** A test of a column. */
  record NullTest(Read column, boolean isNull) {
    /** Whether either this or the other is true of every row. */
    boolean opposes(NullTest other, Columns columns) {
      return isNull != other.isNull && columns.same(column, other.column);
    }
  }

  /** Tells whether a condition chooses among rows once the whole statement was read. */
  @FunctionalInterface
  interface Later {
    boolean chooses(Columns columns);
  }

  /** Does not look at the rows. */
  static final Condition CONSTANT = new Condition(false, null, null, null, null, null, null);

  /** Looks at the rows. */
  static final Condition CHOOSES = new Condition(true, null, null, null, null, null, null);

  static Condition of(boolean chooses) {
    return chooses ? CHOOSES : CONSTANT;
  }

  /**
   * A column.
   *
   * @param bounds whether it stands in a condition that bounds a change, so that it matters whose
   *     column it is
   */
  static Condition column(Read column, int position, boolean bounds) {
    return new Condition(
        true,
        bounds ? columns -> columns.bounds(column) : null,
        column,
        null,
        column.star() ? null : column.column(),
        null,
        null,
        position,
        List.of(),
        null);
  }

  /**
   * A constant or a parameter.
   *
   * @param text the text of a string constant that was asked for; else null
   * @param position the byte that it starts at
   */
  static Condition value(@Nullable String text, int position) {
    return new Condition(false, null, null, text, null, null, null, position, List.of(), null);
  }

  /** Any of all these looks at the rows. */
  static Condition any(List<Condition> all) {
    if (all.stream().anyMatch(Condition::surely)) {
      return CHOOSES;
    }
    List<Condition> some = all.stream().filter(Condition::chooses).toList();
    return switch (some.size()) {
      case 0 -> CONSTANT;
      case 1 -> some.getFirst().plain();
      default -> later(columns -> some.stream().anyMatch(one -> one.chooses(columns)));
    };
  }

  /** Each of all these looks at the rows. */
  static Condition each(List<Condition> all) {
    if (all.stream().anyMatch(one -> !one.chooses)) {
      return CONSTANT;
    }
    List<Condition> some = all.stream().filter(one -> !one.surely()).toList();
    return switch (some.size()) {
      case 0 -> CHOOSES;
      case 1 -> some.getFirst().plain();
      default -> later(columns -> some.stream().allMatch(one -> one.chooses(columns)));
    };
  }

  private static Condition later(Later later) {
    return new Condition(true, later, null, null, null, null, null);
  }

  /** The same of a value that has a name. */
  Condition named(@Nullable String other) {
    return new Condition(chooses, later, null, null, other, null, null, at, List.of(), null);
  }

  /** The same of a value that may be a column's, but cannot be found by it. */
  Condition named(@Nullable String other, @Nullable Read read) {
    return new Condition(chooses, later, read, null, other, null, null, NOWHERE, List.of(), null);
  }

  /** Whether it is told already that it chooses. */
  private boolean surely() {
    return chooses && later == null;
  }

  /** Whether it chooses. */
  boolean chooses(Columns columns) {
    return later == null ? chooses : later.chooses(columns);
  }

  /** Any of the two looks at the rows. */
  Condition with(Condition other) {
    if (surely() || !other.chooses) {
      return plain();
    }
    if (other.surely() || !chooses) {
      return other.plain();
    }
    return later(columns -> chooses(columns) || other.chooses(columns));
  }

  /** Each of the two looks at the rows, as both sides of OR have to. */
  Condition and(Condition other) {
    if (!chooses || other.surely()) {
      return plain();
    }
    if (!other.chooses || surely()) {
      return other.plain();
    }
    return later(columns -> chooses(columns) && other.chooses(columns));
  }

  /** The same where the expression is a part of a greater one. */
  private Condition plain() {
    return later == null ? of(chooses) : later(later);
  }

  /** A comparison of the two: of a column with itself it chooses nothing. */
  Condition comparedWith(Condition other) {
    Read one = column;
    Read another = other.column;
    return one == null || another == null
        ? with(other)
        : later(
            columns -> !columns.same(one, another) && (chooses(columns) || other.chooses(columns)));
  }

  /** A comparison that holds where the two are the same. */
  Condition equalTo(Condition other) {
    Condition compared = comparedWith(other);
    Read one = column;
    Read another = other.column;
    String text = other.constant;
    Later later =
        one == null || another == null
            ? compared.later
            : columns -> compared.chooses(columns) && !columns.samePlace(one, another);
    return new Condition(
        compared.chooses,
        later,
        null,
        null,
        null,
        null,
        one == null || text == null || one.star() ? null : new Equality(one, text),
        NOWHERE,
        comparisons(other),
        null);
  }

  private List<Comparison> comparisons(Condition other) {
    if (at == NOWHERE || other.at == NOWHERE) {
      return List.of();
    }
    Read one = column;
    Read another = other.column;
    if (one != null && another == null && !one.star()) {
      return List.of(new Comparison(one, at, other.at));
    }
    return one == null && another != null && !another.star()
        ? List.of(new Comparison(another, other.at, at))
        : List.of();
  }

  /** The same, of which all of these must be so, too. */
  Condition holding(List<Comparison> all) {
    return all.isEmpty()
        ? this
        : new Condition(
            chooses, later, column, constant, name, test, equality, at, List.copyOf(all), claim);
  }

  /** The same, which says something that another part of the statement may say, or deny. */
  Condition claiming(@Nullable Claim other) {
    return other == null
        ? this
        : new Condition(
            chooses, later, column, constant, name, test, equality, at, comparisons, other);
  }

  /** Adds comparisons to some, unless there are very many. */
  static void add(List<Comparison> some, List<Comparison> more) {
    if (some.size() + more.size() <= MOST_COMPARISONS) {
      some.addAll(more);
    }
  }

  /** IS NULL or IS NOT NULL: of a column that always has a value it chooses nothing. */
  Condition asNullTest(boolean isNull) {
    Read one = column;
    return one == null
        ? plain()
        : new Condition(
            true,
            columns -> chooses(columns) && !columns.alwaysHasValue(one),
            null,
            null,
            null,
            new NullTest(one, isNull),
            null);
  }

  /**
   * The same unless two sides of an OR or AND are opposite tests: of those one is true of every
   * row, and both are of none.
   */
  Condition unlessOpposed(NullTest one, NullTest other) {
    Condition self = this;
    return later(columns -> !one.opposes(other, columns) && self.chooses(columns));
  }
}
