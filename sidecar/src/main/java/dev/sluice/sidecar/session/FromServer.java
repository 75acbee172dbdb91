package dev.sluice.sidecar.session;

import dev.sluice.policy.event.Event.Outcome;
import dev.sluice.policy.statement.Decision.Allow;
import dev.sluice.policy.statement.Decision.Finding;
import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.CommandTag;
import dev.sluice.sidecar.postgres.Int32;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.session.Operation.Kind;
import dev.sluice.sidecar.statement.Effects;
import dev.sluice.sidecar.statement.Verdict;
import dev.sluice.sidecar.wire.Buffers;
import dev.sluice.sidecar.wire.Wire;
import dev.sluice.sql.postgres.NameScope.Restored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Relays what the server sends, from the buffer that it was read into, with one write for each
 * read. Rows are never looked at; ends of statements become events, which are to be on disk before
 * the client has the answer; errors of refused statements are swapped.
 */
final class FromServer {
  /** Bytes that are read at once, once there is so much to read. */
  private static final int BUFFER = 16 * 1024;

  /** Bytes that are read at once until then, which are enough for most sessions. */
  private static final int FIRST_BUFFER = 2 * 1024;

  private static final int HEADER = 5;

  private final Session session;
  private final Pipeline pipeline;
  private final StatementEvents events;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private final MessageBuilder staged = new MessageBuilder(256);

  /**
   * Bytes from {@code start} to {@code position} are to be sent; those up to {@code limit} are
   * read.
   */
  private int start;

  private int position;
  private int limit;

  /** Bytes of the message at {@code position} that go on unseen. */
  private long unseen;

  /** Whether what the client has ends within a message. */
  private boolean within;

  /** Bytes of rows since the last message that was not one. */
  private long rowBytes;

  /** What gave names their meaning back, unless it is rolled back; null: nothing. */
  private @Nullable Operation restoring;

  FromServer(Session session, StatementEvents events) {
    this.session = session;
    this.pipeline = session.pipeline();
    this.events = events;
  }

  /**
   * Takes what the server has sent, and takes note of it. What was taken before must have been
   * sent.
   *
   * @return whether more may come
   */
  boolean receive(Wire server, Buffers buffers) throws IOException {
    int count = server.read(buffer, limit, buffer.length - limit, buffers);
    if (count < 0) {
      return false;
    }
    limit += count;
    scan();
    return true;
  }

  /** Sends the client what was taken, as far as that goes to it. */
  void send(Wire client, Buffers buffers) throws IOException {
    int length = position - start;
    within = unseen > 0;
    if (staged.size() > 0) {
      staged.bytes(buffer, start, length);
      client.write(staged.array(), 0, staged.size(), buffers);
    } else if (length > 0) {
      client.write(buffer, start, length, buffers);
    }
    forget();
  }

  /** Makes room for more; what was taken goes nowhere, unless it was sent. */
  void forget() {
    staged.clear();
    boolean small = limit == buffer.length && limit < BUFFER;
    byte[] next = small ? new byte[BUFFER] : buffer;
    System.arraycopy(buffer, position, next, 0, limit - position);
    buffer = next;
    limit -= position;
    position = 0;
    start = 0;
  }

  /** Whether what was sent ends within a message, so that nothing else can be told. */
  boolean isWithinMessage() {
    return within;
  }

  private void scan() throws ProtocolException {
    while (true) {
      if (unseen > 0) {
        int now = (int) Math.min(unseen, limit - position);
        position += now;
        unseen -= now;
        if (unseen > 0) {
          return;
        }
      }
      if (limit - position < HEADER) {
        return;
      }
      byte type = buffer[position];
      int length = Int32.read(buffer, position + 1);
      if (length < 4 || length == Integer.MAX_VALUE) {
        throw new ProtocolException(
            "the server sent a message of type %d and %d bytes"
                .formatted(type, Integer.toUnsignedLong(length)));
      }
      int total = length + 1;
      if (passes(type)) {
        if (type == Backend.DATA_ROW || type == Backend.COPY_DATA) {
          rowBytes += total;
        }
        unseen = total;
        continue;
      }
      int there = Math.min(total, BUFFER);
      if (limit - position < there) {
        return;
      }
      if (message(type, position, position + there)) {
        unseen = total;
      } else if (total > BUFFER) {
        throw new ProtocolException(
            "the server answered the gate with a message of %d bytes".formatted(total));
      } else {
        staged.bytes(buffer, start, position - start);
        position += total;
        start = position;
        answerInstead();
      }
    }
  }

  /** Whether a message of a type goes on without being held, whatever it says. */
  private boolean passes(byte type) {
    return switch (type) {
      case Backend.DATA_ROW,
          Backend.COPY_DATA,
          Backend.COPY_DONE,
          Backend.COPY_OUT_RESPONSE,
          Backend.PARAMETER_DESCRIPTION,
          Backend.NOTICE_RESPONSE,
          Backend.NOTIFICATION_RESPONSE ->
          true;
      case Backend.ROW_DESCRIPTION, Backend.NO_DATA -> {
        completeIf(Kind.DESCRIBE);
        yield true;
      }
      case Backend.COPY_IN_RESPONSE -> {
        Operation current = pipeline.current();
        if (current != null) {
          current.copiesIn = true;
          current.copiedIn = true;
        }
        yield true;
      }
      default -> false;
    };
  }

  /** Tells what was counted to the operation that it belongs to, once for all of its rows. */
  private void countRows() {
    if (rowBytes > 0) {
      Operation current = pipeline.current();
      if (current != null) {
        current.addBytes(rowBytes);
      }
      rowBytes = 0;
    }
  }

  private @Nullable ServerMessage instead;

  /** The fields of an error, with its place in the client's text; null: they go on as they are. */
  private byte @Nullable [] placed;

  private void answerInstead() {
    ServerMessage answer = instead;
    byte[] fields = placed;
    if (answer != null) {
      answer.write(staged);
    } else if (fields != null) {
      staged.begin(Backend.ERROR_RESPONSE).bytes(fields).end();
    }
    instead = null;
    placed = null;
  }

  /** Takes note of a message; whether the client is to have it. */
  private boolean message(byte type, int at, int end) throws ProtocolException {
    countRows();
    switch (type) {
      case Backend.PARSE_COMPLETE -> {
        return !completeIf(Kind.PARSE);
      }
      case Backend.BIND_COMPLETE -> {
        return !completeIf(Kind.BIND);
      }
      case Backend.CLOSE_COMPLETE -> {
        return !completeIf(Kind.CLOSE);
      }
      case Backend.COMMAND_COMPLETE -> {
        return completed(CommandTag.rows(buffer, at + HEADER, end - 1), true);
      }
      case Backend.EMPTY_QUERY_RESPONSE -> {
        return completed(-1, false);
      }
      case Backend.PORTAL_SUSPENDED -> {
        Operation current = pipeline.current();
        return completed(current == null ? -1 : current.rowLimit, true);
      }
      case Backend.FUNCTION_CALL_RESPONSE -> {
        Operation current = pipeline.current();
        if (current != null && current.verdict != null) {
          events.done(current, current.verdict, 0, -1);
        }
        return true;
      }
      case Backend.ERROR_RESPONSE -> {
        return failed(at, end);
      }
      case Backend.COPY_BOTH_RESPONSE ->
          throw new ProtocolException(
              "the server began a COPY in both directions, which only replication has");
      case Backend.READY_FOR_QUERY -> {
        return ready(buffer[at + HEADER]);
      }
      case Backend.PARAMETER_STATUS -> {
        parameter(at + HEADER, end);
        return true;
      }
      default -> {
        return true;
      }
    }
  }

  /** Ends the current operation if it is of a kind; whether it was one of the gate's own. */
  private boolean completeIf(Kind kind) {
    Operation current = pipeline.current();
    if (current == null || current.kind != kind) {
      return false;
    }
    session.prepared().settle(current.changes);
    pipeline.complete();
    return current.own;
  }

  private boolean completed(long rows, boolean ran) {
    Operation current = pipeline.current();
    if (current == null || (current.kind != Kind.QUERY && current.kind != Kind.EXECUTE)) {
      return true;
    }
    if (current.copiesIn) {
      current.copiesIn = false;
      Operation end = pipeline.copyEnd();
      if (end != null) {
        current.receivedUntil(end);
      }
      pipeline.dropSyncsWithinCopy(true);
    }
    Verdict verdict = current.verdict;
    if (ran && !current.own) {
      if (verdict != null && !current.warned) {
        current.warned = true;
        warn(verdict);
      }
      events.done(current, verdict, current.done, rows);
      current.done++;
    }
    if (ran && verdict != null) {
      took(current, verdict.effects());
    }
    if (current.kind == Kind.EXECUTE) {
      session.prepared().settle(current.changes);
      pipeline.complete();
    }
    return !current.own;
  }

  private void took(Operation operation, Effects effects) {
    if (effects.restored() != Restored.NOTHING) {
      restoring = operation;
    } else if (effects.endsTransaction()) {
      restoring = null;
    }
  }

  /** Tells warnings before the end of the statement that they are about. */
  private void warn(Verdict verdict) {
    if (verdict.decision() instanceof Allow(var warnings, var _) && !warnings.isEmpty()) {
      staged.bytes(buffer, start, position - start);
      start = position;
      for (Finding finding : warnings) {
        ServerMessage.warning(
                "the rule \"%s\" warns: %s [%s]"
                    .formatted(finding.rule(), finding.reason(), finding.code()),
                "",
                finding.remedy())
            .write(staged);
      }
    }
  }

  private boolean failed(int at, int end) {
    ServerMessage error = ServerMessage.read(buffer, at + HEADER, end);
    Operation current = pipeline.current();
    if (current == null) {
      instead = session.lastWord(error);
      return instead == null;
    }
    if (current.copiesIn) {
      current.copiesIn = false;
      pipeline.dropSyncsWithinCopy(false);
    }
    Refusal refusal = current.refusal;
    boolean swapped = refusal != null && error.message().contains(refusal.marker());
    if (swapped && refusal != null) {
      events.denied(current, refusal);
      instead = refusal.answer();
    } else {
      events.failed(current, error.sqlState());
      instead = session.lastWord(error);
    }
    boolean own = current.restores && !error.endsConnection();
    if (own) {
      // In a transaction that had failed: once more, when it is over.
      session.doubtIdentity();
    }
    restoring = null;
    if (current.done == 0) {
      session.prepared().undo(current.changes);
    } else {
      // Prepared statements are of no transaction: what was done with them is done.
      session.prepared().settle(current.changes);
    }
    current.changes = List.of();
    if (!current.kind.endsWithReady()) {
      pipeline.completeAndSkip();
    }
    if (instead == null && !own && current.verdict != null && current.verdict.rewritten() != null) {
      placed = ServerMessage.moved(buffer, at + HEADER, end, current.verdict::original);
    }
    return instead == null && placed == null && !own;
  }

  private boolean ready(byte transaction) {
    Operation restored = restoring;
    restoring = null;
    if (restored != null && restored.verdict != null && transaction == 'I') {
      session.names().restore(restored.verdict.effects().restored(), restored.nameChanges);
    }
    // Before the pipeline is empty, so that who sees that it is sees this as well.
    session.ready(transaction);
    Operation operation = pipeline.completeUntilReady();
    if (operation == null) {
      return true;
    }
    session.prepared().settle(operation.certainChanges);
    session.prepared().settle(operation.changes);
    return !operation.readyFollows;
  }

  private void parameter(int at, int end) {
    String content = new String(buffer, at, end - at, StandardCharsets.UTF_8);
    int middle = content.indexOf('\0');
    int last = content.indexOf('\0', middle + 1);
    if (middle > 0 && last > 0) {
      session.parameter(content.substring(0, middle), content.substring(middle + 1, last));
    }
  }

  /** What an operation became of which the server will not tell any more. */
  void lost() {
    countRows();
    for (Operation operation : pipeline.end()) {
      if (operation.kind == Kind.QUERY || operation.kind == Kind.EXECUTE) {
        events.lost(operation);
      }
    }
  }

  /** The outcome of a statement that ran. */
  static Outcome outcome(@Nullable Verdict verdict) {
    return verdict != null
            && verdict.decision() instanceof Allow(var warnings, var observed)
            && !(warnings.isEmpty() && observed.isEmpty())
        ? Outcome.WARNED
        : Outcome.ALLOWED;
  }
}
