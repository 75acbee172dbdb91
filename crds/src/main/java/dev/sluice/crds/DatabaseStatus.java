package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator found of a database.
 *
 * @param conditions {@code Ready}, {@code Reachable}, {@code Governed}, by the kstatus convention
 * @param observedGeneration the generation of the spec that the conditions speak of
 * @param serverVersion the server's version, such as {@code 15.18}
 * @param accesses how many DatabaseAccess resources refer to it
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DatabaseStatus(
    @UniqueItems(by = "type")
        @JsonPropertyDescription(
            "Ready, Reachable (the server answers and the administrator may do what is needed) and"
                + " Governed (no way around the gate was found), each with a reason.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of the spec that the conditions speak of.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("The version of the server, such as 15.18.")
        @Nullable String serverVersion,
    @JsonPropertyDescription("How many DatabaseAccess resources refer to it.")
        @Nullable Integer accesses) {
  /** Absent conditions become none. */
  public DatabaseStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
