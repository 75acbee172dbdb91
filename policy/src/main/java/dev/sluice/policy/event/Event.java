package dev.sluice.policy.event;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of evidence. Its JSON form is a line of the spool and an element of {@code /v1/events}.
 *
 * <p>Statement texts are normalised: constants are replaced by {@code $n}, so that evidence holds
 * no data.
 *
 * @param id unique, a time-ordered UUID (version 7)
 * @param time when it happened
 * @param chain the chain that the event belongs to: one for each life of a gate's spool
 * @param sequence place in the chain, from 1
 * @param previousHash hash of the event before, in hexadecimal digits; of the first, 64 zeros
 * @param hash SHA-256 over the event's canonical form and {@code previousHash}, in hexadecimal
 *     digits
 * @param type what happened
 * @param access the DatabaseAccess, {@code namespace/name}
 * @param database the Database, {@code namespace/name}
 * @param purpose the purpose of the grant
 * @param namespace the pod's namespace
 * @param serviceAccount the pod's service account
 * @param pod the pod's name
 * @param podUid the pod's UID
 * @param session the session within the gate, unique in its chain
 * @param serverProcess the server's process id for the session; 0: not connected
 * @param application the {@code application_name} that the client gave; asserted, not verified
 * @param statement the normalised text; null where the event is not of a statement
 * @param fingerprint the fingerprint of the statement; null likewise
 * @param kind the kind of statement as SQL writes it; null likewise
 * @param relations the relations named, {@code schema.name} or {@code name}, each once
 * @param maskedColumns the masked columns that the relations have, {@code schema.table.column}
 * @param rows rows returned or changed, as the server counted; -1: not known
 * @param durationMicros from the last byte received of the message to the completion of the answer;
 *     -1: not known
 * @param outcome what became of it
 * @param rule the rule that decided; null: none
 * @param reason for a person; null: none
 * @param code the stable code of the rule's finding; null: none
 * @param sqlState the SQLSTATE where the server or the gate answered with an error; null: none
 * @param bytes of the messages with rows that went to the client, their heads included; null: not
 *     known
 * @param tags what the client says of the statement in a comment at its end (sqlcommenter);
 *     asserted, not verified; null: nothing
 * @param traceId the trace that the statement belongs to, 32 hexadecimal digits; null: none;
 *     asserted, not verified
 * @param bytesReceived of the messages with rows that came from the client ({@code COPY ... FROM
 *     STDIN}), their heads included; null: there were none, or it is not known
 * @param columnsRead the columns that the statement reads, {@code schema.table.column}, as far as
 *     the text tells; null: none, or it is not known
 * @param columnsWritten those that it writes, likewise
 * @param parameters the values that were bound to it, in their order, as far as the policy lets
 *     them be told; null: none, or nothing is to be told
 * @param lost how many events were lost; null where the type is not {@link Type#EVENTS_LOST}
 * @param lostSince when the first of these happened; {@code time} is when the last one did
 * @param detected how often a detector found something in what the server sent, by its kind; null:
 *     nothing was found, or looked for
 */
@Json
public record Event(
    String id,
    Instant time,
    String chain,
    long sequence,
    String previousHash,
    String hash,
    Type type,
    String access,
    String database,
    String purpose,
    String namespace,
    String serviceAccount,
    String pod,
    String podUid,
    String session,
    int serverProcess,
    String application,
    @Nullable String statement,
    @Nullable String fingerprint,
    @Nullable String kind,
    List<String> relations,
    List<String> maskedColumns,
    long rows,
    long durationMicros,
    Outcome outcome,
    @Nullable String rule,
    @Nullable String reason,
    @Nullable String code,
    @Nullable String sqlState,
    @Nullable Long bytes,
    @Nullable Map<String, String> tags,
    @Nullable String traceId,
    @Nullable Long bytesReceived,
    @Nullable List<String> columnsRead,
    @Nullable List<String> columnsWritten,
    @Nullable List<Parameter> parameters,
    @Nullable Long lost,
    @Nullable Instant lostSince,
    @Nullable Map<String, Long> detected)
    implements Happening {

  /** Immutable copies. What came later than the first events is null where there is none of it. */
  public Event {
    relations = List.copyOf(relations);
    maskedColumns = List.copyOf(maskedColumns);
    tags = tags == null || tags.isEmpty() ? null : Map.copyOf(tags);
    columnsRead = copyUnlessEmpty(columnsRead);
    columnsWritten = copyUnlessEmpty(columnsWritten);
    parameters = copyUnlessEmpty(parameters);
    detected = detected == null || detected.isEmpty() ? null : Map.copyOf(detected);
  }

  private static <T> @Nullable List<T> copyUnlessEmpty(@Nullable List<T> list) {
    return list == null || list.isEmpty() ? null : List.copyOf(list);
  }

  /**
   * An event without what came last: bytes from the client, columns, parameters, losses and what
   * was found.
   */
  public Event(
      String id,
      Instant time,
      String chain,
      long sequence,
      String previousHash,
      String hash,
      Type type,
      String access,
      String database,
      String purpose,
      String namespace,
      String serviceAccount,
      String pod,
      String podUid,
      String session,
      int serverProcess,
      String application,
      @Nullable String statement,
      @Nullable String fingerprint,
      @Nullable String kind,
      List<String> relations,
      List<String> maskedColumns,
      long rows,
      long durationMicros,
      Outcome outcome,
      @Nullable String rule,
      @Nullable String reason,
      @Nullable String code,
      @Nullable String sqlState,
      @Nullable Long bytes,
      @Nullable Map<String, String> tags,
      @Nullable String traceId) {
    this(
        id,
        time,
        chain,
        sequence,
        previousHash,
        hash,
        type,
        access,
        database,
        purpose,
        namespace,
        serviceAccount,
        pod,
        podUid,
        session,
        serverProcess,
        application,
        statement,
        fingerprint,
        kind,
        relations,
        maskedColumns,
        rows,
        durationMicros,
        outcome,
        rule,
        reason,
        code,
        sqlState,
        bytes,
        tags,
        traceId,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** An event of which neither bytes nor tags are known. */
  public Event(
      String id,
      Instant time,
      String chain,
      long sequence,
      String previousHash,
      String hash,
      Type type,
      String access,
      String database,
      String purpose,
      String namespace,
      String serviceAccount,
      String pod,
      String podUid,
      String session,
      int serverProcess,
      String application,
      @Nullable String statement,
      @Nullable String fingerprint,
      @Nullable String kind,
      List<String> relations,
      List<String> maskedColumns,
      long rows,
      long durationMicros,
      Outcome outcome,
      @Nullable String rule,
      @Nullable String reason,
      @Nullable String code,
      @Nullable String sqlState) {
    this(
        id,
        time,
        chain,
        sequence,
        previousHash,
        hash,
        type,
        access,
        database,
        purpose,
        namespace,
        serviceAccount,
        pod,
        podUid,
        session,
        serverProcess,
        application,
        statement,
        fingerprint,
        kind,
        relations,
        maskedColumns,
        rows,
        durationMicros,
        outcome,
        rule,
        reason,
        code,
        sqlState,
        null,
        null,
        null);
  }

  @Override
  public @Nullable Map<String, String> tagValues() {
    return tags;
  }

  /** What happened. */
  public enum Type {
    STATEMENT,
    SESSION_OPENED,
    SESSION_CLOSED,
    /** A session that was not opened. */
    SESSION_REFUSED,
    CREDENTIAL_ROTATED,
    BUNDLE_APPLIED,
    /** Events that could not be kept, told in place of them. */
    EVENTS_LOST,
    /** The schema of a database was changed without a gate, as the operator found. */
    SCHEMA_CHANGED
  }

  /** What became of it. */
  public enum Outcome {
    ALLOWED,
    /** It ran, and a rule had something to say. */
    WARNED,
    /** A rule refused it. */
    DENIED,
    /** The database refused it or failed. */
    FAILED
  }
}
