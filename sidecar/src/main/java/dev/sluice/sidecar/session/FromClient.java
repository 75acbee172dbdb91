package dev.sluice.sidecar.session;

import dev.sluice.policy.statement.Decision;
import dev.sluice.policy.statement.Decision.Deny;
import dev.sluice.sidecar.postgres.Frontend;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.session.Operation.Kind;
import dev.sluice.sidecar.session.PreparedStatements.Prepared;
import dev.sluice.sidecar.statement.LongTexts;
import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sidecar.statement.TextKey;
import dev.sluice.sidecar.statement.Verdict;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Relays what the client sends. Texts of statements are decided about; all else goes on as it came,
 * from the buffer that it was read into, with one write for each read. Only texts and names are
 * ever held whole.
 */
final class FromClient {
  /** Holds any message that has names only, and nearly all texts. */
  private static final int BUFFER = 16 * 1024;

  private static final int HEADER = 5;

  private final Session session;
  private final InputStream in;
  private final OutputStream server;
  private final Pipeline pipeline;
  private final PreparedStatements prepared;
  private final byte[] buffer = new byte[BUFFER];
  private final MessageBuilder staged = new MessageBuilder(1024);
  private final List<Operation> operations = new ArrayList<>();
  private final TextKey key = new TextKey();
  private final TextKey secondKey = new TextKey();

  /**
   * Bytes from {@code start} to {@code position} are to be sent; those up to {@code limit} are
   * read.
   */
  private int start;

  private int position;
  private int limit;

  /** Bytes of the message at {@code position} that go on unseen. */
  private long unseen;

  private boolean copying;
  private boolean ended;
  private long received;
  private Terms terms;

  FromClient(Session session, InputStream in, OutputStream server) {
    this.session = session;
    this.in = in;
    this.server = server;
    this.pipeline = session.pipeline();
    this.prepared = session.prepared();
    this.terms = session.terms();
  }

  /** Relays until the client ends. */
  void run() throws IOException, InterruptedException {
    while (!ended) {
      int count = in.read(buffer, limit, buffer.length - limit);
      if (count < 0) {
        return;
      }
      limit += count;
      received = System.nanoTime();
      terms = session.terms();
      scan();
      flush();
      System.arraycopy(buffer, position, buffer, 0, limit - position);
      limit -= position;
      position = 0;
      start = 0;
    }
  }

  private void scan() throws IOException, InterruptedException {
    while (!ended) {
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
      int length = ByteBuffer.wrap(buffer).getInt(position + 1);
      if (length < 4 || length > Frontend.maximumLength(type)) {
        throw new ProtocolException(
            "a message of type %d and %d bytes".formatted(type, Integer.toUnsignedLong(length)));
      }
      int total = length + 1;
      if (type == Frontend.COPY_DATA) {
        if (!copying) {
          copying = true;
          operations.add(Operation.COPY_DATA);
        }
        unseen = total;
        continue;
      }
      copying = false;
      if (session.isEnding() && begins(type)) {
        ended = true;
        return;
      }
      if (limit - position < Math.min(total, buffer.length)) {
        return;
      }
      if (total <= buffer.length) {
        message(type, buffer, position, total);
        position += total;
      } else {
        large(type, total);
      }
    }
  }

  /** Whether a message begins something, rather than ending or feeding what runs. */
  private static boolean begins(byte type) {
    return switch (type) {
      case Frontend.COPY_DONE, Frontend.COPY_FAIL, Frontend.SYNC, Frontend.FLUSH -> false;
      default -> true;
    };
  }

  /** Reads what the client still has to say, without obeying, until it closes. */
  void discard() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }

  private void message(byte type, byte[] bytes, int at, int total) throws IOException {
    switch (type) {
      case Frontend.QUERY -> query(bytes, at, total);
      case Frontend.PARSE -> parse(bytes, at, total);
      case Frontend.BIND -> bind(at, at + total);
      case Frontend.EXECUTE -> execute(at, total);
      case Frontend.DESCRIBE -> operations.add(Operation.DESCRIBE);
      case Frontend.CLOSE -> close(at, total);
      case Frontend.SYNC -> operations.add(Operation.SYNC);
      case Frontend.FUNCTION_CALL -> {
        if (functionCall(at, total)) {
          replace(bytes, at, total);
        }
      }
      case Frontend.COPY_DONE, Frontend.COPY_FAIL -> operations.add(Operation.COPY_END);
      case Frontend.TERMINATE -> ended = true;
      default -> {
        // Flush: nothing answers it.
      }
    }
  }

  /** A message that the buffer does not hold: a text is read whole if it may, all else goes on. */
  private void large(byte type, int total) throws IOException, InterruptedException {
    switch (type) {
      case Frontend.QUERY, Frontend.PARSE -> {
        flush();
        if (LongTexts.take(total)) {
          try {
            whole(type, total);
            flush();
          } finally {
            LongTexts.give(total);
          }
        } else {
          unread(type, total);
        }
      }
      case Frontend.BIND -> {
        bind(position, position + buffer.length);
        unseen = total;
      }
      case Frontend.FUNCTION_CALL -> {
        if (functionCall(position, total)) {
          in.skipNBytes(total - (limit - position));
          position = limit;
          start = limit;
        } else {
          unseen = total;
        }
      }
      default ->
          throw new ProtocolException("a message of type %d that is too long".formatted(type));
    }
  }

  private void whole(byte type, int total) throws IOException {
    byte[] whole = new byte[total];
    int there = limit - position;
    System.arraycopy(buffer, position, whole, 0, there);
    if (in.readNBytes(whole, there, total - there) < total - there) {
      throw new EOFException("the client went away within a message");
    }
    position = limit;
    start = position;
    message(type, whole, 0, total);
    if (staged.size() == 0) {
      staged.bytes(whole);
    }
  }

  private void unread(byte type, int total) throws IOException {
    Verdict verdict = terms.unread(total);
    Kind kind = type == Frontend.QUERY ? Kind.QUERY : Kind.PARSE;
    Operation operation = new Operation(kind, verdict, received);
    if (kind == Kind.PARSE) {
      int nameEnd = end(buffer, position + HEADER, limit);
      key.at(buffer, position + HEADER, nameEnd - position - HEADER);
      operation.change = prepared.prepare(key, new Prepared(verdict, new byte[] {0, 0}));
    }
    operations.add(operation);
    if (verdict.decision() instanceof Deny(Decision.Finding finding)) {
      operation.refusal = session.refusal(finding);
      in.skipNBytes(total - (limit - position));
      position = limit;
      start = position;
      substitute(type, operation.refusal.marker());
    } else {
      unseen = total;
    }
  }

  private void query(byte[] bytes, int at, int total) throws IOException {
    int text = at + HEADER;
    int end = end(bytes, text, at + total);
    if (end != at + total - 1) {
      throw new ProtocolException("a query that does not end where its message ends");
    }
    prepared.dropUnnamed();
    Verdict verdict = verdict(bytes, text, end);
    Operation operation = new Operation(Kind.QUERY, verdict, received);
    operations.add(operation);
    if (verdict.decision() instanceof Deny(Decision.Finding finding)) {
      operation.refusal = session.refusal(finding);
      replace(bytes, at, total);
      substitute(Frontend.QUERY, operation.refusal.marker());
      return;
    }
    byte[] rewritten = verdict.rewritten();
    if (rewritten != null) {
      replace(bytes, at, total);
      staged.begin(Frontend.QUERY).bytes(rewritten).int8((byte) 0).end();
    }
    if (verdict.endsIdentity()) {
      stageAll(bytes, at, total);
      operation.readyFollows = true;
      Operation own = new Operation(Kind.QUERY, null, 0);
      own.own = true;
      operations.add(own);
      staged.begin(Frontend.QUERY).text(session.identityStatement()).end();
    }
  }

  private void parse(byte[] bytes, int at, int total) throws IOException {
    int name = at + HEADER;
    int nameEnd = end(bytes, name, at + total);
    int text = nameEnd + 1;
    int textEnd = end(bytes, text, at + total);
    Verdict verdict = verdict(bytes, text, textEnd);
    byte[] types = Arrays.copyOfRange(bytes, textEnd + 1, at + total);
    Operation operation = new Operation(Kind.PARSE, verdict, received);
    operations.add(operation);
    if (verdict.decision() instanceof Deny(Decision.Finding finding)) {
      operation.refusal = session.refusal(finding);
      replace(bytes, at, total);
      substitute(Frontend.PARSE, operation.refusal.marker());
      return;
    }
    operation.change =
        prepared.prepare(key.at(bytes, name, nameEnd - name), new Prepared(verdict, types));
    if (verdict.rewritten() != null) {
      replace(bytes, at, total);
      stageParse(bytes, name, nameEnd - name, verdict, types);
    }
  }

  private void bind(int at, int end) throws IOException {
    int portal = at + HEADER;
    int portalEnd = end(buffer, portal, end);
    int name = portalEnd + 1;
    int nameEnd = end(buffer, name, end);
    Prepared known = prepared.statement(key.at(buffer, name, nameEnd - name));
    if (known != null && known.verdict().terms() != terms) {
      known = renewed(known, at, name, nameEnd);
    }
    prepared.bind(secondKey.at(buffer, portal, portalEnd - portal), known);
    operations.add(new Operation(Kind.BIND, known == null ? null : known.verdict(), received));
  }

  /**
   * Decides anew about a statement that was prepared under older terms. Where the text to send
   * differs now, or names may mean something else, it is prepared again in silence; where it would
   * show other columns, the client has to do so; where it is refused, the Bind message fails.
   */
  private Prepared renewed(Prepared older, int at, int name, int nameEnd) throws IOException {
    Terms before = older.verdict().terms();
    Verdict verdict = terms.verdict(older.verdict(), session.dialect());
    Refusal refusal = null;
    if (verdict.decision() instanceof Deny(Decision.Finding finding)) {
      refusal = session.refusal(finding);
    } else if (!terms.showsSame(verdict, before)) {
      refusal = session.staleness();
    }
    if (refusal != null) {
      // In place of the statement's name; a Bind message to a statement that is not there fails.
      stage(at);
      Operation operation = new Operation(Kind.PARSE, verdict, received);
      operation.refusal = refusal;
      operations.add(operation);
      substitute(Frontend.PARSE, refusal.marker());
      return older;
    }
    Prepared again = new Prepared(verdict, older.parameterTypes());
    key.at(buffer, name, nameEnd - name);
    if (!verdict.isUnread() && !terms.resolvesAs(before)) {
      stage(at);
      Operation close = new Operation(Kind.CLOSE, null, 0);
      close.own = true;
      Operation parse = new Operation(Kind.PARSE, null, 0);
      parse.own = true;
      operations.add(close);
      operations.add(parse);
      staged.begin(Frontend.CLOSE).int8((byte) 'S').bytes(buffer, name, nameEnd - name);
      staged.int8((byte) 0).end();
      stageParse(buffer, name, nameEnd - name, verdict, older.parameterTypes());
      parse.change = prepared.prepare(key, again);
    } else {
      prepared.prepare(key, again);
    }
    return again;
  }

  private void execute(int at, int total) throws IOException {
    int portal = at + HEADER;
    int end = end(buffer, portal, at + total);
    if (end + 5 != at + total) {
      throw new ProtocolException("a message to execute that does not end where it should");
    }
    Prepared known = prepared.portal(key.at(buffer, portal, end - portal));
    Verdict verdict = known == null ? null : known.verdict();
    if (verdict != null && verdict.terms() != terms) {
      verdict = terms.verdict(verdict, session.dialect());
      if (verdict.decision() instanceof Deny(Decision.Finding finding)) {
        Operation operation = new Operation(Kind.EXECUTE, verdict, received);
        operation.refusal = session.refusal(finding);
        operations.add(operation);
        replace(buffer, at, total);
        staged.begin(Frontend.EXECUTE).text(operation.refusal.marker()).int32(0).end();
        return;
      }
    }
    Operation operation = new Operation(Kind.EXECUTE, verdict, received);
    operation.rowLimit = ByteBuffer.wrap(buffer).getInt(end + 1);
    operations.add(operation);
    if (verdict != null && verdict.endsIdentity()) {
      stageAll(buffer, at, total);
      stageIdentity();
    }
  }

  private void close(int at, int total) throws IOException {
    int name = at + HEADER + 1;
    int end = end(buffer, Math.min(name, at + total), at + total);
    key.at(buffer, name, end - name);
    if (buffer[at + HEADER] == 'S') {
      prepared.closeStatement(key);
    } else {
      prepared.closePortal(key);
    }
    operations.add(Operation.CLOSE);
  }

  /**
   * Reads a call of a function; whether it is refused, and a text that fails is to be sent instead.
   */
  private boolean functionCall(int at, int total) throws IOException {
    if (total < HEADER + 4) {
      throw new ProtocolException("a function call without a function");
    }
    Verdict verdict = terms.functionCall(ByteBuffer.wrap(buffer).getInt(at + HEADER));
    Operation operation = new Operation(Kind.FUNCTION_CALL, verdict, received);
    operations.add(operation);
    if (!(verdict.decision() instanceof Deny(Decision.Finding finding))) {
      return false;
    }
    operation.refusal = session.refusal(finding);
    stage(at);
    substitute(Frontend.QUERY, operation.refusal.marker());
    return true;
  }

  private Verdict verdict(byte[] bytes, int text, int end) {
    return terms.verdict(key.at(bytes, text, end - text), bytes, text, session.dialect());
  }

  /** Stages what stands before a message in the buffer. */
  private void stage(int at) {
    staged.bytes(buffer, start, at - start);
    start = at;
  }

  /** Stages what stands before a message, which itself is not sent. */
  private void replace(byte[] bytes, int at, int total) {
    if (bytes == buffer) {
      stage(at);
      start = at + total;
    }
  }

  /** Stages a message that was not replaced, so that something can follow it. */
  private void stageAll(byte[] bytes, int at, int total) {
    if (bytes != buffer) {
      if (staged.size() == 0) {
        staged.bytes(bytes, at, total);
      }
    } else if (start <= at) {
      staged.bytes(buffer, start, at + total - start);
      start = at + total;
    }
  }

  private void stageParse(byte[] bytes, int name, int length, Verdict verdict, byte[] types) {
    byte[] rewritten = verdict.rewritten();
    staged.begin(Frontend.PARSE).bytes(bytes, name, length).int8((byte) 0);
    staged.bytes(rewritten == null ? verdict.text().bytes() : rewritten).int8((byte) 0);
    staged.bytes(types).end();
  }

  private void substitute(byte type, String marker) {
    staged.begin(type);
    if (type == Frontend.PARSE) {
      // A name of its own: what has no name stays what it was.
      staged.text(marker);
    }
    staged.text(marker);
    if (type == Frontend.PARSE) {
      staged.int16(0);
    }
    staged.end();
  }

  /** Gives the session its role back, in silence, after a statement that took it away. */
  private void stageIdentity() {
    String name = "sluice_identity";
    staged.begin(Frontend.PARSE).text(name).text(session.identityStatement()).int16(0).end();
    staged.begin(Frontend.BIND).text(name).text(name).int16(0).int16(0).int16(0).end();
    staged.begin(Frontend.EXECUTE).text(name).int32(0).end();
    staged.begin(Frontend.CLOSE).int8((byte) 'S').text(name).end();
    for (Kind kind : List.of(Kind.PARSE, Kind.BIND, Kind.EXECUTE, Kind.CLOSE)) {
      Operation own = new Operation(kind, null, 0);
      own.own = true;
      operations.add(own);
    }
  }

  private void flush() throws IOException, InterruptedException {
    if (!operations.isEmpty()) {
      pipeline.add(operations);
      operations.clear();
    }
    int length = Math.max(0, position - start);
    if (staged.size() > 0) {
      staged.bytes(buffer, start, length);
      server.write(staged.array(), 0, staged.size());
      staged.clear();
    } else if (length > 0) {
      server.write(buffer, start, length);
    }
    start = position;
    pipeline.awaitRoom();
  }

  private static int end(byte[] bytes, int from, int to) throws ProtocolException {
    for (int index = from; index < to; index++) {
      if (bytes[index] == 0) {
        return index;
      }
    }
    throw new ProtocolException("a text that does not end within its message");
  }
}
