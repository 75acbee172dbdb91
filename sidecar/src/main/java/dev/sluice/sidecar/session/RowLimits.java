package dev.sluice.sidecar.session;

import dev.sluice.policy.statement.Limits;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sidecar.postgres.Backend;
import dev.sluice.sidecar.postgres.Frontend;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.session.Operation.Kind;
import dev.sluice.sidecar.statement.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the rows of statements that a rule limits. The client gets as many as it may. At the first
 * one more the statement is cancelled, and where it had ended before, what it changed is rolled
 * back if that can still be.
 */
final class RowLimits {
  /** Bytes of the message that ends a binary COPY, which is not a row. */
  static final int COPY_TRAILER = RelayBuffer.HEADER + 2;

  private final Session session;
  private final RelayBuffer buffer;
  private final MessageBuilder asked = new MessageBuilder(64);

  /**
   * Those of a session.
   *
   * @param buffer holds what the server sends
   */
  RowLimits(Session session, RelayBuffer buffer) {
    this.session = session;
    this.buffer = buffer;
  }

  /** What is to be sent to the server because of what it has answered; who sends it clears it. */
  MessageBuilder asks() {
    return asked;
  }

  /** Whether the client does not get the message that comes next, since it has its rows. */
  boolean isHeldBack(Operation current, byte type, int total) {
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
    byte[] bytes = buffer.bytes();
    int content = buffer.position() + RelayBuffer.HEADER;
    return total == COPY_TRAILER
        && bytes[content] == (byte) 0xff
        && bytes[content + 1] == (byte) 0xff;
  }

  /**
   * Counts a row; whether the client may have it. At the first that it may not, it is cancelled.
   */
  private boolean counts(Operation current) {
    Limits.Limit most = current.limits.rows();
    if (most == null) {
      current.delivered++;
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

  /** The statement that runs has ended, and the next one of its message begins. */
  void ended(Operation current) {
    keepCount(facts(current));
    current.done++;
    current.counted = null;
    current.delivered = 0;
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
  void failNow(Kind kind, Excess cut) {
    Operation failing = Substitutes.own(kind);
    failing.answer = cut.answer();
    String text = session.admission().failure();
    if (kind == Kind.QUERY) {
      asked.begin(Frontend.QUERY).text(text).end();
    } else {
      Substitutes.refusal(asked, Frontend.PARSE, text);
      asked.begin(Frontend.FLUSH).end();
    }
    session.pipeline().add(List.of(failing));
  }
}
