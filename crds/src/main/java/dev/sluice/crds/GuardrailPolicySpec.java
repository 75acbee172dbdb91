package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
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
   * One rule.
   *
   * @param use the ready-made rule
   * @param outcome what happens when it matches
   * @param message what the person who is refused reads in addition
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Rule(
      @Required
          @JsonPropertyDescription(
              "The ready-made rule. no-drop: DROP of any object. no-ddl: every"
                  + " schema change, even where a DatabaseAccess has schemaChanges: Allowed."
                  + " no-truncate: TRUNCATE."
                  + " no-mass-delete, no-mass-update: DELETE or UPDATE without a WHERE that names"
                  + " rows. no-server-access: the server's files and programs, and connections"
                  + " from it to other servers by dblink. no-opaque:"
                  + " statements whose effect their text does not tell, such as DO, CALL and"
                  + " calls of functions that PostgreSQL itself does not bring."
                  + " no-unknown: what the parser does not understand.")
          ReadyRule use,
      @Default("Deny")
          @JsonPropertyDescription(
              "What happens to a statement that it matches. Warn: it runs, and the event says so."
                  + " RequireApproval: it is refused, and the refusal says that it needs an"
                  + " approval; approvals cannot be asked for yet. Deny: it is refused.")
          @Nullable Outcome outcome,
      @Size(min = 1, max = 1000) @JsonPropertyDescription(
              "What the person who is refused reads in addition, such as what to do instead.")
          @Nullable String message) {
    /** A match is denied where nothing is said. */
    public Rule {
      outcome = outcome == null ? Outcome.Deny : outcome;
    }
  }

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
    /** No access to the server's files or programs. */
    @JsonProperty("no-server-access")
    NO_SERVER_ACCESS,
    /** No statement whose effect its text does not tell, such as DO and CALL. */
    @JsonProperty("no-opaque")
    NO_OPAQUE,
    /** No statement that the parser does not understand. */
    @JsonProperty("no-unknown")
    NO_UNKNOWN
  }

  /** What happens to a statement that a rule matches. */
  public enum Outcome {
    Warn,
    RequireApproval,
    Deny
  }
}
