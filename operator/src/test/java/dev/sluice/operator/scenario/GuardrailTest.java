package dev.sluice.operator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.fixtures.RealPostgres;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.expression.Expression;
import io.avaje.jsonb.Jsonb;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules with conditions, from the policy to the bundle that a gate gets. */
class GuardrailTest {
  private static final Jsonb JSON = Jsonb.instance();

  private final Scene scene = new Scene(RealPostgres.shared(PostgresVersion.V18));
  private String token = "";

  @BeforeEach
  void begin() {
    token = RunningControlPlane.shared().cluster().podToken(scene.pod("api-1"), "sluice");
  }

  @Test
  void aConditionReachesGates() throws Exception {
    given("{name: tier, when: session.namespaceLabels.tier == \"shop\", outcome: Warn}");
    scene.awaitGuardrail("True", "Accepted");

    assertThat(rules())
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.name()).endsWith("/tier");
              assertThat(rule.outcome()).isEqualTo(Bundle.RuleOutcome.WARN);
              assertThat(JSON.type(Expression.class).toJson(rule.when()))
                  .startsWith("[\"call\",\"==\",[\"field\",[\"labels\",")
                  .contains("\"tier\",\"shop\"");
            });
  }

  @Test
  void aRuleThatCannotBeReadLeavesThoseOfBeforeInForce() throws Exception {
    given("{name: no-delete, when: statement.kind == \"DELETE\"}");
    scene.awaitGuardrail("True", "Accepted");
    List<Bundle.Rule> before = rules();

    scene.apply(
        scene.guardrailYaml(
            "{use: no-drop}, {name: no-delete, when: statement.knd == \"DELETE\"}"));
    assertThat(scene.awaitGuardrail("False", "ConditionInvalid").getMessage())
        .isEqualTo(
            "spec.rules[1].when: 1:10: undefined field 'knd'. Correct the condition. Until then the"
                + " policy of generation 1 stays in force.");
    // A change of the access has everything read again.
    scene.apply(scene.accessYaml().replace("purpose: order-processing", "purpose: fraud-review"));
    Scene.patiently().until(() -> bundle().purpose().equals("fraud-review"));
    assertThat(rules()).isEqualTo(before);

    scene.apply(scene.guardrailYaml("{use: no-drop}"));
    scene.awaitGuardrail("True", "Accepted");
    Scene.patiently().until(() -> rules().getFirst().ready().equals("no-drop"));
  }

  @Test
  void aNewRuleThatCannotBeReadCountsAsMatching() throws Exception {
    given("{name: no-delete, when: statement.kind}");

    assertThat(scene.awaitGuardrail("False", "ConditionInvalid").getMessage())
        .startsWith("spec.rules[0].when: 1:1: the condition is of the type string")
        .endsWith("a rule that cannot be read counts as matching every statement.");
    assertThat(rules())
        .singleElement()
        .satisfies(rule -> assertThat(rule.when()).isInstanceOf(Expression.Unusable.class));
  }

  private void given(String rules) {
    scene.apply(scene.guardrailYaml(rules));
    scene.apply(scene.databaseYaml());
    scene.apply(scene.accessYaml());
    scene.awaitAccess("True", "Applied");
  }

  private List<Bundle.Rule> rules() throws Exception {
    return bundle().rules();
  }

  private Bundle bundle() throws Exception {
    return JSON.type(Bundle.class)
        .fromJson(
            RunningControlPlane.shared()
                .api()
                .get("/v1/bundle?wait=0&access=%s/orders".formatted(scene.shop()), token, null)
                .body());
  }
}
