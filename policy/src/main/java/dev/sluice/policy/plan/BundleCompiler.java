package dev.sluice.policy.plan;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.EvidencePolicy;
import io.avaje.jsonb.Jsonb;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles plans to bundles. Equal content gives the equal revision: the SHA-256 of the bundle's
 * JSON form with an empty revision.
 */
public final class BundleCompiler {
  private static final Jsonb JSON = Jsonb.instance();

  private BundleCompiler() {}

  /**
   * The bundle of an access in force.
   *
   * @param plan its plan
   * @param target the server, with the endpoints as gates reach them
   * @param evidence how much evidence there is
   * @return the bundle
   */
  public static Bundle compile(AccessPlan plan, Bundle.Target target, EvidencePolicy evidence) {
    return stamped(
        new Bundle(
            Bundle.FORMAT,
            "",
            Bundle.State.ACTIVE,
            "",
            plan.access().toString(),
            plan.database(),
            plan.purpose(),
            target,
            plan.role(),
            plan.searchPath(),
            plan.schemaChanges(),
            plan.relations().stream().map(relation -> relation(plan, relation)).toList(),
            plan.rules(),
            plan.sessions(),
            plan.revocation(),
            false,
            evidence,
            plan.detections()));
  }

  /**
   * The bundle of an access that is gone or has ended.
   *
   * @param last the last bundle that was in force
   * @param reason for a person, why the access is no longer in force
   * @return the bundle, which names no table and no role
   */
  public static Bundle revoked(Bundle last, String reason) {
    return stamped(
        new Bundle(
            Bundle.FORMAT,
            "",
            Bundle.State.REVOKED,
            reason,
            last.access(),
            last.database(),
            last.purpose(),
            last.target(),
            "",
            List.of(),
            false,
            List.of(),
            List.of(),
            last.sessions(),
            last.revocation(),
            false,
            last.evidence(),
            null));
  }

  private static Bundle.Relation relation(AccessPlan plan, AccessPlan.RelationPlan relation) {
    @Nullable String viewSchema = relation.throughView() ? plan.holder() : null;
    return new Bundle.Relation(
        relation.name().schema(),
        relation.name().name(),
        viewSchema,
        viewSchema == null || relation.viewName().equals(relation.name().name())
            ? null
            : relation.viewName(),
        relation.rows() != null,
        relation.privileges().stream().sorted(Comparator.naturalOrder()).map(Enum::name).toList(),
        relation.columns().stream().map(BundleCompiler::column).toList());
  }

  private static Bundle.Column column(AccessPlan.ColumnPlan column) {
    return new Bundle.Column(
        column.name(),
        column.type().name(),
        column.classification(),
        column.mask() == null ? null : column.mask().mask().type(),
        column.notNull(),
        column.lookup() == null ? null : column.lookup().function());
  }

  private static Bundle stamped(Bundle bundle) {
    byte[] content = JSON.type(Bundle.class).toJson(bundle).getBytes(StandardCharsets.UTF_8);
    try {
      return bundle.withRevision(
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
