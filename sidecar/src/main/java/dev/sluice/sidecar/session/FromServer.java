package dev.sluice.sidecar.session;

import dev.sluice.policy.statement.Decision.Allow;
import dev.sluice.policy.statement.Decision.Finding;
import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.CommandTag;
import dev.sluice.sidecar.postgres.Int32;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.session.Operation.Kind;
import dev.sluice.sidecar.statement.Verdict;
import dev.sluice.sidecar.wire.Buffers;
import dev.sluice.sidecar.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Relays what the server sends, with one write for each read. Rows are looked at only where the
 * grant has something looked for in them, and counted where a rule limits them; ends of statements
 * become events, which are to be on disk before the client has the answer; errors of refused
 * statements are swapped.
 */
final class FromServer {
  private static final int HEADER = RelayBuffer.HEADER;

  private final Session session;
  private final Pipeline pipeline;
  private final StatementEvents events;
  private final RelayBuffer buffer = new RelayBuffer(256);
  private final RowLimits rowLimits;
  private final ErrorResponses errors;
  private final Inspector inspector;

  /** Who is told the bytes that go nowhere; null: nobody. */
  private @Nullable Question capturing;

  /** Whether what the client has ends within a message. */
  private boolean within;

  /** Bytes of rows since the last message that was not one. */
  private long rowBytes;

  FromServer(Session session, StatementEvents events, HeldRows heldRows) {
    this.session = session;
    this.pipeline = session.pipeline();
    this.events = events;
    this.rowLimits = new RowLimits(session, buffer);
    this.errors = new ErrorResponses(session, events);
    this.inspector = new Inspector(session, buffer, heldRows);
  }

  /**
   * Takes what the server has sent, and takes note of it. What was taken before must have been
   * sent.
   *
   * @return whether more may come
   */
  boolean receive(Wire server, Buffers buffers) throws IOException {
    if (buffer.read(server, buffers) < 0) {
      return false;
    }
    scan();
    return true;
  }

  /** Sends the client what was taken, as far as that goes to it. */
  void send(Wire client, Buffers buffers) throws IOException {
    within = buffer.isPassing() || inspector.isWithinMessage();
    buffer.write(client, buffers);
    buffer.compact();
  }

  /** Makes room for more; what was taken goes nowhere. */
  void forget() {
    buffer.forget();
  }

  /** Whether what was sent ends within a message, so that nothing else can be told. */
  boolean isWithinMessage() {
    return within;
  }

  private void scan() throws ProtocolException {
    if (rowBytes == 0) {
      // A result is looked at to its end as it was at its beginning.
      inspector.renew();
    }
    while (true) {
      if (buffer.isPassing()) {
        buffer.passOn();
        if (buffer.isPassing()) {
          return;
        }
      }
      if (buffer.isDropping()) {
        int dropped = buffer.leaveOut();
        if (capturing != null) {
          capturing.take(buffer.bytes(), buffer.position() - dropped, dropped);
        } else if (inspector.isTaking()) {
          inspector.take(buffer.bytes(), buffer.position() - dropped, dropped);
        }
        if (buffer.isDropping()) {
          return;
        }
        capturing = null;
      }
      int available = buffer.available();
      if (available < HEADER) {
        return;
      }
      int position = buffer.position();
      byte type = buffer.bytes()[position];
      int length = Int32.read(buffer.bytes(), position + 1);
      if (length < 4 || length == Integer.MAX_VALUE) {
        throw new ProtocolException(
            "the server sent a message of type %d and %d bytes"
                .formatted(type, Integer.toUnsignedLong(length)));
      }
      int total = length + 1;
      boolean looked = inspector.looksAt(type);
      if (looked && inspector.waitsFor(total)) {
        return;
      }
      if (pipeline.isWatched()) {
        if (type == Backend.COPY_DATA && available < Math.min(total, RowLimits.COPY_TRAILER)) {
          return;
        }
        if (isHeldBack(type, total)) {
          buffer.drop(total);
          continue;
        }
      }
      if (looked) {
        if (inspector.takes(type, total)) {
          rowBytes += type == Backend.DATA_ROW || type == Backend.COPY_DATA ? total : 0;
          continue;
        }
      } else if (type == Backend.COPY_DONE) {
        inspector.copyEnds();
      }
      if (passes(type)) {
        if (type == Backend.DATA_ROW || type == Backend.COPY_DATA) {
          rowBytes += total;
        }
        buffer.pass(total);
        continue;
      }
      int there = Math.min(total, RelayBuffer.SIZE);
      if (available < there) {
        return;
      }
      if (message(type, position, position + there)) {
        if (looked && total > there) {
          inspector.takeInParts(type, total);
        } else {
          buffer.pass(total);
        }
      } else if (total > RelayBuffer.SIZE) {
        throw new ProtocolException(
            "the server answered the gate with a message of %d bytes".formatted(total));
      } else {
        buffer.replace(position, total);
        buffer.advance(total);
        errors.answerInstead(buffer.staged());
      }
    }
  }

  /** What is to be sent to the server because of what it has answered; who sends it clears it. */
  MessageBuilder asks() {
    return rowLimits.asks();
  }

  /**
   * Whether the client does not get the message that comes next, since it has its rows, or since
   * the gate has asked for it.
   */
  private boolean isHeldBack(byte type, int total) {
    Operation current = pipeline.current();
    if (current == null || !current.isWatched()) {
      return false;
    }
    if (current.question != null) {
      if (type == Backend.DATA_ROW) {
        capturing = current.question;
      }
      return type == Backend.DATA_ROW
          || type == Backend.ROW_DESCRIPTION
          || type == Backend.NOTICE_RESPONSE;
    }
    return rowLimits.isHeldBack(current, type, total);
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
    Map<String, Long> found = inspector.takeCounts();
    Operation current = rowBytes > 0 || found != null ? pipeline.current() : null;
    if (current != null && found != null) {
      current.addDetected(found);
    }
    if (rowBytes > 0) {
      if (current != null) {
        current.addBytes(rowBytes);
      }
      rowBytes = 0;
    }
  }

  /** Takes note of a message; whether the client is to have it. */
  private boolean message(byte type, int at, int end) throws ProtocolException {
    countRows();
    byte[] bytes = buffer.bytes();
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
        return completed(CommandTag.rows(bytes, at + HEADER, end - 1), true);
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
        return errors.failed(bytes, at + HEADER, end);
      }
      case Backend.COPY_BOTH_RESPONSE ->
          throw new ProtocolException(
              "the server began a COPY in both directions, which only replication has");
      case Backend.READY_FOR_QUERY -> {
        return ready(bytes[at + HEADER]);
      }
      case Backend.PARAMETER_STATUS -> {
        parameter(bytes, at + HEADER, end);
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
    if (current.question != null) {
      current.question.next();
    }
    Excess cut = current.cut;
    if (ran && !current.own) {
      if (verdict != null && !current.warned && cut == null) {
        current.warned = true;
        warn(verdict);
      }
      if (cut != null && !current.cutTold) {
        // It had ended before it could be stopped.
        current.cutTold = true;
        events.stopped(current, cut, current.delivered);
      } else {
        events.done(current, verdict, current.done, rows);
      }
      rowLimits.ended(current);
    }
    if (ran && verdict != null) {
      session.names().ran(current, verdict.effects());
    }
    if (current.kind == Kind.EXECUTE) {
      session.prepared().settle(current.changes);
      pipeline.complete();
      if (cut != null) {
        rowLimits.failNow(Kind.PARSE, cut);
      }
    }
    return !current.own && cut == null;
  }

  /** Tells warnings before the end of the statement that they are about. */
  private void warn(Verdict verdict) {
    if (verdict.decision() instanceof Allow(var warnings, var _, var _) && !warnings.isEmpty()) {
      buffer.stage(buffer.position());
      for (Finding finding : warnings) {
        ServerMessage.warning(
                "the rule \"%s\" warns: %s [%s]"
                    .formatted(finding.rule(), finding.reason(), finding.code()),
                "",
                finding.remedy())
            .write(buffer.staged());
      }
    }
  }

  private boolean ready(byte transaction) {
    Operation ending = pipeline.current();
    Excess cut = ending == null || ending.kind != Kind.QUERY ? null : ending.cut;
    session.names().ready(transaction);
    // Before the pipeline is empty, so that who sees that it is sees this as well.
    session.ready(transaction);
    Operation operation = pipeline.completeUntilReady();
    if (operation == null) {
      return true;
    }
    session.prepared().settle(operation.certainChanges);
    session.prepared().settle(operation.changes);
    if (operation.question != null) {
      return operation.question.isTold();
    }
    if (cut != null) {
      if (transaction == 'T' && pipeline.isEmpty()) {
        rowLimits.failNow(Kind.QUERY, cut);
        return false;
      }
      tell(cut.afterTheEnd());
    }
    return !operation.readyFollows;
  }

  /** Tells the client something before the message that is looked at. */
  private void tell(ServerMessage message) {
    buffer.stage(buffer.position());
    message.write(buffer.staged());
  }

  private void parameter(byte[] bytes, int at, int end) {
    String content = new String(bytes, at, end - at, StandardCharsets.UTF_8);
    int middle = content.indexOf('\0');
    int last = content.indexOf('\0', middle + 1);
    if (middle > 0 && last > 0) {
      session.parameter(content.substring(0, middle), content.substring(middle + 1, last));
    }
  }

  /** Gives room back that large rows took. */
  void release() {
    inspector.release();
  }

  /** What an operation became of which the server will not tell any more. */
  void lost() {
    countRows();
    inspector.release();
    for (Operation operation : pipeline.end()) {
      if (operation.kind == Kind.QUERY || operation.kind == Kind.EXECUTE) {
        events.lost(operation);
      }
    }
  }
}
