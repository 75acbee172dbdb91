package dev.sluice.sql.postgres.tree;

import dev.sluice.sql.postgres.tree.Draft.Read;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns that a query gives, in their order. */
final class Outputs {

  /** The most columns that PostgreSQL lets a query have. */
  static final int MOST = 1664;

  /** The column that its one value is in each row; null: it is something else, or not in each. */
  @Nullable Read column;

  private final List<Output> all = new ArrayList<>(4);
  private @Nullable Names names;
  private boolean busy;

  /**
   * A column, or with {@code *} several.
   *
   * @param name its name; null: PostgreSQL gives it one that is of no interest
   * @param star what {@code *} stands for; null: it is one column
   */
  private record Output(@Nullable String name, @Nullable Read star) {}

  /**
   * Names of columns.
   *
   * @param names the names; null: one that is of no interest
   * @param complete whether there are no others
   */
  record Names(List<@Nullable String> names, boolean complete) {
    static final Names UNKNOWN = new Names(List.of(), false);
  }

  void add(@Nullable String name) {
    all.add(new Output(name, null));
  }

  void addStar(Read star) {
    all.add(new Output(null, star));
  }

  /** Whether one of the columns has a name of its own that is this. */
  boolean has(String name) {
    return all.stream().anyMatch(output -> name.equals(output.name));
  }

  /** The names, once the whole statement was read. */
  Names names(Columns columns) {
    Names known = names;
    if (known != null) {
      return known;
    }
    if (busy) { // a WITH expression that gives what it is made of
      return Names.UNKNOWN;
    }
    busy = true;
    List<@Nullable String> list = new ArrayList<>(all.size());
    boolean complete = true;
    for (Output output : all) {
      Read star = output.star;
      if (star == null) {
        list.add(output.name);
      } else {
        Names more = columns.names(star);
        list.addAll(more.names);
        complete &= more.complete;
      }
      if (list.size() > MOST) {
        list = new ArrayList<>(list.subList(0, MOST));
        complete = false;
        break;
      }
    }
    busy = false;
    names = new Names(list, complete);
    return names;
  }
}
