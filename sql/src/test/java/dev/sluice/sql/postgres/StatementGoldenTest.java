package dev.sluice.sql.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.statement.GrantCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each {@code NAME.sql} in {@code statements} is a message text; {@code NAME.json} is what it is
 * where {@link #RELATIONS} are known, and {@code NAME.rewrite.sql}, where there is one, what is
 * sent instead under {@link #RELATIONS}; where there is none, the text is left as it is. A final
 * newline does not belong to a text. {@code -Dgolden.update=true} writes what is found: read the
 * difference before it is committed.
 */
class StatementGoldenTest {

  private static final Path DIRECTORY = Path.of("src/test/resources/statements");
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");

  private static final List<Bundle.Relation> RELATIONS =
      List.of(
          masked("public", "customers", "sluice_shop", false, "id!", "name!", "email", "ssn"),
          masked("public", "users", "sluice_shop", false, "id!", "name", "ssn", "email!"),
          masked("public", "people", "sluice_shop", false, "id!", "name", "mail?", "Phone?"),
          masked("public", "accounts", "sluice_shop", true, "id!", "owner", "balance!"),
          masked("public", "Odd.Table", "sluice_shop", false, "Id!", "Odd.Column"),
          masked("public", "käufer", "sluice_shop", false, "id!", "name", "ssn"),
          masked("Sales \"EU\"", "customers", "sluice_sales", false, "id!", "name"),
          masked(
              "public",
              "orders",
              null,
              false,
              "id!",
              "customer_id!",
              "user_id",
              "total",
              "note",
              "region",
              "archived_at"),
          masked("archive", "users", null, false, "id!", "name"),
          new Bundle.Relation(
              "archive",
              "accounts",
              "sluice_shop",
              "archive.accounts",
              false,
              List.of("SELECT"),
              List.of(column("id!"), column("owner"))));

  private static final List<String> SEARCH_PATH = List.of("sluice_shop", "public");

  private static final GrantCatalogue CATALOGUE =
      GrantCatalogue.of(RELATIONS, SEARCH_PATH, "17.2", "sluice_r_orders");

  private static final StatementRewriter REWRITER = new StatementRewriter(RELATIONS, SEARCH_PATH);

  private static final SqlAnalyzer ANALYZER = new SqlAnalyzer(Grammars.LIBRARY, Limits.DEFAULT);

  /**
   * Columns end in {@code !} where they always hold a value, in {@code ?} where rows are found by
   * their value although they are masked.
   */
  private static Bundle.Relation masked(
      String schema,
      String name,
      @Nullable String viewSchema,
      boolean writesThroughView,
      String... columns) {
    return new Bundle.Relation(
        schema,
        name,
        viewSchema,
        writesThroughView,
        List.of("SELECT"),
        Arrays.stream(columns).map(StatementGoldenTest::column).toList());
  }

  private static Bundle.Column column(String text) {
    boolean notNull = text.endsWith("!");
    boolean lookup = text.endsWith("?");
    String name = notNull || lookup ? text.substring(0, text.length() - 1) : text;
    String mask = name.equals("ssn") ? "Nullify" : lookup ? "Token" : null;
    return new Bundle.Column(name, "text", null, mask, notNull, lookup ? "find_" + name : null);
  }

  @AfterAll
  static void close() {
    ANALYZER.close();
  }

  static List<String> cases() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".sql") && !name.endsWith(".rewrite.sql"))
          .map(name -> name.substring(0, name.length() - ".sql".length()))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void factsAndRewriting(String name) throws IOException {
    String text = read(DIRECTORY.resolve(name + ".sql"));
    Analysis analysis = ANALYZER.analyze(text, true, CATALOGUE);
    String facts = FactsText.json(analysis);
    String rewritten = REWRITER.rewrite(analysis);

    Path factsFile = DIRECTORY.resolve(name + ".json");
    Path rewrittenFile = DIRECTORY.resolve(name + ".rewrite.sql");
    if (UPDATE) {
      Files.writeString(factsFile, facts);
      if (rewritten.equals(text)) {
        Files.deleteIfExists(rewrittenFile);
      } else {
        Files.writeString(rewrittenFile, rewritten + "\n");
      }
    }
    assertThat(facts).isEqualTo(Files.readString(factsFile));
    if (Files.exists(rewrittenFile)) {
      assertThat(rewritten).isEqualTo(read(rewrittenFile)).isNotEqualTo(text);
      Analysis again = ANALYZER.analyze(rewritten);
      assertThat(again.facts())
          .as("what is sent instead is understood")
          .noneMatch(fact -> fact.error() != null);
      assertThat(again.statements()).hasSameSizeAs(analysis.statements());
    } else {
      assertThat(rewritten).isSameAs(analysis.text());
    }
  }

  @Test
  void everyExpectationHasItsCase() throws IOException {
    List<String> cases = cases();
    assertThat(cases).hasSizeGreaterThanOrEqualTo(440);
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      assertThat(
              files.map(
                  file ->
                      file.getFileName()
                          .toString()
                          .replaceFirst("\\.(json|rewrite\\.sql|sql)$", "")))
          .allSatisfy(name -> assertThat(cases).contains(name));
    }
  }

  private static String read(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), UTF_8);
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
