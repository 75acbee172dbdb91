package dev.sluice.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stories.stage.OrdersDatabase;
import dev.sluice.stories.stage.Team;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Story 5: what the grant does not allow is refused, with a reason, and the session goes on. */
class RefusalStory {
  private final Team shop = Team.shop();

  @Test
  void tableOutsideTheGrantIsRefusedByTheDatabase() {
    var answer = shop.psql("SELECT * FROM audit_notes LIMIT 1");

    assertThat(answer.isSuccess()).isFalse();
    assertThat(answer.errors()).contains("permission denied for table audit_notes");
  }

  @Test
  void privilegeOutsideTheGrantIsRefusedByTheDatabase() {
    var answer = shop.psql("DELETE FROM orders WHERE id = 1");

    assertThat(answer.isSuccess()).isFalse();
    assertThat(answer.errors()).contains("permission denied for table orders");
  }

  @Test
  void dropIsRefusedWithTheRuleAndTheRemedyAndTheSessionGoesOn() {
    try (var session = shop.session()) {
      var process = session.ask("SELECT pg_backend_pid()");

      var refusal = session.ask("DROP TABLE orders");

      assertThat(refusal).contains("ERROR:").contains("SLU-S01").contains("HINT:");
      assertThat(refusal).contains("schemaChanges");
      assertThat(session.ask("SELECT pg_backend_pid()")).isEqualTo(process);
    }
    assertThat(OrdersDatabase.query("SELECT to_regclass('public.orders') IS NOT NULL"))
        .isEqualTo("t");
  }

  @Test
  void refusalFailsATransactionAsAnyErrorDoes() {
    try (var session = shop.session()) {
      session.ask("BEGIN");
      session.ask("DROP TABLE orders");
      assertThat(session.ask("SELECT 1")).contains("current transaction is aborted");
      session.ask("ROLLBACK");
      assertThat(session.ask("SELECT 1")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET ROLE shop_admin",
        "RESET ROLE",
        "SET SESSION AUTHORIZATION shop_admin",
        "CREATE TABLE mine (a int)",
        "COPY orders TO '/tmp/orders'",
        "COPY orders TO PROGRAM 'cat'",
        "ALTER ROLE shop_admin PASSWORD 'x'",
        "SELECT pg_read_file('/etc/passwd')",
      })
  void wayOutIsClosed(String statement) {
    var answer = shop.psql(statement);

    assertThat(answer.isSuccess()).as(answer.text()).isFalse();
  }
}
