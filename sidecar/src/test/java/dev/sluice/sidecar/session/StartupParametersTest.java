package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.postgres.GateException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The search path that a client asks for as it connects. */
class StartupParametersTest {
  /** A grant without masks: there is no schema of views yet. */
  private static final Bundle UNMASKED =
      new Bundle(
          Bundle.FORMAT,
          "r1",
          Bundle.State.ACTIVE,
          "",
          "shop/orders",
          "databases/orders",
          "order-processing",
          new Bundle.Target(
              "PostgreSQL",
              List.of(new Bundle.Endpoint("127.0.0.1", 5432)),
              "shop",
              new Bundle.Tls(Bundle.TlsMode.DISABLE, null),
              "15.18"),
          "sluice_shop_orders",
          List.of("sluice_shop_orders", "public"),
          false,
          List.of(),
          List.of(),
          new Bundle.SessionLimits(0, 0, 0, null),
          Bundle.Revocation.FINISH_STATEMENT);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "public | \"sluice_shop_orders\", public",
        "'archive, public' | '\"sluice_shop_orders\", archive, public'",
        "'' | \"sluice_shop_orders\"",
        "'\"sluice_shop_orders\", public' | '\"sluice_shop_orders\", public'",
      })
  void viewsAreFoundFirstAlsoBeforeThereAreAny(String asked, String sent) throws GateException {
    assertThat(StartupParameters.vetted(Map.of("search_path", asked), UNMASKED))
        .containsEntry("search_path", sent);
    assertThat(
            StartupParameters.vetted(
                Map.of("options", "-c search_path=" + asked.replace(" ", "\\ ")), UNMASKED))
        .containsEntry("search_path", sent);
  }
}
