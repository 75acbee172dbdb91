package dev.sluice.sidecar;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.EvidencePolicy;
import java.util.List;

/** Bundles that differ in one thing. */
public final class TestBundles {
  private TestBundles() {}

  /** An access without tables and rules, for what no server is asked about. */
  public static Bundle ofRevision(String revision) {
    return new Bundle(
        Bundle.FORMAT,
        revision,
        Bundle.State.ACTIVE,
        "",
        "shop/orders",
        "databases/orders",
        "order-processing",
        new Bundle.Target(
            "PostgreSQL",
            List.of(new Bundle.Endpoint("127.0.0.1", 5432)),
            "shop",
            new Bundle.Tls(Bundle.TlsMode.DISABLE, null),
            "18.1"),
        "sluice_shop_orders_abc123",
        List.of("public"),
        false,
        List.of(),
        List.of(),
        new Bundle.SessionLimits(50, 0, 0, null),
        Bundle.Revocation.FINISH_STATEMENT);
  }

  public static Bundle withRevision(Bundle bundle, String revision) {
    return of(
        bundle,
        revision,
        bundle.access(),
        bundle.target(),
        bundle.relations(),
        bundle.rules(),
        bundle.sessions(),
        bundle.revocation());
  }

  public static Bundle withAccess(Bundle bundle, String access) {
    return of(
        bundle,
        bundle.revision(),
        access,
        bundle.target(),
        bundle.relations(),
        bundle.rules(),
        bundle.sessions(),
        bundle.revocation());
  }

  public static Bundle withTarget(Bundle bundle, Bundle.Target target) {
    return of(
        bundle,
        bundle.revision() + "t",
        bundle.access(),
        target,
        bundle.relations(),
        bundle.rules(),
        bundle.sessions(),
        bundle.revocation());
  }

  public static Bundle withRelations(Bundle bundle, List<Bundle.Relation> relations) {
    return of(
        bundle,
        bundle.revision() + "v",
        bundle.access(),
        bundle.target(),
        relations,
        bundle.rules(),
        bundle.sessions(),
        bundle.revocation());
  }

  public static Bundle withRules(Bundle bundle, Bundle.Rule... rules) {
    return of(
        bundle,
        bundle.revision() + "x",
        bundle.access(),
        bundle.target(),
        bundle.relations(),
        List.of(rules),
        bundle.sessions(),
        bundle.revocation());
  }

  public static Bundle withSessions(Bundle bundle, Bundle.SessionLimits sessions) {
    return of(
        bundle,
        bundle.revision() + "s",
        bundle.access(),
        bundle.target(),
        bundle.relations(),
        bundle.rules(),
        sessions,
        bundle.revocation());
  }

  public static Bundle withRevocation(Bundle bundle, Bundle.Revocation revocation) {
    return of(
        bundle,
        bundle.revision() + "e",
        bundle.access(),
        bundle.target(),
        bundle.relations(),
        bundle.rules(),
        bundle.sessions(),
        revocation);
  }

  public static Bundle withSchemaChanges(Bundle bundle) {
    return new Bundle(
        bundle.format(),
        bundle.revision() + "d",
        bundle.state(),
        bundle.stateReason(),
        bundle.access(),
        bundle.database(),
        bundle.purpose(),
        bundle.target(),
        bundle.role(),
        bundle.searchPath(),
        true,
        bundle.relations(),
        bundle.rules(),
        bundle.sessions(),
        bundle.revocation());
  }

  public static Bundle plain(Bundle bundle) {
    return new Bundle(
        bundle.format(),
        bundle.revision() + "p",
        bundle.state(),
        bundle.stateReason(),
        bundle.access(),
        bundle.database(),
        bundle.purpose(),
        bundle.target(),
        bundle.role(),
        bundle.searchPath(),
        bundle.schemaChanges(),
        bundle.relations(),
        bundle.rules(),
        bundle.sessions(),
        bundle.revocation(),
        true);
  }

  public static Bundle withEvidence(Bundle bundle, EvidencePolicy evidence) {
    return new Bundle(
        bundle.format(),
        bundle.revision() + "k",
        bundle.state(),
        bundle.stateReason(),
        bundle.access(),
        bundle.database(),
        bundle.purpose(),
        bundle.target(),
        bundle.role(),
        bundle.searchPath(),
        bundle.schemaChanges(),
        bundle.relations(),
        bundle.rules(),
        bundle.sessions(),
        bundle.revocation(),
        bundle.plain(),
        evidence,
        bundle.detections());
  }

  public static Bundle withDetections(Bundle bundle, Bundle.Detection... detections) {
    return new Bundle(
        bundle.format(),
        bundle.revision() + "w",
        bundle.state(),
        bundle.stateReason(),
        bundle.access(),
        bundle.database(),
        bundle.purpose(),
        bundle.target(),
        bundle.role(),
        bundle.searchPath(),
        bundle.schemaChanges(),
        bundle.relations(),
        bundle.rules(),
        bundle.sessions(),
        bundle.revocation(),
        bundle.plain(),
        bundle.evidence(),
        List.of(detections));
  }

  private static Bundle of(
      Bundle bundle,
      String revision,
      String access,
      Bundle.Target target,
      List<Bundle.Relation> relations,
      List<Bundle.Rule> rules,
      Bundle.SessionLimits sessions,
      Bundle.Revocation revocation) {
    return new Bundle(
        bundle.format(),
        revision,
        bundle.state(),
        bundle.stateReason(),
        access,
        bundle.database(),
        bundle.purpose(),
        target,
        bundle.role(),
        bundle.searchPath(),
        bundle.schemaChanges(),
        relations,
        rules,
        sessions,
        revocation);
  }
}
