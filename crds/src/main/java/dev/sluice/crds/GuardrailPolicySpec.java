package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rules over statements.
 *
 * @param mode whether the rules act or are only recorded
 * @param databases labels of the Databases that it is for; empty: all
 * @param rules the rules
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GuardrailPolicySpec(
    @Default("Enforce")
        @JsonPropertyDescription(
            "Whether the rules act. Enforce: they do. Observe: what they match is recorded, nothing"
                + " is refused.")
        @Nullable Mode mode,
    @Default("{}")
        @JsonPropertyDescription("Labels of the Databases that it is for. Absent or empty: all.")
        @Nullable LabelSelector databases,
    @Required
        @Size(min = 1, max = 200) @JsonPropertyDescription(
            "The rules. Where several match a statement, the strictest outcome wins.")
        List<Rule> rules) {

  /** Absent parts become their defaults. */
  public GuardrailPolicySpec {
    mode = mode == null ? Mode.Enforce : mode;
    databases = databases == null ? new LabelSelector() : databases;
    rules = rules == null ? List.of() : List.copyOf(rules);
  }

  /** Whether rules act. */
  public enum Mode {
    Enforce,
    Observe
  }

  /**
   * One rule: a ready-made one, or one with a condition of its own.
   *
   * @param use the ready-made rule
   * @param name the name of a rule with a condition
   * @param when the condition, in CEL
   * @param outcome what happens when it matches
   * @param message what the person who is refused reads in addition
   * @param limit with {@code Limit}
   */
  @ValidationRule(
      value = "has(self.use) != has(self.when)",
      message =
          "a rule has use, which names a ready-made rule, or when, a condition of its own: one of"
              + " both")
  @ValidationRule(
      value = "has(self.when) == has(self.name)",
      message = "name goes with when, and only with it: a ready-made rule has its own name")
  @ValidationRule(
      value =
          "((has(self.outcome) && self.outcome == 'Limit') ||"
              + " (has(self.use) && self.use == 'blast-radius')) == has(self.limit)",
      message = "limit goes with outcome: Limit or use: blast-radius, and only with them")
  @ValidationRule(
      value =
          "!has(self.use) || self.use != 'blast-radius' ||"
              + " ((!has(self.outcome) || self.outcome in ['Warn', 'RequireApproval', 'Deny']) &&"
              + " has(self.limit) && has(self.limit.rows) && !has(self.limit.time) &&"
              + " !has(self.limit.concurrentStatements))",
      message =
          "blast-radius goes with outcome: Warn, RequireApproval or Deny and with limit.rows alone")
  @ValidationRule(
      value =
          "!has(self.use) || self.use != 'row-cap' ||"
              + " (has(self.outcome) && self.outcome == 'Limit' && has(self.limit) &&"
              + " has(self.limit.rows))",
      message = "row-cap goes with outcome: Limit and limit.rows")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Rule(
      @JsonPropertyDescription(
              "The ready-made rule. no-drop: DROP of any object or column. no-ddl: every schema"
                  + " change, even where a DatabaseAccess has schemaChanges: Allowed. no-truncate:"
                  + " TRUNCATE. no-mass-delete, no-mass-update: DELETE or UPDATE without a WHERE"
                  + " that names rows. no-server-access: the server's files and programs,"
                  + " connections from it to other servers by dblink or as foreign servers, and"
                  + " extensions and languages that PostgreSQL does not trust. no-locks: what keeps"
                  + " the writers of a whole table waiting, such as LOCK, CREATE INDEX without"
                  + " CONCURRENTLY or an ALTER TABLE that writes the table anew. no-opaque:"
                  + " statements whose effect their text does not tell, such as DO, CALL and calls"
                  + " of functions that PostgreSQL itself does not bring. no-unknown: what the"
                  + " parser does not understand. row-cap, with outcome Limit and limit.rows: every"
                  + " statement that may return rows. blast-radius, with limit.rows: UPDATE,"
                  + " DELETE, MERGE and INSERT ... SELECT that would change more rows than that by"
                  + " the server's estimate, or of which there is none.")
          @Nullable ReadyRule use,
      @JsonPropertyDescription("With when: the rule's name, which errors and events give.")
          @Text(TextForm.RULE_NAME)
          @Nullable String name,
      @Size(min = 1, max = 4000) @JsonPropertyDescription(
              "The condition of the rule, in CEL, over statement, session, database and now: such"
                  + " as statement.kind == \"DELETE\" && !statement.bounded. What it can name"
                  + " stands in docs/reference/rule-conditions.md.")
          @Nullable String when,
      @Default("Deny")
          @JsonPropertyDescription(
              "What happens to a statement that it matches. Allow: the later rules of this policy"
                  + " are not for it. Warn: it runs, and the event says so."
                  + " RequireApproval: it is refused, and the refusal says that it needs an"
                  + " approval; approvals cannot be asked for yet. Deny: it is refused. Limit: it"
                  + " runs within limits; of several rules the smallest limit holds.")
          @Nullable Outcome outcome,
      @Size(min = 1, max = 1000) @JsonPropertyDescription(
              "What the person who is refused reads in addition, such as what to do instead.")
          @Nullable String message,
      @JsonPropertyDescription("With outcome Limit, or with blast-radius: the limits.")
          @Nullable Limit limit) {
    /** A match is denied where nothing is said. */
    public Rule {
      outcome = outcome == null ? Outcome.Deny : outcome;
    }
  }

  /**
   * Limits of the statements that a rule matches.
   *
   * @param rows that a statement may return
   * @param time that it may take
   * @param concurrentStatements how many may run at one time in one gate
   */
  @ValidationRule(
      value = "has(self.rows) || has(self.time) || has(self.concurrentStatements)",
      message = "limit needs rows, time or concurrentStatements")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Limit(
      @Min(1) @Max(1_000_000_000_000L) @JsonPropertyDescription(
              "Rows that a statement may return, over all pieces in which a portal or a cursor is"
                  + " read. It is stopped at the first one beyond. With blast-radius: rows that it"
                  + " may be expected to change.")
          @Nullable Long rows,
      @DurationBetween(minimum = "1s", maximum = "24h")
          @JsonPropertyDescription("Time that a statement may take, 1s to 24h.")
          @Text(TextForm.DURATION)
          @Nullable String time,
      @Min(1) @Max(10_000) @JsonPropertyDescription(
              "How many sessions of one gate may run such statements at one time. One more is"
                  + " refused.")
          @Nullable Integer concurrentStatements) {}

  /** Rules that are ready to use, by name. */
  public enum ReadyRule {
    /** No DROP of any object. */
    @JsonProperty("no-drop")
    NO_DROP,
    /** No schema change, even in a grant that may make them. */
    @JsonProperty("no-ddl")
    NO_DDL,
    /** No TRUNCATE. */
    @JsonProperty("no-truncate")
    NO_TRUNCATE,
    /** No DELETE without a WHERE that names rows. */
    @JsonProperty("no-mass-delete")
    NO_MASS_DELETE,
    /** No UPDATE without a WHERE that names rows. */
    @JsonProperty("no-mass-update")
    NO_MASS_UPDATE,
    /** No statement that keeps the writers of a whole table waiting. */
    @JsonProperty("no-locks")
    NO_LOCKS,
    /** No access to the server's files or programs. */
    @JsonProperty("no-server-access")
    NO_SERVER_ACCESS,
    /** No statement whose effect its text does not tell, such as DO and CALL. */
    @JsonProperty("no-opaque")
    NO_OPAQUE,
    /** No statement that the parser does not understand. */
    @JsonProperty("no-unknown")
    NO_UNKNOWN,
    /** No more rows than so many from a statement. */
    @JsonProperty("row-cap")
    ROW_CAP,
    /** No change of more rows than so many, by the server's estimate. */
    @JsonProperty("blast-radius")
    BLAST_RADIUS
  }

  /** What happens to a statement that a rule matches. */
  public enum Outcome {
    Allow,
    Warn,
    RequireApproval,
    Deny,
    Limit
  }
}
