package dev.sluice.policy.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementOutlineTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "ALTER TABLE orders ADD COLUMN note text DEFAULT 'a''b' | ALTER TABLE orders ADD COLUMN"
            + " note text DEFAULT ?",
        "CREATE TABLE t AS SELECT * FROM c WHERE ssn = '123-45-6789' AND n > 1.5e-3 | CREATE TABLE"
            + " t AS SELECT * FROM c WHERE ssn = ? AND n > ?",
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $body$ SELECT 'secret' $body$ | CREATE"
            + " FUNCTION f() RETURNS text LANGUAGE sql AS ?",
        "CREATE TABLE \"odd '$$ name\" (a1 int) /* why /* nested */ 'x' */ -- and | CREATE TABLE"
            + " \"odd '$$ name\" (a1 int)",
        "CREATE VIEW v AS SELECT $1, U&'d\"x' , b'01', N'x' | CREATE VIEW v AS SELECT $?, U&? , b?,"
            + " N?",
        "DROP   TABLE\t a$b | DROP TABLE a$b",
      })
  void valuesAndCommentsAreLeftOut(String text, String outline) {
    assertThat(StatementOutline.of(text)).contains(outline);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COMMENT ON TABLE t IS 'open",
        "CREATE TABLE t (a text DEFAULT 'a\\' || 'b')",
        "CREATE FUNCTION f() AS $x$ never closed $y$",
        "CREATE TABLE t () /* /* */",
        "CREATE TABLE \"open",
      })
  void whereAValueMayEndAnywhereThereIsNoText(String text) {
    assertThat(StatementOutline.of(text)).isEmpty();
  }
}
