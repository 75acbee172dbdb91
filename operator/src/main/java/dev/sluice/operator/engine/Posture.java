package dev.sluice.operator.engine;

import dev.sluice.policy.plan.Catalogue.ColumnName;
import java.util.Comparator;
import java.util.List;

/**
 * What is open in a database itself, beside Sluice.
 *
 * @param findings what is open, the worst first
 * @param unread what could not be looked at or done, and why, a sentence each
 * @param complete whether all was looked at by which classified data could be reached
 */
public record Posture(List<Finding> findings, List<String> unread, boolean complete) {
  /** Immutable copies, in their order. */
  public Posture {
    findings =
        findings.stream()
            .sorted(
                Comparator.comparing((Finding each) -> !each.open())
                    .thenComparing(Finding::kind)
                    .thenComparing(Finding::object)
                    .thenComparing(Finding::message))
            .toList();
    unread = List.copyOf(unread);
  }

  /**
   * What is looked at.
   *
   * @param classified columns that hold something sensitive
   * @param knownRoles roles that are meant to reach the database without Sluice
   * @param locked whether all others are kept from connecting
   */
  public record Request(List<ColumnName> classified, List<String> knownRoles, boolean locked) {
    /** Immutable copies. */
    public Request {
      classified = List.copyOf(classified);
      knownRoles = List.copyOf(knownRoles);
    }
  }

  /** Kinds of finding, the worst first. Their names are stable: reports and alerts use them. */
  public enum Kind {
    /** A privilege on classified data that everybody has. */
    PublicGrant,
    /** A role that can log in and can read or change classified data. */
    LoginRole,
    /** A function that runs with the rights of somebody who may read classified data. */
    DefinerFunction,
    /** A superuser that can log in, or whoever can become one. */
    Superuser,
    /** A role that can copy the whole server. */
    ReplicationRole,
    /** A foreign table that leads to classified data, or holds such elsewhere. */
    ForeignTable,
    /** A line of {@code pg_hba.conf} that lets in without proof or without TLS. */
    HostBasedAuthentication,
    /** The server takes connections that are not encrypted. */
    PlainConnections,
    /** Statements are written into the server's log with their values. */
    StatementLogging,
    /** A session that did not come through a gate. */
    OtherSession
  }

  /**
   * Something that is open.
   *
   * @param kind what kind of thing
   * @param object the role, table, function or setting
   * @param message what is open, without a full stop
   * @param remedy what closes it, without a full stop
   * @param open whether classified data can be reached by it
   */
  public record Finding(Kind kind, String object, String message, String remedy, boolean open) {
    /** Message and remedy in one. */
    public String sentence() {
      return "%s. %s.".formatted(message, remedy);
    }
  }
}
