package dev.sluice.shop.data;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One table's rows.
 *
 * @param name the table, {@code schema.table}
 * @param columns the columns that a row has values for, in order
 * @param rows the values; null stands for NULL. It can be read once
 */
record Table(String name, List<String> columns, Stream<@Nullable Object[]> rows) {
  /** An immutable copy of the column names. */
  Table {
    columns = List.copyOf(columns);
  }
}
