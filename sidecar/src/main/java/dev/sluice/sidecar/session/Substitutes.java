package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.Frontend;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.session.Operation.Kind;
import dev.sluice.sidecar.statement.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Messages that the gate sends in place of the client's, or beside them. */
final class Substitutes {
  private static final String IDENTITY = "sluice_identity";
  private static final String ESTIMATE = "sluice_estimate";

  private Substitutes() {}

  /** A Parse message with the text that is to be sent. */
  static void parse(
      MessageBuilder out, byte[] bytes, int name, int length, Verdict verdict, byte[] types) {
    byte[] rewritten = verdict.rewritten();
    out.begin(Frontend.PARSE).bytes(bytes, name, length).int8((byte) 0);
    out.bytes(rewritten == null ? verdict.text().bytes() : rewritten).int8((byte) 0);
    out.bytes(types).end();
  }

  /** A message that fails, with a word in it that its error will have. */
  static void refusal(MessageBuilder out, byte type, String marker) {
    out.begin(type);
    switch (type) {
      // A name of its own: what has no name stays what it was.
      case Frontend.PARSE -> out.text(marker).text(marker).int16(0);
      case Frontend.EXECUTE -> out.text(marker).int32(0);
      default -> out.text(marker);
    }
    out.end();
  }

  /** Closes a prepared statement. */
  static void close(MessageBuilder out, byte[] bytes, int name, int length) {
    out.begin(Frontend.CLOSE).int8((byte) 'S').bytes(bytes, name, length).int8((byte) 0).end();
  }

  /**
   * Gives the session its role back, in silence, after a statement that took it away. Names are
   * free before, whatever became of the last time, and afterwards.
   */
  static List<Operation> identity(MessageBuilder out, String statement) {
    List<Operation> operations = new ArrayList<>(7);
    closeOwn(out, IDENTITY, operations);
    out.begin(Frontend.PARSE).text(IDENTITY).text(statement).int16(0).end();
    out.begin(Frontend.BIND).text(IDENTITY).text(IDENTITY).int16(0).int16(0).int16(0).end();
    out.begin(Frontend.EXECUTE).text(IDENTITY).int32(0).end();
    for (Kind kind : List.of(Kind.PARSE, Kind.BIND, Kind.EXECUTE)) {
      operations.add(own(kind));
    }
    closeOwn(out, IDENTITY, operations);
    return operations;
  }

  /** Asks about a message that is one of the simple protocol. */
  static Operation question(MessageBuilder out, Question question) {
    out.begin(Frontend.QUERY).bytes(question.text()).int8((byte) 0).end();
    Operation operation = own(Kind.QUERY);
    operation.question = question;
    return operation;
  }

  /**
   * Asks about a statement to which values are to be bound.
   *
   * @param types the end of its Parse message
   * @param bind has the Bind message
   * @param values where the formats of its values begin
   * @param length the bytes of these and of the values
   */
  static List<Operation> question(
      MessageBuilder out, Question question, byte[] types, byte[] bind, int values, int length) {
    List<Operation> operations = new ArrayList<>(7);
    closeOwn(out, ESTIMATE, operations);
    out.begin(Frontend.PARSE).text(ESTIMATE).bytes(question.text()).int8((byte) 0);
    out.bytes(types).end();
    out.begin(Frontend.BIND).text(ESTIMATE).text(ESTIMATE).bytes(bind, values, length);
    out.int16(0).end();
    out.begin(Frontend.EXECUTE).text(ESTIMATE).int32(0).end();
    for (Kind kind : List.of(Kind.PARSE, Kind.BIND, Kind.EXECUTE)) {
      Operation operation = own(kind);
      operation.question = question;
      operations.add(operation);
    }
    closeOwn(out, ESTIMATE, operations);
    out.begin(Frontend.FLUSH).end();
    return operations;
  }

  private static void closeOwn(MessageBuilder out, String name, List<Operation> operations) {
    for (char portalOrStatement : new char[] {'P', 'S'}) {
      out.begin(Frontend.CLOSE).int8((byte) portalOrStatement).text(name).end();
      operations.add(own(Kind.CLOSE));
    }
  }

  /**
   * The same between two pipelines. A query would do as well, but it takes the statement without a
   * name away.
   */
  static List<Operation> identityBetween(MessageBuilder out, String statement) {
    List<Operation> operations = identity(out, statement);
    out.begin(Frontend.SYNC).end();
    Operation sync = own(Kind.SYNC);
    sync.readyFollows = true;
    operations.add(sync);
    operations.forEach(operation -> operation.restores = true);
    return operations;
  }

  /** An operation of the gate's own that gives the session its role back. */
  static Operation restoring(Kind kind) {
    Operation restoring = own(kind);
    restoring.restores = true;
    return restoring;
  }

  /** An operation of the gate's own. */
  static Operation own(Kind kind) {
    Operation own = new Operation(kind, null, 0);
    own.own = true;
    return own;
  }
}
