package dev.sluice.policy.plan;

import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.MaskingPolicySpec;
import dev.sluice.policy.discovery.ObservedColumn;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * All that a plan depends on.
 *
 * @param access the DatabaseAccess
 * @param spec what it asks for
 * @param namespaceLabels the labels of its namespace
 * @param database the Database that it refers to
 * @param databaseSpec what that says
 * @param maskingPolicies all of them; which apply is found out here
 * @param guardrailPolicies all of them, likewise
 * @param catalogue what the database holds, at least of the schemas of the Database's ceiling
 * @param now the time
 * @param observed what was found in the columns, with {@code discovery.mode: Enforce}
 */
public record PlanRequest(
    AccessIdentity access,
    DatabaseAccessSpec spec,
    Map<String, String> namespaceLabels,
    DatabaseIdentity database,
    DatabaseSpec databaseSpec,
    List<Named<MaskingPolicySpec>> maskingPolicies,
    List<CompiledGuardrails> guardrailPolicies,
    Catalogue catalogue,
    Instant now,
    List<ObservedColumn> observed) {
  /** Immutable copies. */
  public PlanRequest {
    namespaceLabels = Map.copyOf(namespaceLabels);
    maskingPolicies = List.copyOf(maskingPolicies);
    guardrailPolicies = List.copyOf(guardrailPolicies);
    observed = List.copyOf(observed);
  }

  /**
   * A request that knows of no column what was found in it.
   *
   * @param access the DatabaseAccess
   * @param spec what it asks for
   * @param namespaceLabels the labels of its namespace
   * @param database the Database that it refers to
   * @param databaseSpec what that says
   * @param maskingPolicies all of them
   * @param guardrailPolicies all of them
   * @param catalogue what the database holds
   * @param now the time
   */
  public PlanRequest(
      AccessIdentity access,
      DatabaseAccessSpec spec,
      Map<String, String> namespaceLabels,
      DatabaseIdentity database,
      DatabaseSpec databaseSpec,
      List<Named<MaskingPolicySpec>> maskingPolicies,
      List<CompiledGuardrails> guardrailPolicies,
      Catalogue catalogue,
      Instant now) {
    this(
        access,
        spec,
        namespaceLabels,
        database,
        databaseSpec,
        maskingPolicies,
        guardrailPolicies,
        catalogue,
        now,
        List.of());
  }

  /**
   * The same for another spec of the access.
   *
   * @param other what it asks for
   */
  public PlanRequest with(DatabaseAccessSpec other) {
    return new PlanRequest(
        access,
        other,
        namespaceLabels,
        database,
        databaseSpec,
        maskingPolicies,
        guardrailPolicies,
        catalogue,
        now,
        observed);
  }
}
