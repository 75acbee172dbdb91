package dev.sluice.operator.scan;

import java.time.Instant;
import java.util.List;

/**
 * What a look at all pods found.
 *
 * @param at when it was over
 * @param namespaces the namespaces that policies are for, by name
 * @param renewals pods that policies want to be made anew
 */
record ScanResult(Instant at, List<NamespaceResult> namespaces, List<Renewal> renewals) {
  /** Immutable copies. */
  ScanResult {
    namespaces = List.copyOf(namespaces);
    renewals = List.copyOf(renewals);
  }
}
