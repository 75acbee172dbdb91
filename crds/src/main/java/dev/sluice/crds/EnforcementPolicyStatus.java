package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operator made of an enforcement policy.
 *
 * @param conditions {@code Ready} and its reasons, by the kstatus convention
 * @param observedGeneration the generation of the spec that the conditions speak of
 * @param namespaces how many namespaces it applies to
 * @param findings what was found about what runs there
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EnforcementPolicyStatus(
    @UniqueItems(by = "type")
        @JsonPropertyDescription("Ready, by the kstatus convention, with a reason.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of the spec that the conditions speak of.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("How many namespaces it applies to.") @Nullable Integer namespaces,
    @JsonPropertyDescription(
            "What the operator found when it looked last at what runs in its namespaces.")
        @Nullable Findings findings) {
  /** Absent conditions become none. */
  public EnforcementPolicyStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /**
   * The same with what was found.
   *
   * @param found it; null: nothing was looked at yet
   */
  public EnforcementPolicyStatus with(@Nullable Findings found) {
    return new EnforcementPolicyStatus(conditions, observedGeneration, namespaces, found);
  }

  /**
   * What was found about what runs.
   *
   * @param scannedAt when it was looked at last
   * @param pods at how many pods was looked
   * @param total how many findings there are, each once for a workload
   * @param byType how many of each type
   * @param excepted how many more there are that an exception accepts
   * @param worst the worst of them; at most 50
   * @param problems what could not be looked at or done
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Findings(
      @Required
          @JsonPropertyDescription("When it was looked at last, such as 2027-01-01T00:00:00Z.")
          String scannedAt,
      @Required @JsonPropertyDescription("At how many pods was looked.") Integer pods,
      @Required @JsonPropertyDescription("How many findings there are, each once for a workload.")
          Integer total,
      @JsonPropertyDescription("How many findings there are of each type.")
          @Nullable Map<String, Integer> byType,
      @JsonPropertyDescription("How many more there are that an exception accepts.")
          @Nullable Integer excepted,
      @JsonPropertyDescription("The worst of them first; at most 50.")
          @Nullable List<Finding> worst,
      @JsonPropertyDescription(
              "What could not be looked at or done, and what to do, a sentence each.")
          @Nullable List<String> problems) {
    /** Absent parts become empty ones. */
    public Findings {
      byType = byType == null ? Map.of() : Map.copyOf(byType);
      worst = worst == null ? List.of() : List.copyOf(worst);
      problems = problems == null ? List.of() : List.copyOf(problems);
    }
  }

  /**
   * One finding about a workload.
   *
   * @param workload the workload at the top of the chain of owners
   * @param type the type under which policies speak of it
   * @param mode what it leads to where the workload is created anew
   * @param pods how many of its pods have it
   * @param message what was found, and by which rule
   * @param remedy what to do
   */
  public record Finding(
      @Required
          @JsonPropertyDescription("The workload at the top of the chain of owners of the pods.")
          Workload workload,
      @Required
          @JsonPropertyDescription(
              "The type, as in spec.findings; AccessRefused where the pods ask for an access that"
                  + " they may not have.")
          String type,
      @Required @JsonPropertyDescription("What it leads to for a new pod: Audit, Warn or Enforce.")
          String mode,
      @Required @JsonPropertyDescription("How many of its pods have it.") Integer pods,
      @Required @JsonPropertyDescription("What was found, and by which rule.") String message,
      @Required @JsonPropertyDescription("What to do.") String remedy) {}

  /**
   * A workload by name.
   *
   * @param kind such as {@code CronJob}
   * @param namespace its namespace
   * @param name its name
   */
  public record Workload(
      @Required @JsonPropertyDescription("Its kind, such as Deployment; Pod where nothing owns it.")
          String kind,
      @Required @JsonPropertyDescription("Its namespace.") String namespace,
      @Required @JsonPropertyDescription("Its name.") String name) {}
}
