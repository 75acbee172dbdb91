package dev.sluice.sidecar.session;

import dev.sluice.policy.event.Parameter;
import dev.sluice.policy.statement.Limits;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.session.PreparedStatements.Change;
import dev.sluice.sidecar.statement.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message to the server whose answer is awaited. It is made when it is read, and ended when it is
 * answered.
 */
final class Operation {
  /** Of columns of which nothing is known it is not known, either. */
  private static final int[] UNKNOWN_FORMATS = {-1};

  static final Operation DESCRIBE = new Operation(Kind.DESCRIBE);
  static final Operation SYNC = new Operation(Kind.SYNC);
  static final Operation COPY_DATA = new Operation(Kind.COPY_DATA);

  /** What was sent. */
  enum Kind {
    QUERY,
    FUNCTION_CALL,
    PARSE,
    BIND,
    DESCRIBE,
    EXECUTE,
    CLOSE,
    SYNC,
    /** Not answered: rows of a COPY. */
    COPY_DATA,
    /** Not answered: the end of a COPY. */
    COPY_END;

    /** Whether it is answered in the end by ReadyForQuery. */
    boolean endsWithReady() {
      return this == QUERY || this == FUNCTION_CALL || this == SYNC;
    }

    boolean unanswered() {
      return this == COPY_DATA || this == COPY_END;
    }
  }

  final Kind kind;

  /** The verdict on what runs; null: nothing that runs, or not known what. */
  final @Nullable Verdict verdict;

  /** When the message was there, by the clock of durations. */
  final long received;

  /** What stands in place of what was refused; null: it was not. */
  @Nullable Refusal refusal;

  /** What it changes of prepared statements and portals, undone where it fails or is skipped. */
  List<Change> changes = List.of();

  /** What it changes of them even where it fails, undone where it is skipped. */
  List<Change> certainChanges = List.of();

  /** How many changes of what names mean there were when it was read. */
  long nameChanges;

  /** Whether it is the gate's own, so that the client is told nothing of it. */
  boolean own;

  /** Whether it gives the session its role back, so that the client is not told if it fails. */
  boolean restores;

  /** Whether an operation of the gate's own follows whose ReadyForQuery stands for this one's. */
  boolean readyFollows;

  /** For EXECUTE, how many rows it may return; 0: all. */
  int rowLimit;

  /** How many statements of it are done. */
  int done;

  /** Whether it reads rows from the client. */
  boolean copiesIn;

  /** Whether it did so. */
  boolean copiedIn;

  /** The values that were bound, as far as they are told; null: nothing is. */
  @Nullable List<Parameter> parameters;

  /** Bytes of rows that the client sent; -1: none, or it is not known. */
  private long bytesReceived = -1;

  /** Bytes of rows that the server sent since a statement of it was done last. */
  private long bytes;

  /** Whether its warnings were told. */
  boolean warned;

  /** Within what it runs. */
  Limits limits = Limits.NONE;

  /** For EXECUTE, what its portal has returned in earlier pieces; null: it has no earlier ones. */
  @Nullable RowCount portalRows;

  /** What the statement that runs now has returned; null: nothing was counted yet. */
  @Nullable RowCount counted;

  /** What its columns are, as far as it was described; null: it was not. */
  @Nullable ResultShape shape;

  /** For EXECUTE, in which formats its columns are. */
  private int[] formats = UNKNOWN_FORMATS;

  /** Whether it can be refused for what is found in its rows. */
  boolean refusable;

  /** What was found in what the server sent since a statement of it was done last. */
  private @Nullable Map<String, Long> detected;

  /** Rows of it that the client got, where they are counted. */
  long delivered;

  /** That it returned more rows than it may, until the client was told; null: it did not. */
  @Nullable Excess cut;

  /** Whether the event of the statement that did so is made. */
  boolean cutTold;

  /** That it runs for longer than it may; null: it does not. */
  @Nullable Excess late;

  /**
   * For an operation of the gate's own that fails: what the client reads in place of its error,
   * since what went before is to count as failed; null: nothing.
   */
  @Nullable ServerMessage answer;

  /** What it asks the server of the gate's own accord; null: nothing. */
  @Nullable Question question;

  private @Nullable Runnable leaving;

  private Operation(Kind kind) {
    this(kind, null, 0);
  }

  /** The end of a COPY from the client. */
  static Operation copyEnd(long bytes) {
    Operation end = new Operation(Kind.COPY_END);
    end.bytesReceived = bytes;
    return end;
  }

  Operation(Kind kind, @Nullable Verdict verdict, long received) {
    this.kind = kind;
    this.verdict = verdict;
    this.received = received;
  }

  /** Has something done when it is over, in whatever way. */
  void onLeave(Runnable action) {
    leaving = action;
  }

  /** It is over: it was answered, skipped or lost, or was never sent. */
  void leave() {
    Runnable action = leaving;
    leaving = null;
    if (action != null) {
      action.run();
    }
  }

  /** Whether its rows are counted. */
  boolean countsRows() {
    return limits.rows() != null;
  }

  /** Whether what answers it is looked at closely. */
  boolean isWatched() {
    return mayBeCut() || question != null;
  }

  /** Whether the client may get some of its rows only, so that it has to fail. */
  boolean mayBeCut() {
    return countsRows() || refusable;
  }

  /** In which formats its columns are; none: all as text; one: all like that. */
  int[] formats() {
    return formats;
  }

  /** Its columns are in such formats; null: it is not known. */
  void returnsIn(int @Nullable [] known) {
    formats = known == null ? UNKNOWN_FORMATS : known;
  }

  /** Something was found in what the server sent for it. */
  void addDetected(Map<String, Long> found) {
    Map<String, Long> known = detected;
    if (known == null) {
      detected = found;
    } else {
      found.forEach((kind, count) -> known.merge(kind, count, Long::sum));
    }
  }

  /** What was found in what the server sent for the statement that is done; null: nothing. */
  @Nullable Map<String, Long> takeDetected() {
    Map<String, Long> taken = detected;
    detected = null;
    return taken;
  }

  /** Rows came from the client, to the end that another operation is. */
  void receivedUntil(Operation end) {
    bytesReceived = end.bytesReceived;
  }

  /** Bytes of rows that the client sent; null: there were none, or it is not known. */
  @Nullable Long takeBytesReceived() {
    long taken = bytesReceived;
    bytesReceived = -1;
    return taken < 0 ? null : taken;
  }

  /** Rows came from the server. */
  void addBytes(long more) {
    bytes += more;
  }

  /**
   * Bytes of rows of the statement that is done; null: not known, since rows came from the client.
   */
  @Nullable Long takeBytes() {
    long taken = bytes;
    bytes = 0;
    return copiedIn ? null : taken;
  }
}
