package dev.sluice.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sql.postgres.NameScope.Restored;
import dev.sluice.sql.postgres.Rewriting.Splice;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a session makes of names without a schema, and what of them is rewritten then. */
class NameScopeTest {
  private static final SqlAnalyzer ANALYZER = new SqlAnalyzer(Grammars.LIBRARY, Limits.DEFAULT);

  private static final StatementRewriter REWRITER =
      new StatementRewriter(
          List.of(
              new Bundle.Relation(
                  "public", "customers", "sluice_shop", false, List.of("SELECT"), List.of())),
          List.of("sluice_shop", "public"));

  private static final NameScope OWN_PATH = new NameScope(true, false, Set.of());
  private static final NameScope OWN_TABLE = new NameScope(false, false, Set.of("customers"));

  @AfterAll
  static void close() {
    ANALYZER.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1 | false | false |",
        "SET search_path = archive | true | false |",
        "SET LOCAL search_path TO archive | true | false |",
        "SELECT set_config('search_path', 'archive', false) | true | false |",
        "UPDATE pg_settings SET setting = 'archive' WHERE name = 'search_path' | true | false |",
        "RESET ALL | false | false |",
        "DISCARD ALL | false | false |",
        "DO 'BEGIN SET search_path = archive; END' | true | false |",
        "DO 'BEGIN CREATE TEMP TABLE customers(); END' | false | true |",
        "DO 'BEGIN END' | false | false |",
        "SET search_path archive archive | true | false |",
        "CREATE TEMP TABLE customers(id int) | false | false | customers",
        "CREATE TABLE pg_temp.customers(id int) | false | false | customers",
        "CREATE TEMP VIEW customers AS SELECT 1 | false | false | customers",
        "CREATE TEMP SEQUENCE customers | false | false | customers",
        "CREATE TEMP TABLE a AS SELECT * FROM b | false | false | a",
        "SELECT 1 AS id INTO TEMP customers | false | false | customers",
        "CREATE TABLE customers(id int) | false | false |",
        "ALTER TABLE pg_temp.a RENAME TO customers | false | true |",
        "ALTER TABLE pg_temp.a ADD COLUMN b int | false | false |"
      })
  void whatATextAdds(String text, boolean path, boolean anyTemporary, String temporary) {
    Set<String> names = temporary == null ? Set.of() : Set.of(temporary);
    assertThat(after(text)).isEqualTo(new NameScope(path, anyTemporary, names));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DISCARD ALL | EVERYTHING",
        "DISCARD TEMP | TEMPORARY",
        "DISCARD PLANS | NOTHING",
        "RESET search_path | PATH",
        "RESET ALL | PATH",
        "RESET work_mem | NOTHING",
        "SET search_path = archive | NOTHING",
        "SHOW search_path | NOTHING"
      })
  void whatATextGivesBack(String text, Restored restored) {
    Statement statement = ANALYZER.analyze(text).statements().getFirst();
    assertThat(NameScope.restored(statement)).isEqualTo(restored);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE customers SET name = 1",
        "INSERT INTO customers DEFAULT VALUES",
        "COPY customers TO STDOUT",
        "COPY customers FROM STDIN",
        "CREATE INDEX ON customers(name)"
      })
  void namesThatMayMeanSomethingElseAreLeftAlone(String text) {
    Analysis analysis = ANALYZER.analyze(text);
    assertThat(REWRITER.rewrite(analysis)).isNotEqualTo(text);
    for (NameScope scope : List.of(OWN_PATH, OWN_TABLE, NameScope.UNKNOWN)) {
      Rewriting rewriting = REWRITER.rewrite(analysis, scope);
      assertThat(rewriting.text()).isEqualTo(text);
      assertThat(rewriting.byPath()).containsExactly("customers");
    }
  }

  @Test
  void namesThatTellTheirSchemaAreRewrittenAsEver() {
    Analysis analysis =
        ANALYZER.analyze("UPDATE public.customers SET a = (SELECT 1 FROM public.customers)");
    assertThat(REWRITER.rewrite(analysis, NameScope.UNKNOWN).text())
        .isEqualTo(REWRITER.rewrite(analysis))
        .isEqualTo("UPDATE public.customers SET a = (SELECT 1 FROM \"sluice_shop\".\"customers\")");
  }

  @Test
  void whatIsMadeIsMadeByTheSearchPathWhateverIsTemporary() {
    Analysis analysis = ANALYZER.analyze("CREATE TABLE customers(id int)");
    assertThat(REWRITER.rewrite(analysis, OWN_TABLE).text())
        .isEqualTo("CREATE TABLE \"public\".customers(id int)");
    assertThat(REWRITER.rewrite(analysis, OWN_PATH).text()).isEqualTo(analysis.text());
  }

  @Test
  void aStatementIsHeededByThoseBehindItInTheSameText() {
    Analysis analysis =
        ANALYZER.analyze(
            "DELETE FROM customers; CREATE TEMP TABLE customers(); DELETE FROM customers");
    assertThat(REWRITER.rewrite(analysis))
        .isEqualTo(
            "DELETE FROM \"public\".\"customers\"; CREATE TEMP TABLE customers();"
                + " DELETE FROM customers");
  }

  @Test
  void whatIsGivenBackIsWhatTheSessionStartedWith() {
    NameScope now = OWN_PATH.with(OWN_TABLE);
    assertThat(now.hides("orders")).isTrue();
    assertThat(now.without(Restored.PATH, NameScope.GRANTED)).isEqualTo(OWN_TABLE);
    assertThat(now.without(Restored.TEMPORARY, NameScope.GRANTED)).isEqualTo(OWN_PATH);
    assertThat(now.without(Restored.EVERYTHING, OWN_PATH)).isEqualTo(OWN_PATH);
    assertThat(now.without(Restored.NOTHING, NameScope.GRANTED)).isEqualTo(now);
  }

  @Test
  void tooManyNamesAreAnyName() {
    Set<String> names =
        IntStream.range(0, 1000).mapToObj(number -> "t" + number).collect(Collectors.toSet());
    NameScope many = NameScope.GRANTED.with(new NameScope(false, false, names));
    assertThat(many.hides("customers")).isFalse();
    assertThat(many.with(new NameScope(false, false, Set.of("one_more"))).hides("customers"))
        .isTrue();
  }

  @Test
  void aPlaceInWhatIsSentIsFoundInWhatCame() {
    // ab[cd]ef[]gh became abXef12345gh.
    List<Splice> splices = List.of(new Splice(2, 4, "X"), new Splice(6, 6, "12345"));
    int[] expected = {0, 1, 2, 4, 5, 6, 6, 6, 6, 6, 6, 7, 8};
    for (int index = 0; index < expected.length; index++) {
      assertThat(Rewriting.original(splices, index)).as("%d", index).isEqualTo(expected[index]);
    }
  }

  private static NameScope after(String text) {
    Analysis analysis = ANALYZER.analyze(text);
    return NameScope.after(analysis.statements().getFirst(), text);
  }
}
