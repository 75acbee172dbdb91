package dev.sluice.sidecar.session;

import dev.sluice.policy.Code;
import dev.sluice.policy.statement.Decision.Finding;
import dev.sluice.policy.statement.Limits.Limit;
import dev.sluice.sidecar.detect.Found;
import dev.sluice.sidecar.postgres.ServerMessage;

/**
 * A statement went beyond a limit of a rule, or returned what a rule refuses.
 *
 * @param finding the rule that says so
 * @param answer what the client reads in place of whatever the server says
 */
record Excess(Finding finding, ServerMessage answer) {
  private static final String PROGRAM_LIMIT_EXCEEDED = "54000";
  private static final String QUERY_CANCELED = "57014";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  /** It returned more rows than it may. */
  static Excess ofRows(Limit limit) {
    return of(limit, PROGRAM_LIMIT_EXCEEDED);
  }

  /** It ran for longer than it may. */
  static Excess ofTime(Limit limit) {
    return of(limit, QUERY_CANCELED);
  }

  /** A row has what may not be sent. */
  static Excess ofData(Found found) {
    Code code = Code.DETECTED;
    return of(
        new Finding(code.code(), found.rule(), found.reason(), code.remedy()),
        INSUFFICIENT_PRIVILEGE);
  }

  private static Excess of(Limit limit, String sqlState) {
    return of(limit.finding(), sqlState);
  }

  private static Excess of(Finding finding, String sqlState) {
    return new Excess(
        finding,
        ServerMessage.error(
            sqlState,
            "stopped by the rule \"%s\": %s [%s]"
                .formatted(finding.rule(), finding.reason(), finding.code()),
            Refusal.title(finding.code()),
            finding.remedy()));
  }

  /** What the client reads where the message had ended, for good, before it could be stopped. */
  ServerMessage afterTheEnd() {
    return ServerMessage.error(
        answer.sqlState(),
        answer.message(),
        "The other rows were not sent, but the statement had ended before it could be"
            + " stopped: what it and the rest of its message changed stays. "
            + answer.detail(),
        finding.remedy());
  }
}
