package dev.sluice.sidecar.session;

import dev.sluice.policy.statement.Decision.Estimate;
import dev.sluice.policy.statement.Estimates;
import dev.sluice.sidecar.postgres.CString;
import dev.sluice.sidecar.postgres.Frontend;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.session.PreparedStatements.Prepared;
import dev.sluice.sidecar.statement.TextKey;
import dev.sluice.sidecar.statement.Verdict;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server how many rows it expects the statements of a message to change, where that
 * decides about them. It is asked when it has nothing else to do, in the place where the message is
 * to come.
 */
final class Estimation {
  private static final int HEADER = RelayBuffer.HEADER;

  private final RelayBuffer buffer;
  private final Outbound outbound;
  private final Texts texts;
  private final Pipeline pipeline;
  private final PreparedStatements prepared;
  private final TextKey key = new TextKey();

  /** What was asked about the message that comes next; null: nothing. */
  private @Nullable Question question;

  Estimation(Session session, RelayBuffer buffer, Outbound outbound, Texts texts) {
    this.buffer = buffer;
    this.outbound = outbound;
    this.texts = texts;
    this.pipeline = session.pipeline();
    this.prepared = session.prepared();
  }

  /** Whether a message can be decided about now, rather than when the server has answered. */
  boolean isEstimated(byte[] bytes, int at, int total) throws ProtocolException {
    byte type = bytes[at];
    if (!texts.terms().estimates()
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
    Verdict verdict =
        type == Frontend.QUERY ? query(bytes, at, total) : bound(statement(at, total));
    if (verdict == null) {
      return true;
    }
    outbound.stage(bytes, at);
    outbound.awaitAnswer();
    if (!outbound.isQuiet()) {
      outbound.staged().begin(Frontend.FLUSH).end();
      return false;
    }
    if (bytes == buffer.bytes()) {
      outbound.keepIdentity(type, at);
    }
    if (type == Frontend.QUERY) {
      ask(bytes, at, total);
    } else {
      askBound(at, total);
    }
    return question == null;
  }

  /** What a query is, as it is decided about now; null: it is not to be asked about. */
  private @Nullable Verdict query(byte[] bytes, int at, int total) throws ProtocolException {
    int text = at + HEADER;
    Verdict verdict = texts.preview(bytes, text, CString.end(bytes, text, at + total));
    return verdict.decision() instanceof Estimate ? verdict : null;
  }

  private void ask(byte[] bytes, int at, int total) throws ProtocolException {
    Verdict verdict = query(bytes, at, total);
    if (verdict != null && verdict.decision() instanceof Estimate(List<Integer> places)) {
      byte[] rewritten = verdict.rewritten();
      byte[] sent =
          rewritten == null ? Arrays.copyOfRange(bytes, at + HEADER, at + total - 1) : rewritten;
      question = Question.of(verdict, outbound.receivedAt(), places, sent);
      if (question != null) {
        Operation operation = Substitutes.question(outbound.staged(), question);
        operation.certainChanges = prepared.dropUnnamed();
        outbound.add(operation);
      }
    }
  }

  /** What a Bind message binds to; null: it is not known. */
  private @Nullable Prepared statement(int at, int total) throws ProtocolException {
    byte[] bytes = buffer.bytes();
    int name = CString.end(bytes, at + HEADER, at + total) + 1;
    return prepared.statement(key.at(bytes, name, CString.end(bytes, name, at + total) - name));
  }

  /** The same, as it is decided about now; null: it is not to be asked about. */
  private @Nullable Verdict bound(@Nullable Prepared known) {
    if (known == null) {
      return null;
    }
    Verdict verdict =
        texts.isCurrent(known.verdict())
            ? texts.judged(known.verdict())
            : texts.again(known.verdict());
    return verdict.decision() instanceof Estimate && verdict.text().length() > 0 ? verdict : null;
  }

  private void askBound(int at, int total) throws ProtocolException {
    byte[] bytes = buffer.bytes();
    Prepared known = statement(at, total);
    Verdict verdict = bound(known);
    int name = CString.end(bytes, at + HEADER, at + total) + 1;
    int values = CString.end(bytes, name, at + total) + 1;
    int valuesEnd = valuesEnd(bytes, values, at + total);
    if (verdict == null
        || known == null
        || valuesEnd < 0
        || !(verdict.decision() instanceof Estimate(List<Integer> places))) {
      return;
    }
    byte[] rewritten = verdict.rewritten();
    question =
        Question.of(
            verdict,
            outbound.receivedAt(),
            places,
            rewritten == null ? verdict.text().bytes() : rewritten);
    if (question != null) {
      outbound.addAll(
          Substitutes.question(
              outbound.staged(),
              question,
              known.parameterTypes(),
              bytes,
              values,
              valuesEnd - values));
    }
  }

  /** Where the values of a Bind message end; -1: it is not one. */
  static int valuesEnd(byte[] bytes, int from, int end) {
    ByteBuffer message = ByteBuffer.wrap(bytes, 0, end);
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

  /** Whether the client was told an error of the question as that of its message. */
  boolean isTold() {
    return question != null && question.isTold();
  }

  /** Why the message could not run, as the server has answered; null: it has not failed. */
  @Nullable ServerMessage error() {
    return question == null ? null : question.error();
  }

  /** What was found out about the message that is read now, of which no other one is to know. */
  Estimates take() {
    Question asked = question;
    question = null;
    return asked == null ? Estimates.NONE : asked.estimates();
  }

  /** What was found out concerns no message any more. */
  void forget() {
    question = null;
  }
}
