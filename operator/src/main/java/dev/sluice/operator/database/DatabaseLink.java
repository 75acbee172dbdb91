package dev.sluice.operator.database;

import dev.sluice.operator.engine.AdminConnection;
import dev.sluice.policy.bundle.Bundle;

/**
 * How a Database is reached.
 *
 * @param connection as the operator does
 * @param fingerprint changes when Secret or authority do; holds no secret
 */
public record DatabaseLink(AdminConnection connection, String fingerprint) {

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
