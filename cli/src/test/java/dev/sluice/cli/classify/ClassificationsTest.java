package dev.sluice.cli.classify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.RelationName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClassificationsTest {
  @Test
  void whatElseIsSaidOfATableStays() {
    List<Map<String, Object>> paths =
        List.of(Map.of("column", "payload", "path", "$.email", "class", "pii.email"));
    var written =
        Classifications.of(List.of(Map.of("table", "public.orders", "jsonPaths", paths)))
            .with(
                List.of(
                    new ColumnClass(
                        new ColumnClass.ColumnOfTable(new RelationName("public", "orders"), "note"),
                        "free-text")))
            .written();
    assertThat(written)
        .containsExactly(
            Map.of(
                "table",
                "public.orders",
                "columns",
                Map.of("note", "free-text"),
                "jsonPaths",
                paths));
  }
}
