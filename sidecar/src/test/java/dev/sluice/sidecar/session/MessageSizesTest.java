package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestGate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages about as long as the gate's buffers, which begin small and grow once. */
class MessageSizesTest {
  private static GovernedShop shop;
  private static TestGate gate;

  @BeforeAll
  static void open() {
    shop = GovernedShop.create(PostgresVersion.V15);
    gate = new TestGate(shop, shop.bundle());
  }

  @AfterAll
  static void close() {
    gate.close();
  }

  static IntStream lengths() {
    return IntStream.of(2 * 1024, 16 * 1024)
        .flatMap(buffer -> IntStream.rangeClosed(buffer - 40, buffer + 10));
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void aTextAndItsResultOfAnyLengthGoThrough(int length) throws SQLException {
    String value = "x".repeat(length);
    try (Connection connection = connect("simple");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT '%s'".formatted(value))) {
      assertThat(result.next()).isTrue();
      assertThat(result.getString(1)).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void aValueOfAnyLengthIsBound(int length) throws SQLException {
    String value = "x".repeat(length);
    try (Connection connection = connect("extended");
        PreparedStatement statement = connection.prepareStatement("SELECT ?::text")) {
      for (int again = 0; again < 2; again++) {
        statement.setString(1, value);
        try (ResultSet result = statement.executeQuery()) {
          assertThat(result.next()).isTrue();
          assertThat(result.getString(1)).isEqualTo(value);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void anErrorOfAnyLengthIsTold(int length) throws SQLException {
    String value = "x".repeat(length);
    try (Connection connection = connect("simple");
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery("SELECT '%s'::integer".formatted(value)))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("\"" + value + "\"");
      try (ResultSet result = statement.executeQuery("SELECT 1")) {
        assertThat(result.next()).isTrue();
      }
    }
  }

  private static Connection connect(String mode) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=application&preferQueryMode=%s"
            .formatted(gate.port(), shop.database().name(), mode));
  }
}
