package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an app team asks for.
 *
 * @param databaseRef the Database; cannot be changed
 * @param subjects who has the access
 * @param purpose what for, one word that stands in every event
 * @param grants tables and what may be done with them
 * @param schemaChanges whether this grant may run DDL
 * @param credentials how long a credential lives
 * @param sessions limits of its sessions
 * @param expiresAt when the access ends by itself
 */
public record DatabaseAccessSpec(
    @Required
        @ValidationRule(
            value = "self == oldSelf",
            message = "databaseRef cannot be changed: create another DatabaseAccess")
        @JsonPropertyDescription("The Database. Cannot be changed.")
        DatabaseReference databaseRef,
    @Required @Size(min = 1, max = 50) @JsonPropertyDescription("Who has the access.")
        List<Subject> subjects,
    @Required
        @Pattern("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$") @JsonPropertyDescription(
            "What for: one word in lower case, such as order-processing. It stands in every event.")
        String purpose,
    @Required
        @Size(min = 1, max = 500) @JsonPropertyDescription(
            "Tables and what may be done with them. What is not named is invisible.")
        List<Grant> grants,
    @Default("None") @JsonPropertyDescription("Whether this grant may run DDL.")
        @Nullable SchemaChanges schemaChanges,
    @JsonPropertyDescription("How long a credential of a gate lives.")
        @Nullable Credentials credentials,
    @JsonPropertyDescription("Limits of the sessions of one gate.") @Nullable Sessions sessions,
    @JsonPropertyDescription("When the access ends by itself.") @Nullable ZonedDateTime expiresAt) {

  /** Absent lists and choices become their defaults. */
  public DatabaseAccessSpec {
    subjects = subjects == null ? List.of() : List.copyOf(subjects);
    grants = grants == null ? List.of() : List.copyOf(grants);
    schemaChanges = schemaChanges == null ? SchemaChanges.None : schemaChanges;
    credentials = credentials == null ? Credentials.DEFAULT : credentials;
    sessions = sessions == null ? Sessions.DEFAULT : sessions;
  }

  /**
   * A Database.
   *
   * @param name its name
   * @param namespace its namespace; absent: the access's own
   */
  public record DatabaseReference(
      @Required @Size(min = 1, max = 253) String name,
      @Size(min = 1, max = 63) @Nullable String namespace) {}

  /**
   * Somebody who has the access.
   *
   * @param kind what it is
   * @param name its name, in the access's namespace
   */
  public record Subject(
      @Required SubjectKind kind, @Required @Size(min = 1, max = 253) String name) {}

  /** Kinds of subject. */
  public enum SubjectKind {
    ServiceAccount
  }

  /**
   * Privileges on tables.
   *
   * @param tables {@code schema.table}, exact names
   * @param privileges what may be done
   * @param columns the columns that are visible; absent: all
   * @param rows an SQL predicate over the table's columns; absent: all rows
   */
  @ValidationRule(
      value = "!has(self.columns) || size(self.tables) == 1",
      message = "columns belong to one table: write a grant of its own for each table with columns")
  @ValidationRule(
      value = "!has(self.rows) || size(self.tables) == 1",
      message = "rows belongs to one table: write a grant of its own for each table with rows")
  public record Grant(
      @Required @Size(min = 1, max = 200) List<String> tables,
      @Required @Size(min = 1, max = 4) List<Privilege> privileges,
      @Size(min = 1, max = 1600) @Nullable List<String> columns,
      @Size(min = 1, max = 4000) @Nullable String rows) {
    /** Immutable copies. */
    public Grant {
      tables = tables == null ? List.of() : List.copyOf(tables);
      privileges = privileges == null ? List.of() : List.copyOf(privileges);
      columns = columns == null ? null : List.copyOf(columns);
    }
  }

  /**
   * Life of a gate's credential.
   *
   * @param lifetime from issue to expiry, 1m to 24h; a gate renews it before
   */
  public record Credentials(
      @Pattern(Durations.PATTERN) @ValidationRule(
              value = "duration(self) >= duration('1m') && duration(self) <= duration('24h')",
              message = "lifetime must be between 1m and 24h")
          @Size(max = 20) @Default("1h")
          @Nullable String lifetime) {
    /** One hour. */
    public static final Credentials DEFAULT = new Credentials(null);

    /** One hour where nothing is said. */
    public Credentials {
      lifetime = lifetime == null ? "1h" : lifetime;
    }
  }

  /**
   * Limits of the sessions of one gate.
   *
   * @param max open sessions at one time
   * @param idleTimeout after which an idle session is ended; absent: never
   * @param statementTimeout after which a running statement is cancelled; absent: the server's own
   */
  public record Sessions(
      @Min(1) @Max(10000) @Default("50") @Nullable Integer max,
      @Pattern(Durations.PATTERN) @Size(max = 20) @Nullable String idleTimeout,
      @Pattern(Durations.PATTERN) @Size(max = 20) @Nullable String statementTimeout) {
    /** Fifty sessions, no time limits. */
    public static final Sessions DEFAULT = new Sessions(null, null, null);

    /** Fifty where nothing is said. */
    public Sessions {
      max = max == null ? Integer.valueOf(50) : max;
    }
  }
}
