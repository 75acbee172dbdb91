package dev.sluice.policy.discovery;

import dev.sluice.policy.detect.Inspection;
import dev.sluice.policy.detect.Kind;
import dev.sluice.policy.detect.Span;
import dev.sluice.policy.mask.ColumnType;
import dev.sluice.policy.mask.ColumnType.Family;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks into values of one column and counts. It keeps none of them. */
public final class SampleCounter {
  /** Of a value so many percent must be what was found, to be the value. */
  private static final int WHOLE_PERCENT = 60;

  /** Shorter numbers than those of payment cards tell nothing. */
  private static final int SHORTEST_CARD = 13;

  private final Inspection inspection = new Inspection(EnumSet.allOf(Kind.class));
  private final Map<Kind, Sample.Count> found = new EnumMap<>(Kind.class);
  private final boolean document;
  private int looked;

  /**
   * A counter for a column.
   *
   * @param type its type
   */
  public SampleCounter(ColumnType type) {
    this.document = type.valued().family() == Family.JSON;
  }

  /**
   * Whether values of a type are worth a look: texts, what holds texts, and numbers in which a
   * payment card has room. Of the others the type tells.
   *
   * @param type the type
   */
  public static boolean isWorthwhile(ColumnType type) {
    ColumnType value = type.valued();
    return switch (value.family()) {
      case TEXT, JSON, OTHER, BIGINT -> true;
      case NUMERIC -> {
        Integer precision = value.precision();
        Integer scale = value.scale();
        yield precision == null || precision - (scale == null ? 0 : scale) >= SHORTEST_CARD;
      }
      case SMALLINT,
          INTEGER,
          FLOAT,
          BOOLEAN,
          DATE,
          TIMESTAMP,
          TIMESTAMP_WITH_ZONE,
          UUID,
          BYTES,
          ENUM,
          ADDRESS,
          ARRAY,
          RANGE ->
          false;
    };
  }

  /**
   * Looks into a value.
   *
   * @param value its beginning as text; null: it is NULL
   */
  public void add(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return;
    }
    looked++;
    byte[] bytes = value.strip().getBytes(StandardCharsets.UTF_8);
    Map<Kind, Integer> covered = new EnumMap<>(Kind.class);
    for (Span span : inspection.find(bytes, 0, bytes.length)) {
      covered.merge(span.kind(), span.end() - span.start(), Integer::sum);
    }
    covered.forEach(
        (kind, length) -> {
          boolean whole = !document && 100 * length >= WHOLE_PERCENT * bytes.length;
          found.merge(kind, new Sample.Count(1, whole ? 1 : 0), Sample.Count::plus);
        });
  }

  /** What was counted. */
  public Sample sample() {
    return new Sample(looked, found);
  }
}
