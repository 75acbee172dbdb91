package dev.sluice.policy.plan;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.crds.MaskingPolicySpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Looks at policies and classifications by themselves, whether or not an access uses them. */
public final class PolicyCheck {
  private PolicyCheck() {}

  /**
   * Whether a masking policy is for a database.
   *
   * @param policy the policy
   * @param database the Database
   */
  public static boolean applies(Named<MaskingPolicySpec> policy, DatabaseIdentity database) {
    return new CompiledPolicy(policy).appliesTo(database);
  }

  /**
   * What is wrong with a masking policy in view of one database: columns that do not exist, masks
   * that do not fit the type of a column, patterns that cannot be read.
   *
   * @param policy the policy
   * @param database the Database
   * @param spec what that says
   * @param catalogue what it holds
   * @return the problems, each of the MaskingPolicy; none where the policy is not for this database
   */
  public static List<PlanProblem> maskingPolicy(
      Named<MaskingPolicySpec> policy,
      DatabaseIdentity database,
      DatabaseSpec spec,
      Catalogue catalogue) {
    CompiledPolicy compiled = new CompiledPolicy(policy);
    if (!compiled.appliesTo(database)) {
      return List.of();
    }
    compiled.unknownColumns(catalogue, database);
    // No purpose is exempt and no exemption has ended: every rule is looked at.
    ColumnMasks masks =
        new ColumnMasks(
            catalogue,
            new Classifications(database, spec, catalogue),
            PendingClassification.NOTHING,
            List.of(compiled),
            "",
            Instant.MIN);
    catalogue.relations().values().stream()
        .sorted(java.util.Comparator.comparing(Catalogue.Relation::name))
        .forEach(relation -> relation.columns().forEach(column -> masks.mask(relation, column)));
    return List.copyOf(compiled.problems());
  }

  /**
   * Which columns of a masking policy are in schemas that no database has for which it is.
   *
   * @param policy the policy
   * @param schemas the schemas that these databases govern or whose tables their views read
   * @return the problems, each of the MaskingPolicy
   */
  public static List<PlanProblem> unknownSchemas(
      Named<MaskingPolicySpec> policy, Set<String> schemas) {
    CompiledPolicy compiled = new CompiledPolicy(policy);
    compiled.unknownSchemas(schemas);
    return compiled.problems().stream()
        .filter(problem -> problem.reason().equals(CompiledPolicy.UNKNOWN_SCHEMA))
        .toList();
  }

  /**
   * What is wrong with a Database's classifications: tables and columns that do not exist.
   *
   * @param database the Database
   * @param spec what it says
   * @param catalogue what it holds
   * @return the problems, each of the Database
   */
  public static List<PlanProblem> classifications(
      DatabaseIdentity database, DatabaseSpec spec, Catalogue catalogue) {
    return new Classifications(database, spec, catalogue).problems();
  }
}
