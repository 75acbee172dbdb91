package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestGate;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandleRoomTest {
  private static GovernedShop shop;
  private TestGate gate;

  @BeforeAll
  static void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
  }

  @BeforeEach
  void open() {
    gate = new TestGate(shop, shop.bundle());
  }

  @AfterEach
  void close() {
    gate.close();
  }

  @Test
  void whoPreparesTooMuchIsToldAndOthersGoOn() throws IOException, SQLException {
    String padding = " /* " + "x".repeat(5000) + " */";
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      List<String> answers = List.of();
      int prepared = 0;
      while (!answers.contains("E 53200")) {
        client.parse("s" + prepared, "SELECT " + prepared + padding).empty('S').send();
        answers = client.untilReady();
        prepared++;
        assertThat(prepared).isLessThan(5000);
      }
      assertThat(answers).containsExactly("E 53200", "Z I");
      assertThat(prepared).isGreaterThan(300);
      client.parse("", "SELECT 7" + padding).bind("", "").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("1", "2", "D 7", "C SELECT 1", "Z I");
      client.bind("", "s7").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("2", "D 7", "C SELECT 1", "Z I");
      client.bind("portal", "s7").execute("portal", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("E 53200", "Z I");
      try (Connection other = gate.connect("&prepareThreshold=1")) {
        assertThatThrownBy(() -> execute(other)).hasStackTraceContaining("SLU-G14");
      }
      try (Connection other = gate.connect("&prepareThreshold=0")) {
        execute(other);
      }
    }
    await()
        .untilAsserted(
            () -> {
              try (Connection other = gate.connect("&prepareThreshold=1")) {
                execute(other);
              }
            });
  }

  @Test
  void longNamesTakeRoomToo() throws IOException {
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      List<String> answers = List.of();
      int prepared = 0;
      while (!answers.contains("E 53200")) {
        client.parse(prepared + "n".repeat(9000), "SELECT 1").empty('S').send();
        answers = client.untilReady();
        prepared++;
        assertThat(prepared).isLessThan(2000);
      }
      assertThat(prepared).isGreaterThan(500);
    }
  }

  @Test
  void theSameTextIsHeldOnce() throws IOException {
    String padding = " /* " + "x".repeat(20_000) + " */";
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      for (int number = 0; number < 2000; number++) {
        client.parse("s" + number, "SELECT 1" + padding).empty('S').send();
        assertThat(client.untilReady()).containsExactly("1", "Z I");
      }
    }
  }

  @Test
  void whatIsClosedIsGivenBack() throws IOException {
    String padding = " /* " + "x".repeat(20_000) + " */";
    try (RawClient client = RawClient.open(gate.port(), "database", shop.database().name())) {
      for (int number = 0; number < 1000; number++) {
        client.parse("s", "SELECT " + number + padding);
        client.out().begin((byte) 'C').int8((byte) 'S').text("s").end();
        client.empty('S').send();
        assertThat(client.untilReady()).containsExactly("1", "3", "Z I");
      }
    }
  }

  private static void execute(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT name FROM customers WHERE id = ?")) {
      statement.setInt(1, 7);
      statement.executeQuery().close();
    }
  }
}
