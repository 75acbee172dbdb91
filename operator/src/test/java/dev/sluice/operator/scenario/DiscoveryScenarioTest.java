package dev.sluice.operator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.crds.DatabaseStatus;
import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import io.fabric8.kubernetes.api.model.Condition;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** From columns that nobody has classified to suggestions, and from those to decisions. */
class DiscoveryScenarioTest {
  private final RealPostgres postgres = RealPostgres.shared(PostgresVersion.V18);
  private final Scene scene = new Scene(postgres);

  private void apply(String mode, String classifications) {
    String yaml = scene.databaseYaml();
    scene.apply(
        yaml.substring(0, yaml.indexOf("  classifications:"))
            + "  discovery: {mode: %s}\n".formatted(mode)
            + (classifications.isEmpty()
                ? ""
                : "  classifications:\n  - {table: public.customers, columns: {%s}}\n"
                    .formatted(classifications)));
  }

  private void sql(String text) throws Exception {
    scene.server().execute(scene.admin(), text);
  }

  private DatabaseStatus status() {
    return scene.database().getStatus();
  }

  private Condition await(String status, String reason) {
    return scene.awaitDatabase("PendingClassification", status, reason);
  }

  @Test
  void suggestionsAreInTheStatusUntilSomebodyHasDecided() throws Exception {
    apply("Suggest", "");
    Condition pending = await("True", "ClassesProposed");
    assertThat(pending.getMessage())
        .contains("public.customers.email (pii.email, ")
        .contains("It does not hold yet.")
        .doesNotContain("ada@");
    assertThat(status().suggestions())
        .extracting(each -> each.table() + "." + each.column() + " " + each.dataClass())
        .containsExactlyInAnyOrder(
            "public.customers.email pii.email",
            "public.customers.ssn pii.national-id",
            "public.customers.name pii.name");
    assertThat(status().suggestionsTotal()).isEqualTo(3);
    assertThat(status().toString()).doesNotContain("ada@").doesNotContain("123-45");

    // Accepted, dismissed, and one of its own.
    apply("Suggest", "email: pii.email, ssn: none, name: internal");
    await("False", "NothingPending");
    assertThat(status().suggestions()).isEmpty();
    assertThat(status().suggestionsTotal()).isZero();

    apply("\"Off\"", "");
    Scene.patiently().until(() -> status().suggestionsTotal() == null);
    assertThat(count("SELECT count(*) FROM pg_event_trigger")).isZero();
    assertThat(count("SELECT count(*) FROM sluice.examined_columns")).isZero();
  }

  @Test
  void whatIsProposedHoldsWhereThatIsEnforced() throws Exception {
    scene.apply(scene.maskingYaml());
    apply("Enforce", "");
    scene.apply(scene.accessYaml());
    Condition pending = await("True", "ClassesProposed");
    assertThat(pending.getMessage()).contains("It holds until somebody decides.");
    scene.awaitAccess("True", "Applied");
    Scene.patiently().until(() -> scene.maskedColumns() == 3);
    assertThat(masks()).contains("public.customers.ssn KeepLast", "public.customers.email Nullify");

    sql("ALTER TABLE customers ADD iban text; ALTER TABLE customers ADD plain text");
    Scene.patiently().until(() -> masks().contains("public.customers.iban Nullify"));
    Scene.patiently()
        .until(
            () -> sees("plain") && sees("iban") && Objects.equals(status().suggestionsTotal(), 4));

    apply("Enforce", "email: none, name: none, iban: none");
    Scene.patiently().until(() -> scene.maskedColumns() == 1);
  }

  private java.util.List<String> masks() {
    return Objects.requireNonNull(scene.access().getStatus().masks()).stream()
        .map(each -> each.column() + " " + each.mask())
        .toList();
  }

  private boolean sees(String column) throws Exception {
    return count(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema LIKE 'sluice\\_%'"
                + " AND"
                + " table_name = 'customers' AND column_name = '%s'".formatted(column))
        == 1;
  }

  private int count(String query) throws Exception {
    try (Connection connection = scene.server().connect(scene.admin());
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void deletingTheDatabaseTakesAllAway() throws Exception {
    apply("Suggest", "");
    await("True", "ClassesProposed");
    assertThat(count("SELECT count(*) FROM pg_event_trigger")).isEqualTo(1);

    RunningControlPlane.shared().cluster().client().resource(scene.database()).delete();

    Supplier<Boolean> gone =
        () -> {
          try {
            return count("SELECT count(*) FROM pg_event_trigger")
                    + count("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'sluice%'")
                == 0;
          } catch (Exception failure) {
            throw new IllegalStateException(failure);
          }
        };
    Scene.patiently().until(gone::get);
  }
}
