package dev.sluice.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table in columns, as kubectl writes it. */
public final class Table {
  private static final String GAP = "   ";

  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table.
   *
   * @param titles of its columns
   */
  public Table(String... titles) {
    rows.add(List.of(titles));
  }

  /** Adds a row of as many texts. */
  public void row(String... texts) {
    rows.add(List.of(texts));
  }

  /** The lines. */
  public String text() {
    int columns = rows.getFirst().size();
    int[] widths =
        IntStream.range(0, columns)
            .map(
                column ->
                    rows.stream()
                        .mapToInt(
                            row -> row.get(column).codePointCount(0, row.get(column).length()))
                        .max()
                        .orElse(0))
            .toArray();
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, columns)
                        .mapToObj(column -> padded(row.get(column), widths[column]))
                        .collect(Collectors.joining(GAP))
                        .stripTrailing()
                    + "\n")
        .collect(Collectors.joining());
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.codePointCount(0, text.length()));
  }
}
