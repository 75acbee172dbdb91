package dev.sluice.policy.plan;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.policy.plan.Catalogue.Column;
import dev.sluice.policy.plan.Catalogue.ColumnName;
import dev.sluice.policy.plan.Catalogue.Relation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The columns of which a Database says that they hold something sensitive. */
public final class ClassifiedColumns {
  private ClassifiedColumns() {}

  /**
   * Those with a class, and those that show such a column: of views, of partitions, generated ones.
   * A column of which somebody has said {@code none} is none of them, whatever it shows.
   *
   * @param database the Database
   * @param spec what it says
   * @param catalogue what it holds
   * @return the columns, by name
   */
  public static List<ColumnName> of(
      DatabaseIdentity database, DatabaseSpec spec, Catalogue catalogue) {
    Classifications classifications = new Classifications(database, spec, catalogue);
    Lineage lineage = new Lineage(catalogue);
    List<ColumnName> classified = new ArrayList<>();
    for (Relation relation : catalogue.relations().values()) {
      for (Column each : relation.columns()) {
        ColumnName column = new ColumnName(relation.name(), each.name());
        boolean shows =
            classifications.isSettled(column)
                ? !classifications.of(column).isEmpty()
                : lineage.of(column).stream()
                    .anyMatch(shown -> !classifications.of(shown).isEmpty());
        if (shows) {
          classified.add(column);
        }
      }
    }
    classified.sort(Comparator.comparing(ColumnName::relation).thenComparing(ColumnName::column));
    return List.copyOf(classified);
  }
}
