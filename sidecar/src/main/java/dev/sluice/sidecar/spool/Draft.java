package dev.sluice.sidecar.spool;

import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.Event.Outcome;
import dev.sluice.policy.event.EventMembers;
import dev.sluice.policy.event.Happening;
import dev.sluice.policy.event.Parameter;
import dev.sluice.policy.statement.Tags;
import dev.sluice.sidecar.statement.Evidence;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event before it has its place in the chain.
 *
 * @param time when it happened
 * @param type what happened
 * @param subject the grant and the session
 * @param evidence of the statement; null: the event is not of a statement, or it is not known
 * @param rows rows returned or changed; -1: not known
 * @param durationMicros how long it took; -1: not known
 * @param outcome what became of it
 * @param rule the rule that decided; null: none
 * @param reason for a person; null: none
 * @param code the stable code; null: none
 * @param sqlState where it was answered with an error; null: none
 * @param bytes of rows to the client; null: not known
 * @param tags what the client says of the statement
 * @param bytesReceived of rows from the client; null: there were none, or it is not known
 * @param parameters the values that were bound, as far as they are told; null: nothing is
 * @param lost how many events were lost, see {@link #lost}; null: it is not about that
 * @param lostSince when the first of these happened; null likewise
 * @param detected how often something was found in rows, by its kind; null: nothing was
 */
public record Draft(
    Instant time,
    Event.Type type,
    Subject subject,
    @Nullable Evidence evidence,
    long rows,
    long durationMicros,
    Outcome outcome,
    @Nullable String rule,
    @Nullable String reason,
    @Nullable String code,
    @Nullable String sqlState,
    @Nullable Long bytes,
    Tags tags,
    @Nullable Long bytesReceived,
    @Nullable List<Parameter> parameters,
    @Nullable Long lost,
    @Nullable Instant lostSince,
    @Nullable Map<String, Long> detected)
    implements Happening {

  /** An immutable copy. */
  public Draft {
    parameters = parameters == null ? null : List.copyOf(parameters);
  }

  /** An event that is neither of a COPY from the client nor of bound values nor of losses. */
  public Draft(
      Instant time,
      Event.Type type,
      Subject subject,
      @Nullable Evidence evidence,
      long rows,
      long durationMicros,
      Outcome outcome,
      @Nullable String rule,
      @Nullable String reason,
      @Nullable String code,
      @Nullable String sqlState,
      @Nullable Long bytes,
      Tags tags) {
    this(
        time,
        type,
        subject,
        evidence,
        rows,
        durationMicros,
        outcome,
        rule,
        reason,
        code,
        sqlState,
        bytes,
        tags,
        null,
        null,
        null,
        null,
        null);
  }

  /** An event of which neither bytes nor tags are known. */
  public Draft(
      Instant time,
      Event.Type type,
      Subject subject,
      @Nullable Evidence evidence,
      long rows,
      long durationMicros,
      Outcome outcome,
      @Nullable String rule,
      @Nullable String reason,
      @Nullable String code,
      @Nullable String sqlState) {
    this(
        time,
        type,
        subject,
        evidence,
        rows,
        durationMicros,
        outcome,
        rule,
        reason,
        code,
        sqlState,
        null,
        Tags.NONE);
  }

  /**
   * The event of a loss of others.
   *
   * @param subject the grant
   * @param count how many were lost
   * @param since when the first of them happened
   * @param time when the last one did
   * @param reason for a person
   * @param code the stable code; null: none
   */
  public static Draft lost(
      Subject subject,
      long count,
      Instant since,
      Instant time,
      String reason,
      @Nullable String code) {
    return new Draft(
        time,
        Event.Type.EVENTS_LOST,
        subject,
        null,
        -1,
        -1,
        Outcome.FAILED,
        null,
        reason,
        code,
        null,
        null,
        Tags.NONE,
        null,
        null,
        count,
        since,
        null);
  }

  @Override
  public @Nullable Map<String, String> tagValues() {
    return tags.values();
  }

  @Override
  public @Nullable String traceId() {
    return tags.traceId();
  }

  /** The grant and the session that an event is about. */
  public static final class Subject {
    private final String access;
    private final String database;
    private final String purpose;
    private final String session;
    private final int serverProcess;
    private final String application;
    private EventMembers.@Nullable Subject members;

    /**
     * The grant and the session.
     *
     * @param access the DatabaseAccess
     * @param database the Database
     * @param purpose the purpose of the grant
     * @param session the session within the gate; empty: none
     * @param serverProcess the server's process id; 0: not connected
     * @param application what the client calls itself
     */
    public Subject(
        String access,
        String database,
        String purpose,
        String session,
        int serverProcess,
        String application) {
      this.access = access;
      this.database = database;
      this.purpose = purpose;
      this.session = session;
      this.serverProcess = serverProcess;
      this.application = application;
    }

    /** The DatabaseAccess. */
    public String access() {
      return access;
    }

    /** The grant alone, without a session. */
    Subject ofGrant() {
      return new Subject(access, database, purpose, "", 0, "");
    }

    /** The server's process id; 0: not connected. */
    public int serverProcess() {
      return serverProcess;
    }

    /** Encoded once. Only the spool asks, under its lock. */
    EventMembers.Subject members() {
      EventMembers.Subject known = members;
      if (known == null) {
        known =
            new EventMembers.Subject(
                access, database, purpose, session, serverProcess, application);
        members = known;
      }
      return known;
    }
  }
}
