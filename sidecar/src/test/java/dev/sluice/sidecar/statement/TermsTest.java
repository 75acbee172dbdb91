package dev.sluice.sidecar.statement;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.Bundle.Rule;
import dev.sluice.policy.bundle.Bundle.RuleOutcome;
import dev.sluice.policy.bundle.RuleLimit;
import dev.sluice.policy.statement.Decision;
import dev.sluice.policy.statement.SessionFacts;
import dev.sluice.sql.postgres.Limits;
import dev.sluice.sql.postgres.NameScope;
import dev.sluice.sql.postgres.SqlAnalyzer;
import dev.sluice.sql.postgres.grammar.PgQueryLibrary;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verdicts on texts that differ little from those that were seen. */
class TermsTest {
  private static final Rule NO_MASS_DELETE =
      new Rule("b/no-mass-delete", "no-mass-delete", RuleOutcome.DENY, false, "", null);
  private static final Rule NO_MASS_UPDATE =
      new Rule("b/no-mass-update", "no-mass-update", RuleOutcome.DENY, false, "", null);

  private static final SqlAnalyzer ANALYZER =
      new SqlAnalyzer(PgQueryLibrary.load(), Limits.DEFAULT);

  private final Terms terms = terms(NO_MASS_DELETE, NO_MASS_UPDATE);

  @AfterAll
  static void close() {
    ANALYZER.close();
  }

  @Test
  void textsOfOneShapeShareWhatIsKnownAndKeepWhatIsTheirs() {
    Verdict one = verdict("SELECT note FROM orders WHERE id = 1 /*route='a'*/");
    Verdict other = verdict("SELECT note FROM orders WHERE id = 22 /*route='b'*/");
    assertThat(other.evidence().getFirst()).isSameAs(one.evidence().getFirst());
    assertThat(new String(other.text().bytes(), UTF_8)).contains("id = 22");
    assertThat(one.tags().values()).containsEntry("route", "a");
    assertThat(other.tags().values()).containsEntry("route", "b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE FROM orders WHERE note LIKE 'a' | DELETE FROM orders WHERE note LIKE '%'",
        "UPDATE orders SET note = 'x' WHERE note LIKE 'b%' | UPDATE orders SET note = 'x' WHERE"
            + " note LIKE '%%'",
        "SELECT set_config('work_mem', 'x', true) | SELECT set_config('role', 'x', true)",
      })
  void aTextIsNotTakenForOneOfItsShapeThatMayRun(String mayRun, String mayNot) {
    assertThat(verdict(mayRun).decision()).isInstanceOf(Decision.Allow.class);
    assertThat(verdict(mayNot).decision()).isInstanceOf(Decision.Deny.class);
  }

  @Test
  void whereNamesMayMeanSomethingElseNothingIsShared() {
    Verdict granted = verdict("SELECT note FROM orders WHERE id = 1");
    Verdict hidden =
        verdict(
            "SELECT note FROM orders WHERE id = 2", new NameScope(false, false, Set.of("orders")));
    assertThat(hidden.evidence().getFirst()).isNotSameAs(granted.evidence().getFirst());
  }

  @Test
  void whereTheServerIsAskedAboutATextItHasItsOwnPlaces() {
    Terms asking =
        terms(
            new Rule(
                "b/blast-radius",
                "blast-radius",
                RuleOutcome.DENY,
                false,
                "",
                null,
                new RuleLimit(10L, null, null)));
    String text = "UPDATE orders SET note = 'short' WHERE id = 1; SELECT 1";
    verdict(asking, text, NameScope.GRANTED);
    String longer = text.replace("short", "much longer");
    Verdict verdict = verdict(asking, longer, NameScope.GRANTED);
    assertThat(verdict.facts().getFirst().end()).isEqualTo(longer.indexOf(';'));
  }

  private Verdict verdict(String text) {
    return verdict(terms, text, NameScope.GRANTED);
  }

  private Verdict verdict(String text, NameScope scope) {
    return verdict(terms, text, scope);
  }

  private static Verdict verdict(Terms terms, String text, NameScope scope) {
    byte[] bytes = text.getBytes(UTF_8);
    return terms.verdict(
        new TextKey().at(bytes, 0, bytes.length), bytes, 0, Dialect.USUAL, scope, null);
  }

  private static Terms terms(Rule... rules) {
    return new Terms(bundle(rules), () -> ANALYZER, SessionFacts.UNKNOWN, InstantSource.system());
  }

  private static Bundle bundle(Rule... rules) {
    return new Bundle(
        Bundle.FORMAT,
        "r1",
        Bundle.State.ACTIVE,
        "",
        "shop/orders",
        "databases/orders",
        "",
        new Bundle.Target(
            "PostgreSQL",
            List.of(new Bundle.Endpoint("127.0.0.1", 5432)),
            "orders",
            new Bundle.Tls(Bundle.TlsMode.DISABLE, null),
            "17"),
        "sluice_r_orders",
        List.of("public"),
        false,
        List.of(
            new Bundle.Relation(
                "public",
                "orders",
                null,
                false,
                List.of("SELECT", "UPDATE", "DELETE"),
                List.of(
                    new Bundle.Column("id", "integer", null, null),
                    new Bundle.Column("note", "text", null, null)))),
        List.of(rules),
        new Bundle.SessionLimits(10, 0, 0, null),
        Bundle.Revocation.FINISH_STATEMENT);
  }
}
