package dev.sluice.policy.statement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.statement.GrantCatalogue.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrantCatalogueTest {

  private static final List<Bundle.Column> COLUMNS =
      List.of(
          new Bundle.Column("id", "integer", null, null, true),
          new Bundle.Column("ssn", "text", "pii.national-id", "Nullify", true),
          new Bundle.Column("note", "text", null, null));

  private static Bundle bundle() {
    return new Bundle(
        Bundle.FORMAT,
        "1",
        Bundle.State.ACTIVE,
        "",
        "shop/web",
        "shop/main",
        "testing",
        new Bundle.Target(
            "PostgreSQL",
            List.of(new Bundle.Endpoint("db", 5432)),
            "main",
            new Bundle.Tls(Bundle.TlsMode.REQUIRE, null),
            "17.2"),
        "shop_web",
        List.of("shop_web", "public"),
        false,
        List.of(
            new Bundle.Relation(
                "public", "customers", "shop_web", false, List.of("SELECT"), COLUMNS),
            new Bundle.Relation("public", "orders", null, false, List.of("SELECT"), COLUMNS),
            new Bundle.Relation(
                "public", "mine", "shop_web", "mine", true, List.of("SELECT"), COLUMNS),
            new Bundle.Relation("archive", "orders", null, false, List.of("SELECT"), List.of())),
        List.of(),
        new Bundle.SessionLimits(10, 0, 0, null),
        Bundle.Revocation.FINISH_STATEMENT);
  }

  private static final GrantCatalogue CATALOGUE = GrantCatalogue.of(bundle());

  @Test
  void aNameMeansWhatItMeansByThePath() {
    assertThat(CATALOGUE.find(null, "orders"))
        .hasValueSatisfying(orders -> assertThat(orders.schema()).isEqualTo("public"));
    assertThat(CATALOGUE.find("archive", "orders"))
        .hasValueSatisfying(orders -> assertThat(orders.columns()).isEmpty());
    assertThat(CATALOGUE.find(null, "unheard_of")).isEmpty();
    assertThat(CATALOGUE.withoutPath().find(null, "orders")).isEmpty();
    assertThat(CATALOGUE.withoutPath().find("public", "orders")).isPresent();
    assertThat(CATALOGUE.serverVersion()).isEqualTo(17);
  }

  @Test
  void aMaskedViewIsItsTable() {
    assertThat(CATALOGUE.find("shop_web", "customers"))
        .isEqualTo(CATALOGUE.find("public", "customers"))
        .hasValueSatisfying(
            customers ->
                assertThat(customers.columns())
                    .containsExactly(
                        new Column("id", true, false, false),
                        new Column("ssn", true, false, false),
                        new Column("note", false, false, false)));
  }

  @Test
  void whatAMaskLeavesMayBeNothing() {
    assertThat(CATALOGUE.find("public", "mine"))
        .hasValueSatisfying(
            mine ->
                assertThat(mine.column("ssn")).hasValue(new Column("ssn", false, false, false)));
  }
}
