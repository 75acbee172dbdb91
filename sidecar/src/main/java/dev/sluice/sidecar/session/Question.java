package dev.sluice.sidecar.session;

import dev.sluice.policy.statement.Estimates;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sidecar.postgres.ServerMessage;
import dev.sluice.sidecar.session.Operation.Kind;
import dev.sluice.sidecar.statement.PlannedRows;
import dev.sluice.sidecar.statement.Verdict;
import dev.sluice.sql.postgres.Rewriting.Splice;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the gate asks the server before it lets statements run: how many rows it expects them to
 * change. The client sees nothing of it, unless it fails where the statement itself would have had
 * to fail then.
 */
final class Question {
  private static final String EXPLAIN = "EXPLAIN (FORMAT JSON) ";

  /** A plan with more bytes is not read. */
  private static final int MAXIMUM_BYTES = 256 * 1024;

  /** Bytes of a DataRow message before its only value. */
  private static final int BEFORE_VALUE = 5 + 2 + 4;

  /** Kinds that EXPLAIN takes. */
  private static final Set<StatementKind> EXPLAINED =
      EnumSet.of(
          StatementKind.SELECT,
          StatementKind.VALUES,
          StatementKind.INSERT,
          StatementKind.UPDATE,
          StatementKind.DELETE,
          StatementKind.MERGE,
          StatementKind.EXECUTE);

  private final Verdict verdict;
  private final long received;
  private final List<Part> parts;
  private final String text;
  private final Map<Integer, Long> rows = new HashMap<>();
  private ByteArrayOutputStream answer = new ByteArrayOutputStream(0);
  private int answered;
  private boolean told;
  private @Nullable ServerMessage error;

  /**
   * A statement that is asked about.
   *
   * @param place which one of the message
   * @param asked where its text begins in that of the question, in characters as the server counts
   * @param sent where it begins in the text that would be sent
   */
  private record Part(int place, int asked, int sent) {}

  private Question(Verdict verdict, long received, List<Part> parts, String text) {
    this.verdict = verdict;
    this.received = received;
    this.parts = parts;
    this.text = text;
  }

  /**
   * A question about statements of a text.
   *
   * @param verdict the verdict on it
   * @param received when its message was there
   * @param places which statements
   * @param sent the text as it would be sent
   * @return null: none of them can be asked about
   */
  static @Nullable Question of(Verdict verdict, long received, List<Integer> places, byte[] sent) {
    String whole = new String(sent, verdict.dialect().charset());
    StringBuilder text = new StringBuilder();
    List<Part> parts = new ArrayList<>();
    for (int place : places) {
      StatementFacts facts = verdict.facts().get(place);
      int start = sent(verdict.splices(), facts.start());
      int end = sent(verdict.splices(), facts.end());
      if (!EXPLAINED.contains(facts.kind()) || start > end || end > whole.length()) {
        continue;
      }
      text.append(parts.isEmpty() ? "" : ";").append(EXPLAIN);
      parts.add(
          new Part(place, text.codePointCount(0, text.length()), whole.codePointCount(0, start)));
      // A comment of one line may be its end.
      text.append(whole, start, end).append('\n');
    }
    return parts.isEmpty() ? null : new Question(verdict, received, parts, text.toString());
  }

  /** Where in the text that is sent stands what stands somewhere in the client's. */
  private static int sent(List<Splice> splices, int index) {
    int longer = 0;
    for (Splice splice : splices) {
      if (splice.end() <= index) {
        longer += splice.text().length() - (splice.end() - splice.start());
      }
    }
    return index + longer;
  }

  /** Its text. */
  byte[] text() {
    Charset charset = verdict.dialect().charset();
    return text.getBytes(charset);
  }

  /** Bytes of a row came. */
  void take(byte[] bytes, int offset, int length) {
    if (answer.size() < MAXIMUM_BYTES) {
      answer.write(bytes, offset, length);
    }
  }

  /** The answer about one statement has ended. */
  void next() {
    if (answered < parts.size()) {
      Long planned = planned();
      if (planned != null) {
        rows.put(parts.get(answered).place(), planned);
      }
    }
    answered++;
    answer = new ByteArrayOutputStream(0);
  }

  private @Nullable Long planned() {
    byte[] row = answer.toByteArray();
    if (row.length < BEFORE_VALUE
        || row.length != ByteBuffer.wrap(row).getInt(1) + 1
        || row.length != BEFORE_VALUE + ByteBuffer.wrap(row).getInt(BEFORE_VALUE - 4)) {
      return null;
    }
    // What is not ASCII are names, which nobody looks at.
    return PlannedRows.of(
        new String(row, BEFORE_VALUE, row.length - BEFORE_VALUE, StandardCharsets.ISO_8859_1));
  }

  /** What was found out. */
  Estimates estimates() {
    return new Estimates(rows);
  }

  /** It failed without consequence for the client. */
  void failed(ServerMessage why) {
    error = why;
  }

  /** Why its only statement cannot be planned, so that it could not run either; null: it can. */
  @Nullable ServerMessage error() {
    return verdict.facts().size() == 1 ? error : null;
  }

  /** The client is told that it failed, as the error of its statement. */
  void tell() {
    told = true;
  }

  /** Whether the client was told so. */
  boolean isTold() {
    return told;
  }

  /** The operation that the client's statement would have been. */
  Operation standsFor() {
    return new Operation(Kind.QUERY, verdict, received);
  }

  /**
   * Where in the client's text stands what stands somewhere in the question.
   *
   * @param position in characters, from 1
   */
  int place(int position) {
    int place = position;
    for (Part part : parts) {
      if (part.asked() < position) {
        place = position - part.asked() + part.sent();
      }
    }
    return verdict.original(place);
  }
}
