package dev.sluice.operator.engine;

import dev.sluice.policy.discovery.ObservedColumn;
import dev.sluice.policy.plan.Catalogue;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * What was found by looking into the columns of a database. It tells counts, never a value.
 *
 * @param catalogue what the database holds
 * @param columns every column that was looked into, now or before
 * @param problems what could not be looked into and why, a sentence each
 * @param complete whether nothing is left that was to be looked into now
 * @param watched whether the database notes changes of its schema
 */
public record Examination(
    Catalogue catalogue,
    List<ObservedColumn> columns,
    List<String> problems,
    boolean complete,
    boolean watched) {
  /** Immutable copies. */
  public Examination {
    columns = List.copyOf(columns);
    problems = List.copyOf(problems);
  }

  /**
   * What is to be looked into.
   *
   * @param schemas names
   * @param interval how often the same columns are looked into
   * @param open which columns of a catalogue somebody has yet to decide on
   */
  public record Request(
      List<String> schemas,
      Duration interval,
      Function<Catalogue, List<Catalogue.ColumnName>> open) {
    /** An immutable copy. */
    public Request {
      schemas = List.copyOf(schemas);
    }
  }
}
