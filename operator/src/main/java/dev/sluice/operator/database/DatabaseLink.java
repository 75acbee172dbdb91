package dev.sluice.operator.database;

import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.bundle.EvidencePolicy;
import org.jspecify.annotations.Nullable;

/**
 * How a Database is reached.
 *
 * @param connection as the operator does
 * @param evidence how much evidence there is of what runs in it, with the key for hashes
 * @param maskKey what the key of the masks is made from, in Base64; null: the database makes its
 *     own
 * @param fingerprint changes when a Secret or the authority do; holds no secret
 */
public record DatabaseLink(
    AdminConnection connection,
    EvidencePolicy evidence,
    @Nullable String maskKey,
    String fingerprint) {

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
