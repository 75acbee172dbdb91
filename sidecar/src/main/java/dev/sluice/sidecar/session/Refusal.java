package dev.sluice.sidecar.session;

import dev.sluice.policy.Code;
import dev.sluice.policy.statement.Decision.Finding;
import dev.sluice.policy.statement.Limits;
import dev.sluice.sidecar.postgres.ServerMessage;

/**
 * A refusal that the database performs: a text or a name that must fail, and the error that the
 * client reads in place of the server's.
 *
 * @param marker what stands in place of what was refused, and in the server's error
 * @param finding the rule that refuses; for a stale statement, that it is stale
 * @param answer what the client reads
 */
record Refusal(String marker, Finding finding, ServerMessage answer) {

  /**
   * A refusal by a rule.
   *
   * @param marker a word that no text has by chance
   * @param finding the rule
   */
  static Refusal of(String marker, Finding finding) {
    return new Refusal(
        marker,
        finding,
        ServerMessage.error(
            "42501",
            "refused by the rule \"%s\": %s [%s]"
                .formatted(finding.rule(), finding.reason(), finding.code()),
            title(finding.code()),
            finding.remedy()));
  }

  /** A refusal of a prepared statement that must be prepared again, as the server words it. */
  static Refusal stale(String marker) {
    Code code = Code.STATEMENT_STALE;
    return new Refusal(
        marker,
        new Finding(code.code(), "gate", code.title(), code.remedy()),
        new ServerMessage(
            "ERROR",
            "0A000",
            "cached plan must not change result type [%s]".formatted(code.code()),
            code.explanation(),
            code.remedy(),
            // Drivers that prepare again by themselves look at this word.
            "RevalidateCachedQuery"));
  }

  /** A refusal of a prepared statement or portal that there is no room for. */
  static Refusal full(String marker) {
    Code code = Code.TOO_MANY_STATEMENTS;
    return new Refusal(
        marker,
        new Finding(code.code(), "gate", code.title(), code.remedy()),
        ServerMessage.error(
            "53200",
            "too many prepared statements [%s]".formatted(code.code()),
            code.explanation(),
            code.remedy()));
  }

  /** A refusal of a statement, since as many of its kind run as may run at one time. */
  static Refusal tooMany(String marker, Limits.Limit limit) {
    Finding finding = limit.finding();
    return new Refusal(
        marker,
        finding,
        ServerMessage.error(
            "53400",
            "refused by the rule \"%s\": %s [%s]"
                .formatted(finding.rule(), finding.reason(), finding.code()),
            title(finding.code()),
            finding.remedy()));
  }

  /** The same with another error for the client: one that tells it more of what is wrong. */
  Refusal withAnswer(ServerMessage other) {
    return new Refusal(marker, finding, other);
  }

  /** What the reference says of a code. */
  static String title(String code) {
    for (Code known : Code.values()) {
      if (known.code().equals(code)) {
        return known.title() + ". " + known.explanation();
      }
    }
    return "";
  }
}
