package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.CString;
import dev.sluice.sidecar.postgres.Frontend;
import dev.sluice.sidecar.postgres.Int32;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.session.Operation.Kind;
import dev.sluice.sidecar.session.PreparedStatements.Prepared;
import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sidecar.statement.TextKey;
import dev.sluice.sidecar.statement.Verdict;
import dev.sluice.sidecar.wire.Loop;
import dev.sluice.sidecar.wire.Wire;
import dev.sluice.sql.postgres.SqlAnalyzer;
import java.io.IOException;
import java.util.List;

/**
 * Relays what the client sends, with one write for each read. Texts of statements are decided
 * about; all else goes on as it came. Only texts and names are ever held whole. Never waits: what
 * it cannot go on with for now it goes on with later.
 */
final class FromClient {
  private static final int HEADER = RelayBuffer.HEADER;

  private final Session session;
  private final Wire client;
  private final Wire server;
  private final Loop loop;
  private final Pipeline pipeline;
  private final PreparedStatements prepared;
  private final Admission admission;
  private final RelayBuffer buffer = new RelayBuffer(1024);
  private final LongText longText;
  private final Outbound outbound;
  private final Texts texts;
  private final Estimation estimation;
  private final ExtendedQuery extended;
  private final TextKey key = new TextKey();

  /** Whether a long text goes nowhere, since what was asked about it has failed for it. */
  private boolean dropped;

  private boolean copying;

  /** Bytes of rows since the client ended a COPY last. */
  private long copied;

  private boolean ended;

  /**
   * What a session's client sends.
   *
   * @param resume is called in the loop when {@link #resume} is to be called
   */
  FromClient(Session session, Wire client, Wire server, Hub hub, Runnable resume) {
    this.session = session;
    this.client = client;
    this.server = server;
    this.loop = hub.loop();
    this.pipeline = session.pipeline();
    this.prepared = session.prepared();
    this.admission = session.admission();
    this.longText = new LongText(hub.longTexts(), loop, resume);
    this.outbound = new Outbound(session, buffer, server, loop);
    this.texts = new Texts(session, outbound, resume);
    this.estimation = new Estimation(session, buffer, outbound, texts);
    this.extended = new ExtendedQuery(session, buffer, outbound, texts, estimation);
  }

  /**
   * Takes what the client has sent, which {@link #send} relays.
   *
   * @return whether more may come
   */
  boolean receive() throws IOException {
    byte[] text = longText.bytes();
    int count = text == null ? buffer.read(client, loop.buffers()) : longText.read(text, client);
    if (count < 0) {
      return false;
    }
    outbound.received();
    return resume();
  }

  /**
   * Goes on with what was taken, which {@link #send} relays.
   *
   * @return whether more may come; if not, all was sent
   */
  boolean resume() throws IOException {
    texts.renewTerms();
    scan();
    return !ended || send();
  }

  /**
   * Relays what is to be relayed of what was taken, before more is taken.
   *
   * @return whether more may come
   */
  boolean send() throws IOException {
    outbound.flush();
    while (pipeline.isEmpty() && isReleased()) {
      // The server skips what was sent, so nothing will be answered.
      scan();
      outbound.flush();
    }
    buffer.compact();
    return !ended;
  }

  /** Whether it cannot go on before something else has happened. */
  boolean waits() {
    return texts.isThinking() || longText.isWaiting() || outbound.isAwaiting();
  }

  /** Whether it has waited for an answer that is there. */
  boolean isReleased() {
    return outbound.isReleased();
  }

  /** The server has taken all that it was sent. */
  void sent() {
    longText.sent();
  }

  /** Ends what it has waited for too long. */
  void keepWithin(long now) {
    longText.keepWithin(now);
  }

  /** Nothing more comes, or is wanted. */
  void end() {
    ended = true;
    outbound.end();
    longText.end();
  }

  private void scan() throws IOException {
    while (!ended && !waits()) {
      if (buffer.isPassing()) {
        buffer.passOn();
        if (buffer.isPassing() || waits()) {
          return;
        }
      }
      if (buffer.isDropping()) {
        buffer.leaveOut();
        if (buffer.isDropping()) {
          return;
        }
      }
      byte[] text = longText.bytes();
      if (text != null) {
        if (!longText.isWhole(text) || !isDecidable(text, 0, text.length)) {
          return;
        }
        whole(text);
        continue;
      }
      int available = buffer.available();
      if (available < HEADER) {
        return;
      }
      byte[] bytes = buffer.bytes();
      int position = buffer.position();
      byte type = bytes[position];
      int length = Int32.read(bytes, position + 1);
      if (length < 4 || length > Frontend.maximumLength(type)) {
        throw new ProtocolException(
            "a message of type %d and %d bytes".formatted(type, Integer.toUnsignedLong(length)));
      }
      int total = length + 1;
      if (type == Frontend.COPY_DATA) {
        if (!copying) {
          copying = true;
          outbound.add(Operation.COPY_DATA);
        }
        copied += total;
        buffer.pass(total);
        continue;
      }
      copying = false;
      if (session.isEnding() && begins(type)) {
        ended = true;
        return;
      }
      if (available < Math.min(total, RelayBuffer.SIZE)) {
        return;
      }
      if (total > RelayBuffer.SIZE) {
        large(type, total);
      } else if (isDecidable(bytes, position, total)) {
        message(type, bytes, position, total);
        buffer.advance(total);
      }
    }
  }

  /** Whether a message can be decided about now. */
  private boolean isDecidable(byte[] bytes, int at, int total) throws ProtocolException {
    return isKnown(bytes, at, total) && estimation.isEstimated(bytes, at, total);
  }

  /** Whether it is known what the text of a message is. */
  private boolean isKnown(byte[] bytes, int at, int total) throws ProtocolException {
    byte type = bytes[at];
    if (total <= SqlAnalyzer.SHORT_BYTES || (type != Frontend.QUERY && type != Frontend.PARSE)) {
      return true;
    }
    int text = at + HEADER;
    if (type == Frontend.PARSE) {
      text = CString.end(bytes, text, at + total) + 1;
    }
    return texts.isKnown(bytes, text, CString.end(bytes, text, at + total));
  }

  /** Whether a message begins something, rather than ending or feeding what runs. */
  private static boolean begins(byte type) {
    return switch (type) {
      case Frontend.COPY_DONE, Frontend.COPY_FAIL, Frontend.SYNC, Frontend.FLUSH -> false;
      default -> true;
    };
  }

  private void message(byte type, byte[] bytes, int at, int total) throws IOException {
    if (bytes == buffer.bytes()) {
      outbound.keepIdentity(type, at);
    }
    switch (type) {
      case Frontend.QUERY -> {
        copied = 0;
        query(bytes, at, total);
      }
      case Frontend.PARSE -> extended.parse(bytes, at, total);
      case Frontend.BIND -> extended.bind(at, at + total);
      case Frontend.EXECUTE -> {
        copied = 0;
        extended.execute(at, total);
      }
      case Frontend.DESCRIBE -> extended.describe(bytes, at, total);
      case Frontend.CLOSE -> extended.close(at, total);
      case Frontend.SYNC -> outbound.add(Operation.SYNC);
      case Frontend.FUNCTION_CALL -> {
        if (functionCall(at, total)) {
          outbound.replace(bytes, at, total);
        }
      }
      case Frontend.COPY_DONE, Frontend.COPY_FAIL -> {
        outbound.add(Operation.copyEnd(copied));
        copied = 0;
      }
      case Frontend.TERMINATE -> ended = true;
      default -> {
        // Flush: nothing answers it.
      }
    }
  }

  /** A message that the buffer does not hold: a text is read whole if it may, all else goes on. */
  private void large(byte type, int total) throws IOException {
    int position = buffer.position();
    switch (type) {
      case Frontend.QUERY, Frontend.PARSE -> {
        switch (longText.take(total)) {
          case TAKEN -> {
            outbound.keepIdentity(type, position);
            outbound.flush();
            longText.hold(total, buffer);
          }
          case NONE -> {
            outbound.keepIdentity(type, position);
            unread(type, position, total);
          }
          case AWAITED -> {
            // It goes on when there is room.
          }
        }
      }
      case Frontend.BIND -> {
        outbound.keepIdentity(type, position);
        extended.bind(position, buffer.limit());
        buffer.pass(total);
      }
      case Frontend.FUNCTION_CALL -> {
        outbound.keepIdentity(type, position);
        if (functionCall(position, total)) {
          buffer.drop(total);
        } else {
          buffer.pass(total);
        }
      }
      default ->
          throw new ProtocolException("a message of type %d that is too long".formatted(type));
    }
  }

  private void whole(byte[] text) throws IOException {
    longText.release();
    try {
      message(text[0], text, 0, text.length);
      if (!dropped) {
        outbound.stageAll(text, 0, text.length);
      }
      outbound.flush();
    } finally {
      dropped = false;
      texts.forget();
      extended.forget();
      longText.give(text, !server.isBlocked());
    }
  }

  /** A text that is too long to be read. */
  private void unread(byte type, int at, int total) throws IOException {
    Verdict verdict = texts.estimated(texts.judged(texts.terms().unread(total)), null);
    Kind kind = type == Frontend.QUERY ? Kind.QUERY : Kind.PARSE;
    Operation operation = outbound.operation(kind, verdict);
    if (kind == Kind.PARSE) {
      int name = at + HEADER;
      key.at(buffer.bytes(), name, CString.end(buffer.bytes(), name, buffer.limit()) - name);
      operation.changes = List.of(prepared.prepare(key, new Prepared(verdict, new byte[] {0, 0})));
    } else {
      operation.certainChanges = prepared.dropUnnamed();
    }
    outbound.add(operation);
    Refusal refusal =
        kind == Kind.QUERY ? admission.admit(operation, verdict) : admission.denied(verdict);
    operation.refusal = refusal;
    if (refusal != null) {
      buffer.stage(at);
      Substitutes.refusal(outbound.staged(), type, refusal.marker());
      buffer.drop(total);
    } else {
      if (kind == Kind.QUERY) {
        runs(operation, verdict);
      }
      buffer.pass(total);
    }
  }

  /** Takes note of what is sent to run at once. */
  private void runs(Operation operation, Verdict verdict) {
    texts.runs(operation, verdict.effects());
    operation.refusable = texts.terms().refusesData();
    if (operation.mayBeCut()) {
      outbound.awaitAnswer();
    }
  }

  private void query(byte[] bytes, int at, int total) throws IOException {
    int text = at + HEADER;
    int end = CString.end(bytes, text, at + total);
    if (end != at + total - 1) {
      throw new ProtocolException("a query that does not end where its message ends");
    }
    if (estimation.isTold()) {
      estimation.forget();
      texts.forget();
      dropped = bytes != buffer.bytes();
      outbound.replace(bytes, at, total);
      return;
    }
    ServerMessage error = estimation.error();
    Verdict verdict = texts.estimated(texts.verdict(bytes, text, end), estimation.take());
    Operation operation = outbound.operation(Kind.QUERY, verdict);
    operation.certainChanges = prepared.dropUnnamed();
    outbound.add(operation);
    Refusal refusal = admission.admit(operation, verdict);
    if (refusal != null && error != null) {
      refusal = refusal.withAnswer(error);
    }
    operation.refusal = refusal;
    if (refusal != null) {
      outbound.replace(bytes, at, total);
      Substitutes.refusal(outbound.staged(), Frontend.QUERY, refusal.marker());
      return;
    }
    runs(operation, verdict);
    byte[] rewritten = verdict.rewritten();
    if (rewritten != null) {
      outbound.replace(bytes, at, total);
      outbound.staged().begin(Frontend.QUERY).bytes(rewritten).int8((byte) 0).end();
    }
    if (verdict.endsIdentity()) {
      outbound.stageAll(bytes, at, total);
      operation.readyFollows = true;
      outbound.add(Substitutes.restoring(Kind.QUERY));
      outbound.staged().begin(Frontend.QUERY).text(session.identityStatement()).end();
    }
  }

  /**
   * Reads a call of a function; whether it is refused, and a text that fails is to be sent instead.
   */
  private boolean functionCall(int at, int total) throws IOException {
    if (total < HEADER + 4) {
      throw new ProtocolException("a function call without a function");
    }
    byte[] bytes = buffer.bytes();
    Terms terms = texts.terms();
    Verdict verdict =
        texts.estimated(texts.judged(terms.functionCall(Int32.read(bytes, at + HEADER))), null);
    Operation operation = outbound.operation(Kind.FUNCTION_CALL, verdict);
    operation.parameters =
        terms
            .parameters()
            .read(
                bytes,
                at + HEADER + 4,
                Math.min(at + total, buffer.limit()),
                session.dialect().charset(),
                verdict.evidence().getFirst().withheld()::holds);
    outbound.add(operation);
    Refusal refusal = admission.admit(operation, verdict);
    operation.refusal = refusal;
    if (refusal == null) {
      texts.runs(operation, verdict.effects());
      return false;
    }
    buffer.stage(at);
    Substitutes.refusal(outbound.staged(), Frontend.QUERY, refusal.marker());
    return true;
  }
}
