package dev.sluice.sidecar.detect;

import dev.sluice.policy.bundle.Bundle;
import java.util.List;

/** Bundles that have something looked for, and nothing else. */
final class DetectionBundles {
  private DetectionBundles() {}

  static Bundle with(Bundle.Detection... detections) {
    return new Bundle(
        Bundle.FORMAT,
        "r1",
        Bundle.State.ACTIVE,
        "",
        "shop/orders",
        "databases/orders",
        "test",
        new Bundle.Target(
            "PostgreSQL",
            List.of(new Bundle.Endpoint("127.0.0.1", 5432)),
            "shop",
            new Bundle.Tls(Bundle.TlsMode.DISABLE, null),
            "17.2"),
        "role",
        List.of(),
        false,
        List.of(),
        List.of(),
        new Bundle.SessionLimits(1, 0, 0, null),
        Bundle.Revocation.FINISH_STATEMENT,
        false,
        null,
        List.of(detections));
  }
}
