package dev.sluice.cli.classify;

import dev.sluice.policy.RelationName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code spec.classifications} of a Database, in the order in which it is written.
 *
 * @param tables the tables
 */
record Classifications(List<OfTable> tables) {
  /** An immutable copy. */
  Classifications {
    tables = List.copyOf(tables);
  }

  /**
   * What the columns of one table hold.
   *
   * @param table as it is written
   * @param columns column name to class
   * @param rest what else is said, which stays as it is
   */
  record OfTable(String table, Map<String, String> columns, Map<String, Object> rest) {
    private boolean isAbout(RelationName name) {
      try {
        return RelationName.parse(table).equals(name);
      } catch (IllegalArgumentException _) {
        return false;
      }
    }
  }

  /**
   * Reads it, whatever else stands in it.
   *
   * @param value lists and maps; null: there is none
   */
  static Classifications of(@Nullable Object value) {
    List<OfTable> tables = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof Map<?, ?> map && map.get("table") instanceof String table) {
          Map<String, String> classes = new LinkedHashMap<>();
          if (map.get("columns") instanceof Map<?, ?> columns) {
            columns.forEach(
                (column, own) -> classes.put(String.valueOf(column), String.valueOf(own)));
          }
          Map<String, Object> rest = new LinkedHashMap<>();
          map.forEach((key, own) -> rest.put(String.valueOf(key), own));
          rest.keySet().removeAll(List.of("table", "columns"));
          tables.add(new OfTable(table, classes, rest));
        }
      }
    }
    return new Classifications(tables);
  }

  /** The class of a column; null: none. */
  @Nullable String of(ColumnClass.ColumnOfTable column) {
    return tables.stream()
        .filter(each -> each.isAbout(column.table()))
        .map(each -> each.columns().get(column.name()))
        .filter(each -> each != null)
        .findFirst()
        .orElse(null);
  }

  /** The same with more said of columns; what was said of them before is replaced. */
  Classifications with(List<ColumnClass> said) {
    List<OfTable> changed = new ArrayList<>(tables);
    for (ColumnClass each : said) {
      RelationName table = each.column().table();
      int place = 0;
      while (place < changed.size() && !changed.get(place).isAbout(table)) {
        place++;
      }
      if (place == changed.size()) {
        changed.add(new OfTable(table.toString(), Map.of(), Map.of()));
      }
      Map<String, String> columns = new LinkedHashMap<>(changed.get(place).columns());
      columns.put(each.column().name(), each.classification());
      changed.set(
          place, new OfTable(changed.get(place).table(), columns, changed.get(place).rest()));
    }
    return new Classifications(changed);
  }

  /** Lists and maps, as the resource has it. */
  List<Map<String, Object>> written() {
    return tables.stream()
        .map(
            each -> {
              Map<String, Object> fields = new LinkedHashMap<>();
              fields.put("table", each.table());
              if (!each.columns().isEmpty()) {
                fields.put("columns", each.columns());
              }
              fields.putAll(each.rest());
              return fields;
            })
        .collect(Collectors.toList());
  }
}
