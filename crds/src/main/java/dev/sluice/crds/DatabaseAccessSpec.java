package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
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
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatabaseAccessSpec(
    @Required
        @ValidationRule(
            value = "self == oldSelf",
            message = "databaseRef cannot be changed: create another DatabaseAccess")
        @JsonPropertyDescription("The Database. It cannot be changed.")
        DatabaseReference databaseRef,
    @Required
        @Size(min = 1, max = 50) @UniqueItems(by = {"kind", "name"})
        @JsonPropertyDescription("Who has the access.")
        List<Subject> subjects,
    @Required
        @JsonPropertyDescription(
            "What for: one word in lower case, such as order-processing. It stands in every event,"
                + " and masking policies can name it in an exemption.")
        @Text(TextForm.PURPOSE)
        String purpose,
    @Required
        @Size(min = 1, max = 100) @JsonPropertyDescription(
            "Tables and what may be done with them. What is not named is invisible.")
        List<Grant> grants,
    @Default("None")
        @JsonPropertyDescription(
            "Whether this access may run DDL, such as migrations: None or Allowed. The Database's"
                + " ceiling must allow it.")
        @Nullable SchemaChanges schemaChanges,
    @Default("{}") @JsonPropertyDescription("The credentials that gates are given.")
        @Nullable Credentials credentials,
    @Default("{}") @JsonPropertyDescription("Limits of the sessions of each gate.")
        @Nullable Sessions sessions,
    @JsonPropertyDescription(
            "When the access ends by itself, such as 2027-01-01T00:00:00Z. Absent: it does not,"
                + " unless the Database's ceiling demands an end.")
        @Nullable ZonedDateTime expiresAt) {

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
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DatabaseReference(
      @Required @JsonPropertyDescription("The Database's name.") @Text(TextForm.OBJECT_NAME)
          String name,
      @JsonPropertyDescription("The Database's namespace. Absent: the namespace of the access.")
          @Text(TextForm.NAMESPACE)
          @Nullable String namespace) {}

  /**
   * Somebody who has the access.
   *
   * @param kind what it is
   * @param name its name, in the access's namespace
   */
  public record Subject(
      @Required @JsonPropertyDescription("What it is.") SubjectKind kind,
      @Required
          @JsonPropertyDescription("Its name, in the namespace of the access.")
          @Text(TextForm.OBJECT_NAME)
          String name) {}

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
   * @param lookup whether rows may be found by the value of a masked column
   */
  @ValidationRule(
      value = "!has(self.columns) || size(self.tables) == 1",
      message = "columns belong to one table: write a grant of its own for each table with columns")
  @ValidationRule(
      value = "!has(self.rows) || size(self.tables) == 1",
      message = "rows belong to one table: write a grant of its own for each table with rows")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Grant(
      @Required
          @Size(min = 1, max = 100) @UniqueItems
          @JsonPropertyDescription(
              "The tables or views as schema.table. Names are exact; a part with a dot or a double"
                  + " quote in it stands in double quotes.")
          List<@Text(TextForm.TABLE) String> tables,
      @Required
          @Size(min = 1, max = 4) @UniqueItems
          @JsonPropertyDescription("What may be done with them, as SQL writes it.")
          List<Privilege> privileges,
      @Size(min = 1, max = 1600) @UniqueItems
          @JsonPropertyDescription(
              "The columns that are visible, exact names; only with one table. Absent: all.")
          @Nullable List<@Size(min = 1, max = 63) String> columns,
      @Size(min = 1, max = 4000) @JsonPropertyDescription(
              "An SQL condition over the table's columns, such as region = 'EU'; only with one"
                  + " table. Rows for which it is not true do not exist for this access."
                  + " session.namespace, session.access and session.purpose stand for those of this"
                  + " access. Absent: all rows.")
          @Nullable String rows,
      @Default("None")
          @JsonPropertyDescription(
              "Whether an equality finds rows by the value of a column whose mask shows which"
                  + " values are equal (Hash, Token, Email): None or Exact. The Database's ceiling"
                  + " must allow it, and says how many a minute.")
          @Nullable Lookup lookup) {
    /** Immutable copies. */
    public Grant {
      tables = tables == null ? List.of() : List.copyOf(tables);
      privileges = privileges == null ? List.of() : List.copyOf(privileges);
      columns = columns == null ? null : List.copyOf(columns);
      lookup = lookup == null ? Lookup.None : lookup;
    }
  }

  /**
   * Life of a gate's credential.
   *
   * @param lifetime from issue to expiry, 1m to 24h; a gate renews it before
   */
  public record Credentials(
      @DurationBetween(minimum = "1m", maximum = "24h")
          @Default("1h")
          @JsonPropertyDescription(
              "From issue to expiry, 1m to 24h. A gate renews its credential before.")
          @Text(TextForm.DURATION)
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
   * @param connectTimeout after which an endpoint that does not answer is given up; absent: 10 s
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Sessions(
      @Min(1) @Max(10000) @Default("50") @JsonPropertyDescription("Open sessions at one time.")
          @Nullable Integer max,
      @DurationBetween(minimum = "1s", maximum = "24h")
          @JsonPropertyDescription(
              "After which an idle session is ended, 1s to 24h. Absent: never.")
          @Text(TextForm.DURATION)
          @Nullable String idleTimeout,
      @DurationBetween(minimum = "1s", maximum = "24h")
          @JsonPropertyDescription(
              "After which a running statement is cancelled, 1s to 24h. Absent: as the server is"
                  + " configured.")
          @Text(TextForm.DURATION)
          @Nullable String statementTimeout,
      @DurationBetween(minimum = "1s", maximum = "5m")
          @JsonPropertyDescription(
              "After which an endpoint of the database that does not answer is given up for the"
                  + " next one, 1s to 5m, once for the connection and once for the login. Absent:"
                  + " 10s.")
          @Text(TextForm.DURATION)
          @Nullable String connectTimeout) {
    /** Fifty sessions, no time limits but for connecting. */
    public static final Sessions DEFAULT = new Sessions(null, null, null, null);

    /** Fifty where nothing is said. */
    public Sessions {
      max = max == null ? Integer.valueOf(50) : max;
    }
  }
}
