package dev.sluice.sidecar.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.policy.event.Parameter;
import dev.sluice.policy.event.ParameterReader;
import dev.sluice.policy.statement.Decision.Estimate;
import dev.sluice.policy.statement.Estimates;
import dev.sluice.sidecar.postgres.CString;
import dev.sluice.sidecar.postgres.Frontend;
import dev.sluice.sidecar.postgres.Int32;
import dev.sluice.sidecar.postgres.ProtocolException;
import dev.sluice.sidecar.session.Operation.Kind;
import dev.sluice.sidecar.session.PreparedStatements.Change;
import dev.sluice.sidecar.session.PreparedStatements.Prepared;
import dev.sluice.sidecar.statement.Evidence;
import dev.sluice.sidecar.statement.Terms;
import dev.sluice.sidecar.statement.TextKey;
import dev.sluice.sidecar.statement.Verdict;
import dev.sluice.sidecar.statement.WithheldParameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the client's messages of the extended query protocol mean: it prepares statements, binds
 * values to them, executes and closes them. Each step is decided about by what is known of the
 * statement then.
 */
final class ExtendedQuery {
  private static final int HEADER = RelayBuffer.HEADER;

  private final Session session;
  private final Admission admission;
  private final PreparedStatements prepared;
  private final RelayBuffer buffer;
  private final Outbound outbound;
  private final Texts texts;
  private final Estimation estimation;
  private final TextKey key = new TextKey();
  private final TextKey secondKey = new TextKey();

  ExtendedQuery(
      Session session, RelayBuffer buffer, Outbound outbound, Texts texts, Estimation estimation) {
    this.session = session;
    this.admission = session.admission();
    this.prepared = session.prepared();
    this.buffer = buffer;
    this.outbound = outbound;
    this.texts = texts;
    this.estimation = estimation;
  }

  /** A statement is to be prepared. */
  void parse(byte[] bytes, int at, int total) throws IOException {
    int name = at + HEADER;
    int nameEnd = CString.end(bytes, name, at + total);
    int text = nameEnd + 1;
    int textEnd = CString.end(bytes, text, at + total);
    Verdict verdict = texts.verdict(bytes, text, textEnd);
    byte[] types = Arrays.copyOfRange(bytes, textEnd + 1, at + total);
    Operation operation = outbound.operation(Kind.PARSE, verdict);
    outbound.add(operation);
    Refusal refusal = admission.denied(verdict);
    key.at(bytes, name, nameEnd - name);
    if (refusal == null && !prepared.hasRoomFor(key)) {
      refusal = admission.fullness();
    }
    if (refusal != null) {
      operation.refusal = refusal;
      outbound.replace(bytes, at, total);
      Substitutes.refusal(outbound.staged(), Frontend.PARSE, refusal.marker());
      return;
    }
    operation.changes = List.of(prepared.prepare(key, prepared(verdict, types)));
    if (verdict.rewritten() != null) {
      outbound.replace(bytes, at, total);
      Substitutes.parse(outbound.staged(), bytes, name, nameEnd - name, verdict, types);
    }
  }

  /** What is prepared; where rows are looked at, it is kept what the server says of its columns. */
  private Prepared prepared(Verdict verdict, byte[] types) {
    Prepared made = new Prepared(verdict, types);
    return texts.terms().watch() == null ? made : made.describedBy(new ResultShape());
  }

  /** A prepared statement or a portal is to be described. */
  void describe(byte[] bytes, int at, int total) throws ProtocolException {
    if (texts.terms().watch() == null) {
      outbound.add(Operation.DESCRIBE);
      return;
    }
    int name = at + HEADER + 1;
    int end = CString.end(bytes, Math.min(name, at + total), at + total);
    key.at(bytes, name, end - name);
    Prepared known = bytes[at + HEADER] == 'S' ? prepared.statement(key) : prepared.portal(key);
    Operation operation = new Operation(Kind.DESCRIBE, null, 0);
    operation.shape = known == null ? null : known.shape();
    outbound.add(operation);
  }

  /** A text that was held whole was dealt with. */
  void forget() {
    key.clear();
  }

  /** Values are to be bound, by a message whose beginning at least is in the buffer. */
  void bind(int at, int end) throws IOException {
    byte[] bytes = buffer.bytes();
    int portal = at + HEADER;
    int portalEnd = CString.end(bytes, portal, end);
    int name = portalEnd + 1;
    int nameEnd = CString.end(bytes, name, end);
    Prepared known = prepared.statement(key.at(bytes, name, nameEnd - name));
    List<Change> changes = new ArrayList<>(2);
    if (known != null && !texts.isCurrent(known.verdict())) {
      known = renewed(known, at, name, nameEnd, changes);
    }
    Estimates estimates = null;
    if (known != null && texts.terms().estimates()) {
      Verdict judged = texts.judged(known.verdict());
      if (judged.decision() instanceof Estimate) {
        estimates = estimation.take();
        Verdict decided = texts.estimated(judged, estimates);
        Refusal refusal = admission.denied(decided);
        if (refusal != null) {
          outbound.failBefore(at, decided, refusal);
        }
      }
    }
    estimation.forget();
    Operation operation = outbound.operation(Kind.BIND, known == null ? null : known.verdict());
    secondKey.at(bytes, portal, portalEnd - portal);
    if (!prepared.hasRoomFor(secondKey)) {
      outbound.failBefore(at, operation.verdict, admission.fullness());
    }
    List<Parameter> parameters = known == null ? null : parameters(known, nameEnd + 1, end);
    operation.parameters = parameters;
    changes.add(
        prepared.bind(
            secondKey,
            known == null
                ? null
                : known.with(parameters, estimates, formats(known, nameEnd + 1, end))));
    operation.changes = changes;
    outbound.add(operation);
  }

  /** In which formats columns are asked for, where rows are looked at; null: it is not known. */
  private int @Nullable [] formats(Prepared known, int from, int end) {
    if (known.shape() == null) {
      return null;
    }
    byte[] bytes = buffer.bytes();
    int position = Estimation.valuesEnd(bytes, from, end);
    if (position < 0 || end - position < 2) {
      return null;
    }
    int count = (bytes[position] & 0xff) << 8 | (bytes[position + 1] & 0xff);
    position += 2;
    if (end - position != 2 * count) {
      return null;
    }
    int[] formats = new int[count];
    for (int index = 0; index < count; index++) {
      formats[index] = bytes[position + 2 * index + 1];
    }
    return formats;
  }

  /** Values that are bound, as far as they are to be told; null: nothing is. */
  private @Nullable List<Parameter> parameters(Prepared statement, int from, int end) {
    ParameterReader reader = texts.terms().parameters();
    List<Evidence> evidence = statement.verdict().evidence();
    if (!reader.tells() || evidence.isEmpty()) {
      return null;
    }
    WithheldParameters withheld = evidence.getFirst().withheld();
    return reader.read(buffer.bytes(), from, end, session.dialect().charset(), withheld::holds);
  }

  /**
   * Decides anew about a statement that was prepared under older terms, or when its names meant
   * something else. Where the text to send differs now, or names may mean something else, it is
   * prepared again in silence; where it would show other columns, the client has to do so; where it
   * is refused, the Bind message fails.
   */
  private Prepared renewed(Prepared older, int at, int name, int nameEnd, List<Change> changes) {
    byte[] bytes = buffer.bytes();
    Terms terms = texts.terms();
    Terms before = older.verdict().terms();
    Verdict verdict = texts.again(older.verdict());
    Refusal refusal = admission.denied(verdict);
    if (refusal == null && !terms.showsSame(verdict, before)) {
      refusal = admission.staleness();
    }
    if (refusal != null) {
      outbound.failBefore(at, verdict, refusal);
      return older;
    }
    Prepared again = prepared(verdict, older.parameterTypes());
    ResultShape shape = older.shape();
    if (shape != null && again.shape() != null) {
      again = again.describedBy(shape);
    }
    key.at(bytes, name, nameEnd - name);
    if (verdict.isUnread() || (terms.resolvesAs(before) && verdict.sendsSame(older.verdict()))) {
      changes.add(prepared.prepare(key, again));
      return again;
    }
    outbound.stage(bytes, at);
    Operation close = Substitutes.own(Kind.CLOSE);
    close.changes = List.of(prepared.closeStatement(key));
    outbound.add(close);
    Substitutes.close(outbound.staged(), bytes, name, nameEnd - name);
    Operation parse = Substitutes.own(Kind.PARSE);
    parse.changes = List.of(prepared.prepare(key, again));
    outbound.add(parse);
    Substitutes.parse(
        outbound.staged(), bytes, name, nameEnd - name, verdict, older.parameterTypes());
    return again;
  }

  /** A portal is to be executed. */
  void execute(int at, int total) throws IOException {
    byte[] bytes = buffer.bytes();
    int portal = at + HEADER;
    int end = CString.end(bytes, portal, at + total);
    if (end + 5 != at + total) {
      throw new ProtocolException("a message to execute that does not end where it should");
    }
    Prepared known = prepared.portal(key.at(bytes, portal, end - portal));
    Verdict verdict = decided(known);
    Operation operation = outbound.operation(Kind.EXECUTE, verdict);
    operation.parameters = known == null ? null : known.parameters();
    outbound.add(operation);
    Refusal refusal = admission.admit(operation, verdict);
    operation.refusal = refusal;
    if (refusal != null) {
      outbound.replace(bytes, at, total);
      Substitutes.refusal(outbound.staged(), Frontend.EXECUTE, refusal.marker());
      return;
    }
    operation.rowLimit = Int32.read(bytes, end + 1);
    texts.runs(operation, verdict.effects());
    if (verdict.endsIdentity()) {
      outbound.stageAll(bytes, at, total);
      outbound.addAll(Substitutes.identity(outbound.staged(), session.identityStatement()));
    }
    operation.refusable = texts.terms().refusesData();
    if (known != null) {
      operation.shape = known.shape();
      operation.returnsIn(known.formats());
    }
    if (operation.countsRows()) {
      operation.portalRows =
          known != null
              ? known.returned()
              : session.cursors().of(new String(bytes, portal, end - portal, UTF_8));
    }
    if (operation.mayBeCut()) {
      outbound.stageAll(bytes, at, total);
      outbound.staged().begin(Frontend.FLUSH).end();
      outbound.awaitAnswer();
    }
  }

  /** What is decided now about what a portal runs. */
  private Verdict decided(@Nullable Prepared portal) {
    Terms terms = texts.terms();
    Verdict verdict = portal == null ? terms.unseen() : portal.verdict();
    verdict = verdict.terms() == terms ? texts.judged(verdict) : texts.asItWas(verdict);
    return texts.estimated(verdict, portal == null ? null : portal.estimates());
  }

  /** A prepared statement or a portal is to be closed. */
  void close(int at, int total) throws IOException {
    byte[] bytes = buffer.bytes();
    int name = at + HEADER + 1;
    int end = CString.end(bytes, Math.min(name, at + total), at + total);
    key.at(bytes, name, end - name);
    Operation operation = new Operation(Kind.CLOSE, null, 0);
    operation.changes =
        List.of(
            bytes[at + HEADER] == 'S' ? prepared.closeStatement(key) : prepared.closePortal(key));
    outbound.add(operation);
  }
}
