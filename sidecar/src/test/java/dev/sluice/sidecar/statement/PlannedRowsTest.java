package dev.sluice.sidecar.statement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many rows a plan changes. */
class PlannedRowsTest {
  @Test
  void aChangeHasTheRowsOfWhatItReads() {
    assertThat(
            PlannedRows.of(
                """
                [{"Plan": {"Node Type": "ModifyTable", "Operation": "Update", "Plan Rows": 0, "Plans": [
                  {"Node Type": "Append", "Parent Relationship": "Outer", "Plan Rows": 1000, "Plans": [
                    {"Node Type": "Seq Scan", "Parent Relationship": "Member", "Plan Rows": 499},
                    {"Node Type": "Seq Scan", "Parent Relationship": "Member", "Plan Rows": 501}]}]}}]
                """))
        .isEqualTo(1000);
  }

  @Test
  void changesWithinAStatementCountTogether() {
    assertThat(
            PlannedRows.of(
                """
                [{"Plan": {"Node Type": "ModifyTable", "Operation": "Insert", "Plan Rows": 0, "Plans": [
                  {"Node Type": "ModifyTable", "Parent Relationship": "InitPlan", "Plan Rows": 9, "Plans": [
                    {"Node Type": "Index Scan", "Parent Relationship": "Outer", "Plan Rows": 9}]},
                  {"Node Type": "CTE Scan", "Parent Relationship": "Outer", "Plan Rows": 8}]}}]
                """))
        .isEqualTo(17);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "[1]",
        "{}",
        "[{\"Plan\": 3}]",
        "[{\"Plan\": {\"Node Type\": \"Result\", \"Plan Rows\": 1}}]"
      })
  void whatChangesNothingIsNotKnown(String plan) {
    assertThat(PlannedRows.of(plan)).isNull();
  }
}
