package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.postgres.ServerMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the client reads where the server reports an error. That of a statement which the gate
 * refused or stopped is swapped for why it did so; in that of a text which was rewritten, the place
 * is one in the client's text; all others go on as they are.
 */
final class ErrorResponses {
  private final Session session;
  private final Pipeline pipeline;
  private final StatementEvents events;

  /** What stands in place of the error; null: nothing. */
  private @Nullable ServerMessage instead;

  /** The fields of an error, with its place in the client's text; null: they go on as they are. */
  private byte @Nullable [] placed;

  ErrorResponses(Session session, StatementEvents events) {
    this.session = session;
    this.pipeline = session.pipeline();
    this.events = events;
  }

  /**
   * Takes note of an error.
   *
   * @param at where its fields begin
   * @param end where they end
   * @return whether the client is to have it as it is
   */
  boolean failed(byte[] bytes, int at, int end) {
    ServerMessage error = ServerMessage.read(bytes, at, end);
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
      return questionFailed(current, question, error, bytes, at, end);
    }
    tell(current, error);
    boolean own = current.restores && !error.endsConnection();
    if (own) {
      // In a transaction that had failed: once more, when it is over.
      session.doubtIdentity();
    }
    session.names().failed();
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
      placed = ServerMessage.moved(bytes, at, end, current.verdict::original);
    }
    return instead == null && placed == null && !own;
  }

  /** Tells events and client why a statement failed. */
  private void tell(Operation current, ServerMessage error) {
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

  /**
   * What the gate asked has failed. Where the client's transaction has failed with it, that is the
   * error of the statement that it was asked about; whether the client is to have it as it is.
   */
  private boolean questionFailed(
      Operation current, Question question, ServerMessage error, byte[] bytes, int at, int end) {
    boolean tells = !current.kind.endsWithReady() || session.isInTransaction();
    if (!current.kind.endsWithReady()) {
      pipeline.completeAndSkip();
    }
    if (!tells) {
      question.failed(error);
      return false;
    }
    session.names().failed();
    question.tell();
    events.failed(question.standsFor(), error.sqlState());
    instead = session.lastWord(error);
    placed = ServerMessage.moved(bytes, at, end, question::place);
    return instead == null && placed == null;
  }

  /** Writes what stands in place of an error, if anything does. */
  void answerInstead(MessageBuilder out) {
    ServerMessage answer = instead;
    byte[] fields = placed;
    if (answer != null) {
      answer.write(out);
    } else if (fields != null) {
      out.begin(Backend.ERROR_RESPONSE).bytes(fields).end();
    }
    instead = null;
    placed = null;
  }
}
