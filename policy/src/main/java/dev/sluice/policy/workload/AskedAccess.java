package dev.sluice.policy.workload;

/**
 * An access that a pod asks for and may have.
 *
 * @param access the access
 * @param database the Database that it is for
 * @param port the port on 127.0.0.1 at which the gate answers for it
 * @param socket whether the gate answers on a Unix socket, too
 */
public record AskedAccess(
    GrantedAccess access, GovernedDatabase database, int port, boolean socket) {}
