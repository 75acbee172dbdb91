package dev.sluice.sidecar.session;

import dev.sluice.sidecar.postgres.Frontend;
import dev.sluice.sidecar.postgres.MessageBuilder;
import dev.sluice.sidecar.session.Operation.Kind;
import dev.sluice.sidecar.statement.Verdict;
import dev.sluice.sidecar.wire.Loop;
import dev.sluice.sidecar.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is about to be sent to the server: the client's messages, those of the gate's own that stand
 * in their place or beside them, and the operations that they are. They go together, with one
 * write.
 */
final class Outbound {
  private final Session session;
  private final RelayBuffer buffer;
  private final Wire server;
  private final Loop loop;
  private final Pipeline pipeline;
  private final MessageBuilder staged;
  private final List<Operation> operations = new ArrayList<>();

  /**
   * Whether it is waited for the answer to what was sent last, since its rows are counted. Where
   * they are too many it has to fail, and what would follow it is not to have run.
   */
  private boolean awaiting;

  /** Whether a message would be the first after a Sync, or after a query. */
  private boolean between = true;

  private long received;

  /**
   * What a session sends to its server.
   *
   * @param buffer holds what the client sends
   */
  Outbound(Session session, RelayBuffer buffer, Wire server, Loop loop) {
    this.session = session;
    this.buffer = buffer;
    this.server = server;
    this.loop = loop;
    this.pipeline = session.pipeline();
    this.staged = buffer.staged();
  }

  /** The client has sent something now. */
  void received() {
    received = System.nanoTime();
  }

  /** When the client sent the message that is looked at, by the clock of durations. */
  long receivedAt() {
    return received;
  }

  /** What goes before the rest of the buffer. */
  MessageBuilder staged() {
    return staged;
  }

  /** An operation that the message which is looked at is. */
  Operation operation(Kind kind, @Nullable Verdict verdict) {
    return new Operation(kind, verdict, received);
  }

  /** Adds an operation whose message is about to be sent. */
  void add(Operation operation) {
    operations.add(operation);
  }

  /** Adds several. */
  void addAll(List<Operation> more) {
    operations.addAll(more);
  }

  /** Whether the server owes nothing, but for what the gate has just put before. */
  boolean isQuiet() {
    for (int index = 0; index < operations.size(); index++) {
      if (!operations.get(index).restores) {
        return false;
      }
    }
    return pipeline.isEmpty();
  }

  /** Stages what stands before a message, so that something can be put between. */
  void stage(byte[] bytes, int at) {
    if (bytes == buffer.bytes()) {
      buffer.stage(at);
    }
  }

  /** Stages what stands before a message, which itself is not sent. */
  void replace(byte[] bytes, int at, int total) {
    if (bytes == buffer.bytes()) {
      buffer.replace(at, total);
    }
  }

  /** Stages a message that was not replaced, so that something can follow it. */
  void stageAll(byte[] bytes, int at, int total) {
    if (bytes == buffer.bytes()) {
      buffer.stageThrough(at, total);
    } else if (staged.size() == 0) {
      staged.bytes(bytes, at, total);
    }
  }

  /** Puts a message that fails before one in the buffer, which the server then skips. */
  void failBefore(int at, @Nullable Verdict verdict, Refusal refusal) {
    buffer.stage(at);
    Operation operation = operation(Kind.PARSE, verdict);
    operation.refusal = refusal;
    operations.add(operation);
    Substitutes.refusal(staged, Frontend.PARSE, refusal.marker());
  }

  /**
   * Gives the session its role back where something ran that may have taken it away, in silence,
   * before what comes next. Not within a pipeline, where it would be skipped with what fails.
   */
  void keepIdentity(byte type, int at) {
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
      buffer.stage(at);
      operations.addAll(Substitutes.identityBetween(staged, session.identityStatement()));
    }
  }

  /** Sends all of it. */
  void flush() throws IOException {
    if (!operations.isEmpty()) {
      pipeline.add(operations);
      operations.clear();
    }
    buffer.write(server, loop.buffers());
  }

  /** Nothing more is sent before what is sent was answered. */
  void awaitAnswer() {
    awaiting = true;
  }

  /**
   * Whether it is waited for an answer. Rows that the client is asked for are part of the answer; a
   * message is brought to its end.
   */
  boolean isAwaiting() {
    if (!awaiting || buffer.isPassing()) {
      return false;
    }
    Operation current = pipeline.current();
    return current == null ? session.isCancelling() || !operations.isEmpty() : !current.copiesIn;
  }

  /** Whether it was waited for an answer that is there. */
  boolean isReleased() {
    if (!awaiting || isAwaiting()) {
      return false;
    }
    awaiting = !pipeline.isEmpty();
    return true;
  }

  /** Nothing more is sent. */
  void end() {
    awaiting = false;
    operations.forEach(Operation::leave);
    operations.clear();
  }
}
