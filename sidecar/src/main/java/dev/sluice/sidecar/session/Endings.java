package dev.sluice.sidecar.session;

import dev.sluice.policy.Code;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.sidecar.postgres.GateException;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.ServerMessage;

/** The last words of sessions. */
final class Endings {
  private static final String ADMIN_SHUTDOWN = "57P01";

  private Endings() {}

  static ServerMessage revoked(Bundle bundle) {
    return GateException.answer(
        Code.GRANT_ENDED,
        ADMIN_SHUTDOWN,
        "the grant %s has ended".formatted(bundle.access()),
        bundle.stateReason());
  }

  static GateException notInForce(Bundle bundle) {
    return new GateException(
        Code.GRANT_ENDED,
        "28000",
        "the grant %s has ended".formatted(bundle.access()),
        bundle.stateReason());
  }

  static GateException notReady(Grant grant, String detail) {
    return new GateException(
        Code.NOT_READY,
        "57P03",
        "the gate for %s is not ready".formatted(grant.access()),
        (detail + " " + grant.unavailable()).strip());
  }

  static GateException tooMany(Bundle bundle) {
    return new GateException(
        Code.TOO_MANY_SESSIONS,
        "53300",
        "%s has %d open sessions".formatted(bundle.access(), bundle.sessions().max()),
        Code.TOO_MANY_SESSIONS.explanation());
  }

  static ServerMessage idle(Bundle bundle) {
    return GateException.answer(
        Code.IDLE_TIMEOUT,
        "57P05",
        "the session had no statement for %d s".formatted(bundle.sessions().idleTimeoutSeconds()),
        Code.IDLE_TIMEOUT.explanation());
  }

  static ServerMessage shuttingDown() {
    return GateException.answer(
        Code.SHUTTING_DOWN,
        ADMIN_SHUTDOWN,
        "the gate is shutting down",
        Code.SHUTTING_DOWN.explanation());
  }

  static ServerMessage protocol(ProtocolException failure) {
    return GateException.answer(
        Code.PROTOCOL,
        "08P01",
        "the gate cannot read what the client sent",
        String.valueOf(failure.getMessage()));
  }

  static ServerMessage timedOut(long seconds) {
    Code code = Code.STATEMENT_TIMEOUT;
    return ServerMessage.error(
        "57014",
        "the statement ran for longer than %d s [%s]".formatted(seconds, code.code()),
        code.explanation(),
        code.remedy());
  }
}
