package dev.sluice.sidecar.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.policy.event.Parameter;
import dev.sluice.policy.event.ParameterReader;
import dev.sluice.policy.statement.Decision;
import dev.sluice.policy.statement.Decision.Allow;
import dev.sluice.policy.statement.Decision.Deny;
import dev.sluice.policy.statement.Decision.Estimate;
import dev.sluice.policy.statement.Estimates;
import dev.sluice.policy.statement.Limits;
import dev.sluice.sidecar.postgres.Frontend;
import dev.sluice.sidecar.postgres.Int32;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.session.Operation.Kind;
import dev.sluice.sidecar.session.PreparedStatements.Change;
import dev.sluice.sidecar.session.PreparedStatements.Prepared;
import dev.sluice.sidecar.statement.Dialect;
import dev.sluice.sidecar.statement.Evidence;
import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sidecar.statement.TextKey;
import dev.sluice.sidecar.statement.Thought;
import dev.sluice.sidecar.statement.Verdict;
import dev.sluice.sidecar.statement.WithheldParameters;
import dev.sluice.sidecar.wire.Loop;
import dev.sluice.sidecar.wire.Wire;
import dev.sluice.sql.postgres.SqlAnalyzer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Relays what the client sends. Texts of statements are decided about; all else goes on as it came,
 * from the buffer that it was read into, with one write for each read. Only texts and names are
 * ever held whole. Never waits: what it cannot go on with for now it goes on with later.
 */
final class FromClient {
  /** Holds any message that has names only, and nearly all texts. */
  private static final int BUFFER = 16 * 1024;

  /** Bytes that are read at once until more are there, which are enough for most sessions. */
  private static final int FIRST_BUFFER = 2 * 1024;

  private static final int HEADER = 5;

  /** For how long it is waited for room for a long text, in nanoseconds. */
  private static final long MAXIMUM_WAIT = 10_000_000_000L;

  private final Session session;
  private final Wire client;
  private final Wire server;
  private final Loop loop;
  private final LongTexts longTexts;
  private final Runnable resume;
  private final Pipeline pipeline;
  private final PreparedStatements prepared;
  private final Texts texts;
  private byte[] buffer = new byte[FIRST_BUFFER];
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

  /** Bytes of it that go nowhere. */
  private long unwanted;

  /** A long text that is read whole, with how much of it is there; null: none is. */
  private byte @Nullable [] whole;

  private int wholeLimit;

  /** What is waited for to hold a long text; null: nothing. */
  private LongTexts.@Nullable Waiting waiting;

  private long waitingSince;

  /** Room that was taken for the text that comes next, in bytes. */
  private int room;

  /** Whether there was none for it in time. */
  private boolean roomless;

  /** What a long text turned out to be that was waited for; null: nothing. */
  private @Nullable Thought thought;

  /** Whether it is waited for what a long text is. */
  private boolean thinking;

  /**
   * Whether it is waited for the answer to what was sent last, since its rows are counted. Where
   * they are too many it has to fail, and what would follow it is not to have run.
   */
  private boolean awaiting;

  /** What was asked about the message that comes next; null: nothing. */
  private @Nullable Question question;

  /** Whether a long text goes nowhere, since what was asked about it has failed for it. */
  private boolean dropped;

  private boolean copying;

  /** Bytes of rows since the client ended a COPY last. */
  private long copied;

  /** Whether a message would be the first after a Sync, or after a query. */
  private boolean between = true;

  private boolean ended;
  private long received;
  private Terms terms;

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
    this.longTexts = hub.longTexts();
    this.resume = resume;
    this.pipeline = session.pipeline();
    this.prepared = session.prepared();
    this.texts = new Texts(session);
    this.terms = session.terms();
  }

  /**
   * Takes what the client has sent, and relays it.
   *
   * @return whether more may come
   */
  boolean receive() throws IOException {
    byte[] text = whole;
    int count =
        text == null
            ? client.read(buffer, limit, buffer.length - limit, loop.buffers())
            : client.read(text, wholeLimit, text.length - wholeLimit, loop.buffers());
    if (count < 0) {
      return false;
    }
    received = System.nanoTime();
    if (text == null) {
      limit += count;
    } else {
      wholeLimit += count;
    }
    return resume();
  }

  /**
   * Goes on with what was taken.
   *
   * @return whether more may come
   */
  boolean resume() throws IOException {
    terms = session.terms();
    scan();
    flush();
    while (pipeline.isEmpty() && isReleased()) {
      // The server skips what was sent, so nothing will be answered.
      scan();
      flush();
    }
    boolean small = limit == buffer.length && limit < BUFFER;
    byte[] next = small ? new byte[BUFFER] : buffer;
    System.arraycopy(buffer, position, next, 0, limit - position);
    buffer = next;
    limit -= position;
    position = 0;
    start = 0;
    return !ended;
  }

  /** Whether it cannot go on before something else has happened. */
  boolean waits() {
    return thinking || waiting != null || isAwaiting();
  }

  /** Whether it has waited for an answer that is there. */
  boolean isReleased() {
    if (!awaiting || isAwaiting()) {
      return false;
    }
    awaiting = !pipeline.isEmpty();
    return true;
  }

  /** Rows that the client is asked for are part of the answer; a message is brought to its end. */
  private boolean isAwaiting() {
    if (!awaiting || unseen > 0) {
      return false;
    }
    Operation current = pipeline.current();
    return current == null ? session.isCancelling() || !operations.isEmpty() : !current.copiesIn;
  }

  /** What waits for room for too long goes on without, so that no session depends on another. */
  void keepWithin(long now) {
    LongTexts.Waiting waited = waiting;
    if (waited != null && now - waitingSince >= MAXIMUM_WAIT) {
      waiting = null;
      roomless = true;
      longTexts.leave(waited);
      resume.run();
    }
  }

  /** Nothing more comes, or is wanted. */
  void end() {
    ended = true;
    awaiting = false;
    operations.forEach(Operation::leave);
    operations.clear();
    LongTexts.Waiting waited = waiting;
    waiting = null;
    byte[] text = whole;
    whole = null;
    if (waited != null) {
      longTexts.leave(waited);
    }
    if (text != null) {
      longTexts.give(text.length);
    } else if (room > 0) {
      longTexts.give(room);
      room = 0;
    }
  }

  private void scan() throws IOException {
    while (!ended && !waits()) {
      if (unseen > 0) {
        int now = (int) Math.min(unseen, limit - position);
        position += now;
        unseen -= now;
        if (unseen > 0 || waits()) {
          return;
        }
      }
      if (unwanted > 0) {
        stage(position);
        int now = (int) Math.min(unwanted, limit - position);
        position += now;
        start = position;
        unwanted -= now;
        if (unwanted > 0) {
          return;
        }
      }
      byte[] text = whole;
      if (text != null) {
        if (wholeLimit < text.length
            || !isKnown(text, 0, text.length)
            || !isEstimated(text, 0, text.length)) {
          return;
        }
        whole(text);
        continue;
      }
      if (limit - position < HEADER) {
        return;
      }
      byte type = buffer[position];
      int length = Int32.read(buffer, position + 1);
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
        copied += total;
        unseen = total;
        continue;
      }
      copying = false;
      if (session.isEnding() && begins(type)) {
        ended = true;
        return;
      }
      if (limit - position < Math.min(total, BUFFER)) {
        return;
      }
      if (total > BUFFER) {
        large(type, total);
      } else if (isKnown(buffer, position, total) && isEstimated(buffer, position, total)) {
        message(type, buffer, position, total);
        position += total;
      }
    }
  }

  /**
   * Whether a message can be decided about now, rather than when it is known what its text is: that
   * takes time which the other sessions do not have.
   */
  private boolean isKnown(byte[] bytes, int at, int total) throws ProtocolException {
    byte type = bytes[at];
    if (total <= SqlAnalyzer.SHORT_BYTES || (type != Frontend.QUERY && type != Frontend.PARSE)) {
      return true;
    }
    int text = at + HEADER;
    if (type == Frontend.PARSE) {
      text = end(bytes, text, at + total) + 1;
    }
    key.at(bytes, text, end(bytes, text, at + total) - text);
    Dialect dialect = texts.dialect(isQuiet());
    Thought known = thought;
    if (!terms.isToughToDecide(key, dialect)
        || (known != null && known.isOf(terms, key, dialect))) {
      return true;
    }
    thinking = true;
    TextKey copy = key.copy();
    session.think(
        terms,
        copy,
        dialect,
        found -> {
          thinking = false;
          thought = found;
          resume.run();
        });
    return false;
  }

  /**
   * Whether a message can be decided about now, rather than when the server has told how many rows
   * it expects its statements to change. It is asked when it has nothing else to do, in the place
   * where the message is to come.
   */
  private boolean isEstimated(byte[] bytes, int at, int total) throws ProtocolException {
    byte type = bytes[at];
    if (!terms.estimates()
        || question != null
        || pipeline.isSkipping()
        || (type != Frontend.QUERY && type != Frontend.BIND)) {
      return true;
    }
    Operation current = pipeline.current();
    if (current != null && current.copiesIn) {
      // The server takes it for the end of the rows.
      return true;
    }
    if (type == Frontend.QUERY ? !wantsEstimate(bytes, at, total) : wanted(at, total) == null) {
      return true;
    }
    if (bytes == buffer) {
      stage(at);
    }
    awaiting = true;
    if (!isQuiet()) {
      staged.begin(Frontend.FLUSH).end();
      return false;
    }
    if (bytes == buffer) {
      keepIdentity(type, at);
    }
    if (type == Frontend.QUERY) {
      ask(bytes, at, total);
    } else {
      askBound(at, total);
    }
    return question == null;
  }

  private Verdict queryVerdict(byte[] bytes, int at, int total) throws ProtocolException {
    int text = at + HEADER;
    key.at(bytes, text, end(bytes, text, at + total) - text);
    return texts.verdict(terms, key, bytes, text, thought, isQuiet());
  }

  private boolean wantsEstimate(byte[] bytes, int at, int total) throws ProtocolException {
    return queryVerdict(bytes, at, total).decision() instanceof Estimate;
  }

  private void ask(byte[] bytes, int at, int total) throws ProtocolException {
    Verdict verdict = queryVerdict(bytes, at, total);
    if (verdict.decision() instanceof Estimate(List<Integer> places)) {
      byte[] rewritten = verdict.rewritten();
      byte[] sent =
          rewritten == null ? Arrays.copyOfRange(bytes, at + HEADER, at + total - 1) : rewritten;
      question = Question.of(verdict, received, places, sent);
      if (question != null) {
        Operation operation = Substitutes.question(staged, question);
        operation.certainChanges = prepared.dropUnnamed();
        operations.add(operation);
      }
    }
  }

  /** What a Bind message binds to, as it is decided about now, where that is to be asked about. */
  private @Nullable Verdict wanted(int at, int total) throws ProtocolException {
    int name = end(buffer, at + HEADER, at + total) + 1;
    Prepared known = prepared.statement(key.at(buffer, name, end(buffer, name, at + total) - name));
    if (known == null) {
      return null;
    }
    Verdict verdict =
        isCurrent(known.verdict())
            ? texts.judged(terms, known.verdict())
            : texts.again(terms, known.verdict(), isQuiet());
    return verdict.decision() instanceof Estimate && verdict.text().length() > 0 ? verdict : null;
  }

  private void askBound(int at, int total) throws ProtocolException {
    Verdict verdict = wanted(at, total);
    int name = end(buffer, at + HEADER, at + total) + 1;
    int values = end(buffer, name, at + total) + 1;
    Prepared known = prepared.statement(key.at(buffer, name, values - 1 - name));
    int valuesEnd = valuesEnd(values, at + total);
    if (verdict == null
        || known == null
        || valuesEnd < 0
        || !(verdict.decision() instanceof Estimate(List<Integer> places))) {
      return;
    }
    byte[] rewritten = verdict.rewritten();
    question =
        Question.of(
            verdict, received, places, rewritten == null ? verdict.text().bytes() : rewritten);
    if (question != null) {
      operations.addAll(
          Substitutes.question(
              staged, question, known.parameterTypes(), buffer, values, valuesEnd - values));
    }
  }

  /** Where the values of a Bind message end; -1: it is not one. */
  private int valuesEnd(int from, int end) {
    ByteBuffer message = ByteBuffer.wrap(buffer, 0, end);
    if (end - from < 4) {
      return -1;
    }
    int position = from + 2 + 2 * message.getShort(from);
    if (position < from || position + 2 > end) {
      return -1;
    }
    int values = message.getShort(position) & 0xffff;
    position += 2;
    for (int value = 0; value < values; value++) {
      if (position + 4 > end) {
        return -1;
      }
      int length = message.getInt(position);
      position += 4;
      if (length > end - position) {
        return -1;
      }
      position += Math.max(0, length);
    }
    return position;
  }

  /** What was found out about the message that is read now. */
  private Estimates takeEstimates() {
    Question asked = question;
    question = null;
    return asked == null ? Estimates.NONE : asked.estimates();
  }

  /** The verdict that does not depend on what the server expects any more. */
  private Verdict estimated(Verdict verdict, @Nullable Estimates estimates) {
    return verdict.decision() instanceof Estimate
        ? texts.estimated(terms, verdict, estimates == null ? Estimates.NONE : estimates)
        : verdict;
  }

  /** Whether a message begins something, rather than ending or feeding what runs. */
  private static boolean begins(byte type) {
    return switch (type) {
      case Frontend.COPY_DONE, Frontend.COPY_FAIL, Frontend.SYNC, Frontend.FLUSH -> false;
      default -> true;
    };
  }

  private void message(byte type, byte[] bytes, int at, int total) throws IOException {
    if (bytes == buffer) {
      keepIdentity(type, at);
    }
    switch (type) {
      case Frontend.QUERY -> {
        copied = 0;
        query(bytes, at, total);
      }
      case Frontend.PARSE -> parse(bytes, at, total);
      case Frontend.BIND -> bind(at, at + total);
      case Frontend.EXECUTE -> {
        copied = 0;
        execute(at, total);
      }
      case Frontend.DESCRIBE -> operations.add(Operation.DESCRIBE);
      case Frontend.CLOSE -> close(at, total);
      case Frontend.SYNC -> operations.add(Operation.SYNC);
      case Frontend.FUNCTION_CALL -> {
        if (functionCall(at, total)) {
          replace(bytes, at, total);
        }
      }
      case Frontend.COPY_DONE, Frontend.COPY_FAIL -> {
        operations.add(Operation.copyEnd(copied));
        copied = 0;
      }
      case Frontend.TERMINATE -> ended = true;
      default -> {
        // Flush: nothing answers it.
      }
    }
  }

  /**
   * Gives the session its role back where something ran that may have taken it away, in silence,
   * before what comes next. Not within a pipeline, where it would be skipped with what fails.
   */
  private void keepIdentity(byte type, int at) {
    boolean first = between;
    switch (type) {
      case Frontend.QUERY, Frontend.FUNCTION_CALL, Frontend.SYNC -> between = true;
      case Frontend.PARSE, Frontend.BIND, Frontend.DESCRIBE, Frontend.EXECUTE, Frontend.CLOSE ->
          between = false;
      default -> {
        return;
      }
    }
    if (first && type != Frontend.SYNC && session.takeDoubt()) {
      stage(at);
      operations.addAll(Substitutes.identityBetween(staged, session.identityStatement()));
    }
  }

  /** A message that the buffer does not hold: a text is read whole if it may, all else goes on. */
  private void large(byte type, int total) throws IOException {
    switch (type) {
      case Frontend.QUERY, Frontend.PARSE -> {
        if (!LongTexts.fits(total) || roomless) {
          roomless = false;
          keepIdentity(type, position);
          unread(type, total);
        } else if (room > 0 || longTexts.take(total)) {
          room = 0;
          keepIdentity(type, position);
          hold(total);
        } else {
          await(total);
        }
      }
      case Frontend.BIND -> {
        keepIdentity(type, position);
        bind(position, position + buffer.length);
        unseen = total;
      }
      case Frontend.FUNCTION_CALL -> {
        keepIdentity(type, position);
        if (functionCall(position, total)) {
          unwanted = total;
        } else {
          unseen = total;
        }
      }
      default ->
          throw new ProtocolException("a message of type %d that is too long".formatted(type));
    }
  }

  private void await(int total) {
    LongTexts.Waiting waits =
        new LongTexts.Waiting(
            total,
            () -> {
              waiting = null;
              room = total;
              loop.execute(resume);
            });
    waiting = waits;
    waitingSince = System.nanoTime();
    longTexts.await(waits);
  }

  private void hold(int total) throws IOException {
    flush();
    byte[] text = new byte[total];
    wholeLimit = limit - position;
    System.arraycopy(buffer, position, text, 0, wholeLimit);
    whole = text;
    position = limit;
    start = position;
  }

  private void whole(byte[] text) throws IOException {
    whole = null;
    try {
      message(text[0], text, 0, text.length);
      if (staged.size() == 0 && !dropped) {
        staged.bytes(text);
      }
      flush();
    } finally {
      dropped = false;
      longTexts.give(text.length);
    }
  }

  private void unread(byte type, int total) throws IOException {
    Verdict verdict = estimated(texts.judged(terms, terms.unread(total)), null);
    Kind kind = type == Frontend.QUERY ? Kind.QUERY : Kind.PARSE;
    Operation operation = new Operation(kind, verdict, received);
    if (kind == Kind.PARSE) {
      int nameEnd = end(buffer, position + HEADER, limit);
      key.at(buffer, position + HEADER, nameEnd - position - HEADER);
      operation.changes = List.of(prepared.prepare(key, new Prepared(verdict, new byte[] {0, 0})));
    } else {
      operation.certainChanges = prepared.dropUnnamed();
    }
    operations.add(operation);
    Refusal refusal = kind == Kind.QUERY ? admitted(operation, verdict) : denied(verdict);
    operation.refusal = refusal;
    if (refusal != null) {
      stage(position);
      Substitutes.refusal(staged, type, refusal.marker());
      unwanted = total;
    } else {
      if (kind == Kind.QUERY) {
        texts.runs(operation, verdict.effects());
        awaiting |= operation.countsRows();
      }
      unseen = total;
    }
  }

  /** The refusal of what is not allowed; null: it is. */
  private @Nullable Refusal denied(Verdict verdict) {
    return verdict.decision() instanceof Deny(Decision.Finding finding)
        ? session.refusal(finding)
        : null;
  }

  /** The refusal of what may not run, or not now; null: it runs, within its limits. */
  private @Nullable Refusal admitted(Operation operation, Verdict verdict) {
    return switch (verdict.decision()) {
      case Deny(Decision.Finding finding) -> session.refusal(finding);
      case Allow(var _, var _, Limits limits) -> session.admit(operation, limits);
      case Estimate _ -> throw new IllegalStateException("it was to be asked before");
    };
  }

  private void query(byte[] bytes, int at, int total) throws IOException {
    int text = at + HEADER;
    int end = end(bytes, text, at + total);
    if (end != at + total - 1) {
      throw new ProtocolException("a query that does not end where its message ends");
    }
    if (question != null && question.isTold()) {
      question = null;
      thought = null;
      dropped = bytes != buffer;
      replace(bytes, at, total);
      return;
    }
    ServerMessage error = question == null ? null : question.error();
    Verdict verdict = estimated(verdict(bytes, text, end), takeEstimates());
    Operation operation = new Operation(Kind.QUERY, verdict, received);
    operation.certainChanges = prepared.dropUnnamed();
    operations.add(operation);
    Refusal refusal = admitted(operation, verdict);
    if (refusal != null && error != null) {
      refusal = refusal.withAnswer(error);
    }
    operation.refusal = refusal;
    if (refusal != null) {
      replace(bytes, at, total);
      Substitutes.refusal(staged, Frontend.QUERY, refusal.marker());
      return;
    }
    texts.runs(operation, verdict.effects());
    awaiting |= operation.countsRows();
    byte[] rewritten = verdict.rewritten();
    if (rewritten != null) {
      replace(bytes, at, total);
      staged.begin(Frontend.QUERY).bytes(rewritten).int8((byte) 0).end();
    }
    if (verdict.endsIdentity()) {
      stageAll(bytes, at, total);
      operation.readyFollows = true;
      operations.add(Substitutes.restoring(Kind.QUERY));
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
      Substitutes.refusal(staged, Frontend.PARSE, operation.refusal.marker());
      return;
    }
    key.at(bytes, name, nameEnd - name);
    if (!prepared.hasRoomFor(key)) {
      operation.refusal = session.fullness();
      replace(bytes, at, total);
      Substitutes.refusal(staged, Frontend.PARSE, operation.refusal.marker());
      return;
    }
    operation.changes = List.of(prepared.prepare(key, new Prepared(verdict, types)));
    if (verdict.rewritten() != null) {
      replace(bytes, at, total);
      Substitutes.parse(staged, bytes, name, nameEnd - name, verdict, types);
    }
  }

  private void bind(int at, int end) throws IOException {
    int portal = at + HEADER;
    int portalEnd = end(buffer, portal, end);
    int name = portalEnd + 1;
    int nameEnd = end(buffer, name, end);
    Prepared known = prepared.statement(key.at(buffer, name, nameEnd - name));
    List<Change> changes = new ArrayList<>(2);
    if (known != null && !isCurrent(known.verdict())) {
      known = renewed(known, at, name, nameEnd, changes);
    }
    Estimates estimates = null;
    if (known != null && terms.estimates()) {
      Verdict judged = texts.judged(terms, known.verdict());
      if (judged.decision() instanceof Estimate) {
        estimates = takeEstimates();
        Verdict decided = estimated(judged, estimates);
        Refusal refusal = denied(decided);
        if (refusal != null) {
          failInstead(at, decided, refusal);
        }
      }
    }
    question = null;
    Operation operation =
        new Operation(Kind.BIND, known == null ? null : known.verdict(), received);
    secondKey.at(buffer, portal, portalEnd - portal);
    if (!prepared.hasRoomFor(secondKey)) {
      failInstead(at, operation.verdict, session.fullness());
    }
    List<Parameter> parameters = known == null ? null : parameters(known, nameEnd + 1, end);
    operation.parameters = parameters;
    changes.add(prepared.bind(secondKey, known == null ? null : known.with(parameters, estimates)));
    operation.changes = changes;
    operations.add(operation);
  }

  /** Values that are bound, as far as they are to be told; null: nothing is. */
  private @Nullable List<Parameter> parameters(Prepared statement, int from, int end) {
    ParameterReader reader = terms.parameters();
    List<Evidence> evidence = statement.verdict().evidence();
    if (!reader.tells() || evidence.isEmpty()) {
      return null;
    }
    WithheldParameters withheld = evidence.getFirst().withheld();
    return reader.read(buffer, from, end, session.dialect().charset(), withheld::holds);
  }

  private boolean isCurrent(Verdict verdict) {
    return verdict.terms() == terms && verdict.fits(session.names().now());
  }

  /**
   * Decides anew about a statement that was prepared under older terms, or when its names meant
   * something else. Where the text to send differs now, or names may mean something else, it is
   * prepared again in silence; where it would show other columns, the client has to do so; where it
   * is refused, the Bind message fails.
   */
  private Prepared renewed(Prepared older, int at, int name, int nameEnd, List<Change> changes) {
    Terms before = older.verdict().terms();
    Verdict verdict = texts.again(terms, older.verdict(), isQuiet());
    Refusal refusal = null;
    if (verdict.decision() instanceof Deny(Decision.Finding finding)) {
      refusal = session.refusal(finding);
    } else if (!terms.showsSame(verdict, before)) {
      refusal = session.staleness();
    }
    if (refusal != null) {
      failInstead(at, verdict, refusal);
      return older;
    }
    Prepared again = new Prepared(verdict, older.parameterTypes());
    key.at(buffer, name, nameEnd - name);
    if (verdict.isUnread() || (terms.resolvesAs(before) && verdict.sendsSame(older.verdict()))) {
      changes.add(prepared.prepare(key, again));
      return again;
    }
    stage(at);
    Operation close = Substitutes.own(Kind.CLOSE);
    close.changes = List.of(prepared.closeStatement(key));
    operations.add(close);
    Substitutes.close(staged, buffer, name, nameEnd - name);
    Operation parse = Substitutes.own(Kind.PARSE);
    parse.changes = List.of(prepared.prepare(key, again));
    operations.add(parse);
    Substitutes.parse(staged, buffer, name, nameEnd - name, verdict, older.parameterTypes());
    return again;
  }

  /** Puts a message that fails before one in the buffer, which the server then skips. */
  private void failInstead(int at, @Nullable Verdict verdict, Refusal refusal) {
    stage(at);
    Operation operation = new Operation(Kind.PARSE, verdict, received);
    operation.refusal = refusal;
    operations.add(operation);
    Substitutes.refusal(staged, Frontend.PARSE, refusal.marker());
  }

  private void execute(int at, int total) throws IOException {
    int portal = at + HEADER;
    int end = end(buffer, portal, at + total);
    if (end + 5 != at + total) {
      throw new ProtocolException("a message to execute that does not end where it should");
    }
    Prepared known = prepared.portal(key.at(buffer, portal, end - portal));
    Verdict verdict = known == null ? terms.unseen() : known.verdict();
    verdict =
        verdict.terms() == terms ? texts.judged(terms, verdict) : texts.asItWas(terms, verdict);
    verdict = estimated(verdict, known == null ? null : known.estimates());
    Operation operation = new Operation(Kind.EXECUTE, verdict, received);
    operation.parameters = known == null ? null : known.parameters();
    operations.add(operation);
    Refusal refusal = admitted(operation, verdict);
    operation.refusal = refusal;
    if (refusal != null) {
      replace(buffer, at, total);
      Substitutes.refusal(staged, Frontend.EXECUTE, refusal.marker());
      return;
    }
    operation.rowLimit = Int32.read(buffer, end + 1);
    texts.runs(operation, verdict.effects());
    if (verdict.endsIdentity()) {
      stageAll(buffer, at, total);
      operations.addAll(Substitutes.identity(staged, session.identityStatement()));
    }
    if (operation.countsRows()) {
      operation.portalRows =
          known != null
              ? known.returned()
              : session.cursors().of(new String(buffer, portal, end - portal, UTF_8));
      stageAll(buffer, at, total);
      staged.begin(Frontend.FLUSH).end();
      awaiting = true;
    }
  }

  private void close(int at, int total) throws IOException {
    int name = at + HEADER + 1;
    int end = end(buffer, Math.min(name, at + total), at + total);
    key.at(buffer, name, end - name);
    Operation operation = new Operation(Kind.CLOSE, null, 0);
    operation.changes =
        List.of(
            buffer[at + HEADER] == 'S' ? prepared.closeStatement(key) : prepared.closePortal(key));
    operations.add(operation);
  }

  /**
   * Reads a call of a function; whether it is refused, and a text that fails is to be sent instead.
   */
  private boolean functionCall(int at, int total) throws IOException {
    if (total < HEADER + 4) {
      throw new ProtocolException("a function call without a function");
    }
    Verdict verdict =
        estimated(texts.judged(terms, terms.functionCall(Int32.read(buffer, at + HEADER))), null);
    Operation operation = new Operation(Kind.FUNCTION_CALL, verdict, received);
    operation.parameters =
        terms
            .parameters()
            .read(
                buffer,
                at + HEADER + 4,
                Math.min(at + total, limit),
                session.dialect().charset(),
                verdict.evidence().getFirst().withheld()::holds);
    operations.add(operation);
    Refusal refusal = admitted(operation, verdict);
    operation.refusal = refusal;
    if (refusal == null) {
      texts.runs(operation, verdict.effects());
      return false;
    }
    stage(at);
    Substitutes.refusal(staged, Frontend.QUERY, refusal.marker());
    return true;
  }

  private Verdict verdict(byte[] bytes, int text, int end) {
    key.at(bytes, text, end - text);
    Thought known = thought;
    thought = null;
    return texts.verdict(terms, key, bytes, text, known, isQuiet());
  }

  /** Whether the server owes nothing, but for what the gate has just put before. */
  private boolean isQuiet() {
    for (Operation operation : operations) {
      if (!operation.restores) {
        return false;
      }
    }
    return pipeline.isEmpty();
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

  private void flush() throws IOException {
    if (!operations.isEmpty()) {
      pipeline.add(operations);
      operations.clear();
    }
    int length = Math.max(0, position - start);
    if (staged.size() > 0) {
      staged.bytes(buffer, start, length);
      server.write(staged.array(), 0, staged.size(), loop.buffers());
      staged.clear();
    } else if (length > 0) {
      server.write(buffer, start, length, loop.buffers());
    }
    start = position;
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
