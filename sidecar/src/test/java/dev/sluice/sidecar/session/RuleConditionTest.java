package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.Bundle.Rule;
import dev.sluice.policy.bundle.Bundle.RuleOutcome;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.expression.Expression;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import dev.sluice.sidecar.postgres.ServerMessage;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules with conditions, in a session: they are asked anew whenever what they ask for changes. */
class RuleConditionTest {
  private static final String ONE = "SELECT id FROM orders WHERE id = 1";
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
  void aPreparedStatementIsDecidedAboutWhenItRuns() throws IOException {
    rule(
        "[\"call\",\"==\",[\"field\",[\"var\",\"session\"],\"application\"],[\"string\",\"report\"]]");
    try (RawClient client = client("user", "app")) {
      client.parse("s", ONE).bind("", "s").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).containsExactly("1", "2", "D 1", "C SELECT 1", "Z I");

      client.query("SET application_name = 'report'").send();
      client.untilReady();
      client.bind("", "s").execute("", 0).empty('S').send();
      assertThat(client.untilReady()).contains("E 42501");
      client.query(ONE).send();
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
    }
    assertThat(gate.statements())
        .filteredOn(event -> event.outcome() == Event.Outcome.DENIED)
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.code()).isEqualTo("SLU-S15"));
  }

  @Test
  void theSameTextIsDecidedAboutForEachSession() throws IOException {
    rule("[\"call\",\"==\",[\"field\",[\"var\",\"session\"],\"user\"],[\"string\",\"intern\"]]");
    try (RawClient app = client("user", "app");
        RawClient intern = client("user", "intern")) {
      app.query(ONE).send();
      assertThat(app.untilReady()).contains("D 1");
      intern.query(ONE).send();
      assertThat(intern.untilReady()).containsExactly("E 42501", "Z I");
      app.query(ONE).send();
      assertThat(app.untilReady()).contains("D 1");
    }
  }

  @Test
  void whatTheClientReadsNamesTheRule() throws IOException {
    rule(
        "[\"call\",\"in\",[\"string\",\"public.orders\"],[\"field\",[\"var\",\"statement\"],\"reads\"]]");
    try (RawClient client = client("user", "app")) {
      client.query(ONE).send();
      ServerMessage refusal = client.read().error();
      assertThat(refusal.sqlState()).isEqualTo("42501");
      assertThat(refusal.message())
          .isEqualTo(
              "refused by the rule \"b/orders\": SELECT matches the rule b/orders [SLU-S15]");
      assertThat(client.untilReady()).containsExactly("Z I");
    }
  }

  @Test
  void aTagTellsAnAgent() throws IOException {
    rule("[\"call\",\"!=\",[\"field\",[\"var\",\"session\"],\"agent\"],[\"string\",\"\"]]");
    try (RawClient client = client("user", "app")) {
      client.query(ONE).send();
      assertThat(client.untilReady()).contains("D 1");
      client.query(ONE + " /*gen_ai.agent.name='planner'*/").send();
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
    }
  }

  @Test
  void theServiceAccountOfThePodIsKnown() throws IOException {
    rule(
        "[\"call\",\"==\",[\"field\",[\"var\",\"session\"],\"serviceAccount\"],[\"string\",\"shop-api\"]]");
    try (RawClient client = client("user", "app")) {
      client.query(ONE).send();
      assertThat(client.untilReady()).containsExactly("E 42501", "Z I");
    }
  }

  private void rule(String condition) {
    Expression when =
        Objects.requireNonNull(Jsonb.instance().type(Expression.class).fromJson(condition));
    gate.grant()
        .apply(
            TestBundles.withRules(
                shop.bundle(), new Rule("b/orders", "", RuleOutcome.DENY, false, "", when)));
  }

  private RawClient client(String... parameters) throws IOException {
    String[] all = Arrays.copyOf(parameters, parameters.length + 2);
    all[parameters.length] = "database";
    all[parameters.length + 1] = shop.database().name();
    return RawClient.open(gate.port(), all);
  }
}
