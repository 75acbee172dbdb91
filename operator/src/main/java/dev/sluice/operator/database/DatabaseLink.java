package dev.sluice.operator.database;

import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.EvidencePolicy;

/**
 * How a Database is reached.
 *
 * @param connection as the operator does
 * @param evidence how much evidence there is of what runs in it, with the key for hashes
 * @param fingerprint changes when a Secret or the authority do; holds no secret
 */
public record DatabaseLink(
    AdminConnection connection, EvidencePolicy evidence, String fingerprint) {

  /**
   * How gates reach it.
   *
   * @param engine the kind of server
   * @param serverVersion the version that was seen
   */
  public Bundle.Target target(String engine, String serverVersion) {
    return new Bundle.Target(
        engine, connection.endpoints(), connection.database(), connection.tls(), serverVersion);
  }
}
