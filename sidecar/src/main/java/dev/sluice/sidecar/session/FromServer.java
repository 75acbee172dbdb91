package dev.sluice.sidecar.session;

import dev.sluice.policy.event.Event.Outcome;
import dev.sluice.policy.statement.Decision.Allow;
import dev.sluice.policy.statement.Decision.Finding;
import dev.sluice.policy.statement.Limits;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.CommandTag;
import dev.sluice.sidecar.postgres.Frontend;
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
 * read. Rows are never looked at, but counted where a rule limits them; ends of statements become
 * events, which are to be on disk before the client has the answer; errors of refused statements
 * are swapped.
 */
final class FromServer {
  /** Bytes that are read at once, once there is so much to read. */
  private static final int BUFFER = 16 * 1024;

  /** Bytes that are read at once until then, which are enough for most sessions. */
  private static final int FIRST_BUFFER = 2 * 1024;

  private static final int HEADER = 5;

  /** Bytes of the message that ends a binary COPY, which is not a row. */
  private static final int COPY_TRAILER = HEADER + 2;

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

  /** Bytes of it that go nowhere. */
  private long unwanted;

  /** Who is told these bytes; null: nobody. */
  private @Nullable Question capturing;

  /** What is to be sent to the server because of what it has answered. */
  private final MessageBuilder asked = new MessageBuilder(64);

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
      if (unwanted > 0) {
        staged.bytes(buffer, start, position - start);
        int now = (int) Math.min(unwanted, limit - position);
        if (capturing != null) {
          capturing.take(buffer, position, now);
        }
        position += now;
        start = position;
        unwanted -= now;
        if (unwanted > 0) {
          return;
        }
        capturing = null;
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
      if (pipeline.isWatched()) {
        if (type == Backend.COPY_DATA && limit - position < Math.min(total, COPY_TRAILER)) {
          return;
        }
        if (isHeldBack(type, total)) {
          unwanted = total;
          continue;
        }
      }
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

  /** What is to be sent to the server because of what it has answered; who sends it clears it. */
  MessageBuilder asks() {
    return asked;
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
    boolean cut = current.cut != null;
    return switch (type) {
      case Backend.DATA_ROW -> cut || !counts(current);
      case Backend.COPY_DATA -> cut || !(isCopyTrailer(total) || counts(current));
      case Backend.ROW_DESCRIPTION, Backend.COPY_OUT_RESPONSE, Backend.COPY_DONE -> cut;
      case Backend.COPY_IN_RESPONSE -> {
        if (cut) {
          // The client would wait for the end, and the server for rows.
          asked.begin(Frontend.COPY_FAIL).text("").end();
        }
        yield cut;
      }
      default -> false;
    };
  }

  private boolean isCopyTrailer(int total) {
    return total == COPY_TRAILER
        && buffer[position + HEADER] == (byte) 0xff
        && buffer[position + HEADER + 1] == (byte) 0xff;
  }

  /**
   * Counts a row; whether the client may have it. At the first that it may not, it is cancelled.
   */
  private boolean counts(Operation current) {
    Limits.Limit most = current.limits.rows();
    if (most == null) {
      return true;
    }
    RowCount count = current.counted;
    if (count == null) {
      count = counted(current);
      current.counted = count;
    }
    count.rows++;
    if (count.rows <= most.most()) {
      current.delivered++;
      return true;
    }
    current.cut = Excess.ofRows(most);
    session.cancelRunning();
    return false;
  }

  /** What counts the rows of the statement that runs: of a portal or a cursor that is read on. */
  private RowCount counted(Operation current) {
    StatementFacts facts = facts(current);
    String cursor = facts == null || facts.kind() != StatementKind.FETCH ? null : facts.handle();
    if (cursor != null) {
      CursorRows cursors = session.cursors();
      RowCount portal = cursors.has(cursor) ? null : session.prepared().returned(cursor);
      return portal == null ? cursors.of(cursor) : portal;
    }
    return current.portalRows == null ? new RowCount() : current.portalRows;
  }

  /** The facts of the statement that runs, where they are kept; null: they are not. */
  private static @Nullable StatementFacts facts(Operation current) {
    Verdict verdict = current.verdict;
    return verdict == null || current.done >= verdict.facts().size()
        ? null
        : verdict.facts().get(current.done);
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
      keepCount(facts(current));
      current.done++;
      current.counted = null;
      current.delivered = 0;
    }
    if (ran && verdict != null) {
      took(current, verdict.effects());
    }
    if (current.kind == Kind.EXECUTE) {
      session.prepared().settle(current.changes);
      pipeline.complete();
      if (cut != null) {
        failNow(Kind.PARSE, cut);
      }
    }
    return !current.own && cut == null;
  }

  /** Cursors that were made have returned nothing yet. */
  private void keepCount(@Nullable StatementFacts facts) {
    if (facts == null) {
      return;
    }
    String cursor = facts.handle();
    if (facts.kind() == StatementKind.CLOSE) {
      session.cursors().closed(cursor);
    } else if (facts.kind() == StatementKind.DECLARE && cursor != null) {
      session.cursors().declared(cursor);
    }
  }

  /**
   * Has the server fail now, as if what it has just ended had failed: its transaction is rolled
   * back, and what the client has sent behind is skipped.
   */
  private void failNow(Kind kind, Excess cut) {
    Operation failing = Substitutes.own(kind);
    failing.answer = cut.answer();
    String text = session.failure();
    if (kind == Kind.QUERY) {
      asked.begin(Frontend.QUERY).text(text).end();
    } else {
      Substitutes.refusal(asked, Frontend.PARSE, text);
      asked.begin(Frontend.FLUSH).end();
    }
    pipeline.add(List.of(failing));
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
    if (verdict.decision() instanceof Allow(var warnings, var _, var _) && !warnings.isEmpty()) {
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
    Question question = current.question;
    if (question != null && !error.endsConnection()) {
      return questionFailed(current, question, error, at, end);
    }
    Refusal refusal = current.refusal;
    Excess excess = excess(current, error);
    if (refusal != null && error.message().contains(refusal.marker())) {
      events.denied(current, refusal);
      instead = refusal.answer();
    } else if (current.answer != null && !error.endsConnection()) {
      instead = current.answer;
    } else if (excess != null) {
      events.stopped(current, excess, current.cut == null ? -1 : current.delivered);
      instead = excess.answer();
      current.cut = null;
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

  /**
   * What the gate asked has failed. Where the client's transaction has failed with it, that is the
   * error of the statement that it was asked about; whether the client is to have it as it is.
   */
  private boolean questionFailed(
      Operation current, Question question, ServerMessage error, int at, int end) {
    boolean tells = !current.kind.endsWithReady() || session.isInTransaction();
    if (!current.kind.endsWithReady()) {
      pipeline.completeAndSkip();
    }
    if (!tells) {
      question.failed(error);
      return false;
    }
    restoring = null;
    question.tell();
    events.failed(question.standsFor(), error.sqlState());
    instead = session.lastWord(error);
    placed = ServerMessage.moved(buffer, at + HEADER, end, question::place);
    return instead == null && placed == null;
  }

  /** The limit for whose sake a statement failed; null: it failed by itself. */
  private static @Nullable Excess excess(Operation operation, ServerMessage error) {
    if (error.endsConnection()) {
      return null;
    }
    return operation.cut != null
        ? operation.cut
        : error.sqlState().equals("57014") ? operation.late : null;
  }

  private boolean ready(byte transaction) {
    Operation ending = pipeline.current();
    Excess cut = ending == null || ending.kind != Kind.QUERY ? null : ending.cut;
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
    if (operation.question != null) {
      return operation.question.isTold();
    }
    if (cut != null) {
      if (transaction == 'T' && pipeline.isEmpty()) {
        failNow(Kind.QUERY, cut);
        return false;
      }
      tell(cut.afterTheEnd());
    }
    return !operation.readyFollows;
  }

  /** Tells the client something before the message that is looked at. */
  private void tell(ServerMessage message) {
    staged.bytes(buffer, start, position - start);
    start = position;
    message.write(staged);
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
            && verdict.decision() instanceof Allow(var warnings, var observed, var _)
            && !(warnings.isEmpty() && observed.isEmpty())
        ? Outcome.WARNED
        : Outcome.ALLOWED;
  }
}
