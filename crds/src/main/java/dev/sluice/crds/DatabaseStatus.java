package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator found of a database.
 *
 * @param conditions {@code Ready}, {@code Reachable}, {@code Governed}, {@code
 *     PendingClassification}, by the kstatus convention
 * @param observedGeneration the generation of the spec that the conditions speak of
 * @param serverVersion the server's version, such as {@code 15.18}
 * @param accesses how many DatabaseAccess resources refer to it
 * @param suggestionsTotal how many columns have a proposed class that nobody has decided on
 * @param suggestions the likeliest of them; at most 50 entries
 * @param posture what was found of the database itself; absent: nobody has looked
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DatabaseStatus(
    @UniqueItems(by = "type")
        @JsonPropertyDescription(
            "Ready, Reachable (the server answers and the administrator may do what is needed) and"
                + " Governed (no way around the gate was found), each with a reason; with"
                + " spec.discovery also PendingClassification (there are columns on which somebody"
                + " has yet to decide).")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of the spec that the conditions speak of.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("The version of the server, such as 15.18.")
        @Nullable String serverVersion,
    @JsonPropertyDescription("How many DatabaseAccess resources refer to it.")
        @Nullable Integer accesses,
    @JsonPropertyDescription(
            "How many columns have a proposed class that nobody has decided on. With spec.discovery"
                + " alone.")
        @Nullable Integer suggestionsTotal,
    @JsonPropertyDescription(
            "Columns with a class that is proposed for them, the likeliest first; at most 50 of"
                + " them. Accept one by writing its class into spec.classifications, dismiss it by"
                + " writing the class none there.")
        @Nullable List<Suggestion> suggestions,
    @JsonPropertyDescription(
            "What is open in the database itself, beside Sluice. Absent: nobody has looked yet.")
        @Nullable Posture posture) {
  /** How many suggestions a status holds. */
  public static final int MOST_SUGGESTIONS = 50;

  /** How many findings a status holds. */
  public static final int MOST_FINDINGS = 50;

  /** Absent lists become empty ones. */
  public DatabaseStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    suggestions = suggestions == null ? List.of() : List.copyOf(suggestions);
  }

  /**
   * A class that is proposed for a column. It tells counts, never a value.
   *
   * @param table the table as in {@code spec.classifications}
   * @param column the column's name
   * @param dataClass the class
   * @param confidence how likely it is, 1 to 100
   * @param looked into how many values it was looked
   * @param found in how many of them such data was found
   */
  public record Suggestion(
      @Required @JsonPropertyDescription("The table as in spec.classifications.") String table,
      @Required @JsonPropertyDescription("The column's name.") String column,
      @Required @JsonProperty("class") @JsonPropertyDescription("The class that is proposed.")
          String dataClass,
      @Required @JsonPropertyDescription("How likely it is, 1 to 100.") Integer confidence,
      @Required
          @JsonPropertyDescription(
              "Into how many values it was looked. With 0 it is the names that tell.")
          Integer looked,
      @Required @JsonPropertyDescription("In how many of them such data was found.")
          Integer found) {}

  /**
   * What is open in the database itself.
   *
   * @param total how many findings there are
   * @param findings the worst of them; at most 50 entries
   * @param unread what could not be looked at or done, and why
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Posture(
      @Required @JsonPropertyDescription("How many findings there are.") Integer total,
      @JsonPropertyDescription("The worst of them first; at most 50.")
          @Nullable List<Finding> findings,
      @JsonPropertyDescription(
              "What could not be looked at or done, and why, a sentence each. It is no finding.")
          @Nullable List<String> unread) {
    /** Absent lists become empty ones. */
    public Posture {
      findings = findings == null ? List.of() : List.copyOf(findings);
      unread = unread == null ? List.of() : List.copyOf(unread);
    }
  }

  /**
   * Something that is open in the database itself.
   *
   * @param kind what kind of thing, one word
   * @param object the role, table, function or setting
   * @param message what is open
   * @param remedy what closes it
   * @param open whether classified data can be reached by it, so that the Database is not governed
   */
  public record Finding(
      @Required
          @JsonPropertyDescription(
              "What kind of thing: LoginRole, PublicGrant, DefinerFunction, Superuser,"
                  + " ReplicationRole, ForeignTable, HostBasedAuthentication, PlainConnections,"
                  + " StatementLogging or OtherSession.")
          String kind,
      @Required @JsonPropertyDescription("The role, table, function or setting.") String object,
      @Required @JsonPropertyDescription("What is open.") String message,
      @Required @JsonPropertyDescription("What closes it.") String remedy,
      @Required
          @JsonPropertyDescription(
              "Whether classified data can be reached by it, so that the condition Governed is"
                  + " False.")
          Boolean open) {}
}
