package dev.sluice.policy.statement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BuiltInFunctionsTest {

  @Test
  void whatOrdinaryStatementsCallIsKnown() {
    for (String name :
        List.of(
            "count",
            "lower",
            "now",
            "nextval",
            "current_setting",
            "set_config",
            "jsonb_build_object",
            "array_agg",
            "string_agg",
            "row_to_json",
            "generate_series",
            "unnest",
            "gen_random_uuid",
            "pg_advisory_xact_lock",
            "hashtext",
            "to_tsvector",
            "pg_get_serial_sequence",
            "row_number",
            "date_trunc")) {
      assertThat(BuiltInFunctions.knows(List.of(name), 0)).as(name).isTrue();
      assertThat(BuiltInFunctions.knows(List.of("pg_catalog", name), 0)).as(name).isTrue();
      assertThat(BuiltInFunctions.knows(List.of("public", name), 0)).as(name).isFalse();
    }
    assertThat(BuiltInFunctions.knows(List.of("information_schema", "_pg_expandarray"), 0))
        .isTrue();
  }

  @Test
  void whatRunsSqlThatItIsGivenIsNotKnown() {
    for (String name :
        List.of("query_to_xml", "database_to_xml", "ts_stat", "ts_rewrite", "dblink", "crosstab")) {
      assertThat(BuiltInFunctions.knows(List.of(name), 18)).as(name).isFalse();
    }
  }

  @Test
  void aFunctionIsSomebodysOwnOnAServerThatDoesNotBringIt() {
    assertThat(BuiltInFunctions.knows(List.of("uuidv7"), 18)).isTrue();
    assertThat(BuiltInFunctions.knows(List.of("uuidv7"), 17)).isFalse();
    assertThat(BuiltInFunctions.knows(List.of("uuidv7"), 0)).isFalse();
  }

  @Test
  void operatorsOfExtensionsAreNotKnown() {
    assertThat(BuiltInFunctions.knowsOperator(List.of("="))).isTrue();
    assertThat(BuiltInFunctions.knowsOperator(List.of("pg_catalog", "+"))).isTrue();
    assertThat(BuiltInFunctions.knowsOperator(List.of("public", "+"))).isFalse();
    assertThat(BuiltInFunctions.knowsOperator(List.of("<=>"))).isFalse();
  }

  @Test
  void functionsThatRulesNameHaveNumbers() {
    assertThat(BuiltInFunctions.name(2078)).isEqualTo("set_config");
    assertThat(BuiltInFunctions.name(-1)).isEqualTo("number 4294967295");
  }
}
