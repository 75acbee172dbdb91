package dev.sluice.policy.event;

import static dev.sluice.policy.event.CanonicalText.ascii;
import static dev.sluice.policy.event.CanonicalText.hexadecimal;
import static dev.sluice.policy.event.CanonicalText.name;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The members of an event in their order, and the hash among them. For one thread. */
final class CanonicalForm {
  private static final byte[] BYTES = name("bytes");
  private static final byte[] BYTES_RECEIVED = name("bytesReceived");
  private static final byte[] CODE = name("code");
  private static final byte[] DETECTED = name("detected");
  private static final byte[] DURATION_MICROS = name("durationMicros");
  private static final byte[] FORM = name("form");
  private static final byte[] LENGTH = name("length");
  private static final byte[] LOST = name("lost");
  private static final byte[] LOST_SINCE = name("lostSince");
  private static final byte[] PARAMETERS = name("parameters");
  private static final byte[] REASON = name("reason");
  private static final byte[] ROWS = name("rows");
  private static final byte[] RULE = name("rule");
  private static final byte[] SEQUENCE = name("sequence");
  private static final byte[] SQL_STATE = name("sqlState");
  private static final byte[] TAGS = name("tags");
  private static final byte[] TIME = name("time");
  private static final byte[] TRACE_ID = name("traceId");
  private static final byte[] VALUE = name("value");
  private static final byte[] OUTCOME = name("outcome");
  private static final byte[] TYPE = name("type");
  private static final int DIGITS_AT = name("hash").length + 1;

  private final Sha256 sha256;
  private final byte[] hash = new byte[Sha256.LENGTH];
  private final byte[] hashMember = ascii("\"hash\":\"" + "0".repeat(2 * Sha256.LENGTH) + "\",");

  CanonicalForm(Sha256 sha256) {
    this.sha256 = sha256;
  }

  /**
   * Where an event is in its chain, as members; {@code previousHash} is what comes before it.
   *
   * @param chain the chain
   * @param id the event's id
   * @param previousHash hash of the event before
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Place(byte[] chain, byte[] id, byte[] previousHash) {}

  /**
   * Writes an event with its hash.
   *
   * @param text where it is written, at its end
   * @param place where the event is in its chain
   * @param sequence likewise
   */
  void write(
      CanonicalText text,
      Place place,
      long sequence,
      EventMembers.Witness witness,
      EventMembers.Subject subject,
      EventMembers.Statement statement,
      Happening happening) {
    int start = text.size();
    text.raw('{');
    text.raw(subject.access);
    text.member(BYTES, happening.bytes());
    text.member(BYTES_RECEIVED, happening.bytesReceived());
    text.raw(place.chain);
    text.member(CODE, happening.code());
    text.raw(statement.columns);
    text.raw(subject.database);
    detected(text, happening.detected());
    text.member(DURATION_MICROS, happening.durationMicros());
    text.raw(statement.fingerprint);
    final int hashAt = text.size();
    text.raw(place.id);
    text.raw(statement.kind);
    text.member(LOST, happening.lost());
    Instant lostSince = happening.lostSince();
    if (lostSince != null) {
      text.member(LOST_SINCE, lostSince);
    }
    text.raw(statement.maskedColumns);
    text.raw(witness.namespace);
    text.member(OUTCOME, happening.outcome().name());
    parameters(text, happening.parameters());
    text.raw(witness.pod);
    text.raw(place.previousHash);
    text.raw(subject.purpose);
    text.member(REASON, happening.reason());
    text.raw(statement.relations);
    text.member(ROWS, happening.rows());
    text.member(RULE, happening.rule());
    text.member(SEQUENCE, sequence);
    text.raw(subject.serverProcess);
    text.raw(witness.serviceAccount);
    text.raw(subject.session);
    text.member(SQL_STATE, happening.sqlState());
    text.raw(statement.statement);
    Map<String, String> tags = happening.tagValues();
    text.member(TAGS, tags == null || tags.isEmpty() ? null : tags);
    text.member(TIME, happening.time());
    text.member(TRACE_ID, happening.traceId());
    text.member(TYPE, happening.type().name());
    text.replaceLast('}');

    sha256.hash(text.bytes(), start, text.size() - start, hash);
    hexadecimal(hash, hashMember, DIGITS_AT);
    text.insert(hashAt, hashMember);
  }

  private static void detected(CanonicalText text, @Nullable Map<String, Long> detected) {
    if (detected == null || detected.isEmpty()) {
      return;
    }
    text.raw(DETECTED);
    text.raw('{');
    for (Map.Entry<String, Long> each : new TreeMap<>(detected).entrySet()) {
      text.member(name(each.getKey()), each.getValue());
    }
    text.replaceLast('}');
    text.raw(',');
  }

  private static void parameters(CanonicalText text, @Nullable List<Parameter> parameters) {
    if (parameters == null || parameters.isEmpty()) {
      return;
    }
    text.raw(PARAMETERS);
    text.raw('[');
    for (Parameter parameter : parameters) {
      text.raw('{');
      text.member(FORM, parameter.form().name());
      Integer length = parameter.length();
      if (length != null) {
        text.member(LENGTH, length.longValue());
      }
      text.member(VALUE, parameter.value());
      text.replaceLast('}');
      text.raw(',');
    }
    text.replaceLast(']');
    text.raw(',');
  }

  /** Copies the 64 digits of the hash that was written last. */
  void copyHash(byte[] into, int at) {
    System.arraycopy(hashMember, DIGITS_AT, into, at, 2 * Sha256.LENGTH);
  }
}
