package dev.sluice.sidecar.session;

import dev.sluice.policy.Code;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.postgres.GateException;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.ServerMessage;

/**
 * Why a session is not opened or goes no further.
 *
 * @param code the stable code
 * @param answer what the client reads
 */
record Ending(Code code, ServerMessage answer) {
  private static final String ADMIN_SHUTDOWN = "57P01";

  private static Ending of(Code code, String sqlState, String message, String detail) {
    return new Ending(code, GateException.answer(code, sqlState, message, detail));
  }

  static Ending revoked(Bundle bundle) {
    return of(
        Code.GRANT_ENDED,
        ADMIN_SHUTDOWN,
        "the grant %s has ended".formatted(bundle.access()),
        bundle.stateReason());
  }

  static Ending notInForce(Bundle bundle) {
    return of(
        Code.GRANT_ENDED,
        "28000",
        "the grant %s has ended".formatted(bundle.access()),
        bundle.stateReason());
  }

  static Ending notReady(Grant grant, String detail) {
    return of(
        Code.NOT_READY,
        "57P03",
        "the gate for %s is not ready".formatted(grant.access()),
        (detail + " " + grant.unavailable()).strip());
  }

  static Ending tooMany(Bundle bundle) {
    return of(
        Code.TOO_MANY_SESSIONS,
        "53300",
        "%s has %d open sessions".formatted(bundle.access(), bundle.sessions().max()),
        Code.TOO_MANY_SESSIONS.explanation());
  }

  static Ending idle(Bundle bundle) {
    return of(
        Code.IDLE_TIMEOUT,
        "57P05",
        "the session had no statement for %d s".formatted(bundle.sessions().idleTimeoutSeconds()),
        Code.IDLE_TIMEOUT.explanation());
  }

  static Ending shuttingDown() {
    return of(
        Code.SHUTTING_DOWN,
        ADMIN_SHUTDOWN,
        "the gate is shutting down",
        Code.SHUTTING_DOWN.explanation());
  }

  static Ending protocol(ProtocolException failure) {
    return of(
        Code.PROTOCOL,
        "08P01",
        "the gate cannot read what was sent",
        String.valueOf(failure.getMessage()));
  }

  static Ending serverProtocol(ProtocolException failure) {
    return of(
        Code.PROTOCOL,
        "08P01",
        "the gate cannot read what the database server sent",
        String.valueOf(failure.getMessage()));
  }

  static Ending serverVanished() {
    return of(
        Code.SERVER_UNREACHABLE,
        "08006",
        "the database server does not answer any more",
        "It has acknowledged nothing for more than a minute: its machine is gone, or the network to"
            + " it. What ran may have come to its end.");
  }

  /** What a client reads in place of the server's error when the gate cancelled its statement. */
  static ServerMessage timedOut(long seconds) {
    Code code = Code.STATEMENT_TIMEOUT;
    return ServerMessage.error(
        "57014",
        "the statement ran for longer than %d s [%s]".formatted(seconds, code.code()),
        code.explanation(),
        code.remedy());
  }

  /** As the end of what was tried. */
  GateException asException() {
    return new GateException(code, answer, null);
  }
}
