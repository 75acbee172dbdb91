package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestGate;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;

/** An error points at the place in the text that the client wrote. */
class ErrorPositionTest {
  private GovernedShop shop;
  private TestGate gate;

  @BeforeEach
  void open() {
    shop = GovernedShop.create(PostgresVersion.V15);
    gate = new TestGate(shop, shop.bundle());
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "simple,UPDATE customers SET nowhere = 1,nowhere",
        "extended,UPDATE customers SET nowhere = 1,nowhere",
        "simple,SELECT 'ä😀' FROM public.customers WHERE nowhere = 1,nowhere",
        "extended,SELECT 'ä😀' FROM public.customers a JOIN public.customers b ON b.nowhere = 1,"
            + "b.nowhere",
        "simple,SELECT nowhere FROM public.customers,nowhere",
        "simple,SELECT nowhere FROM orders,nowhere"
      })
  void whereverNamesWereRewritten(String mode, String text, String place) throws SQLException {
    try (Connection connection = gate.connect("&preferQueryMode=" + mode);
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute(text))
          .isInstanceOfSatisfying(
              PSQLException.class,
              failure -> {
                var error = Objects.requireNonNull(failure.getServerErrorMessage());
                assertThat(error.getPosition())
                    .isEqualTo(text.codePointCount(0, text.indexOf(place)) + 1);
                assertThat(error.getRoutine()).isNotEmpty();
              });
    }
  }
}
