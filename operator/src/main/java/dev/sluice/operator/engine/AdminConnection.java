package dev.sluice.operator.engine;

import dev.sluice.policy.bundle.Bundle;
import java.util.List;

/**
 * How the control plane reaches a database.
 *
 * @param endpoints its addresses, at least one; of several, the one that is primary is used
 * @param database the name of the database
 * @param tls how the connection is protected
 * @param user the admin role
 * @param password its password
 */
public record AdminConnection(
    List<Bundle.Endpoint> endpoints,
    String database,
    Bundle.Tls tls,
    String user,
    String password) {
  /** An immutable copy. */
  public AdminConnection {
    endpoints = List.copyOf(endpoints);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "AdminConnection[endpoints=%s, database=%s, tls=%s, user=%s]"
        .formatted(endpoints, database, tls.mode(), user);
  }
}
