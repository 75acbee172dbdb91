package dev.sluice.policy.mask;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column, as far as a mask must know it. Of a domain it is the type beneath, as the
 * server tells drivers too.
 *
 * @param name as the server formats it and reads it back, such as {@code character varying(20)}
 * @param family how its values are masked
 * @param length most characters of a text; null: no bound
 * @param precision digits of a numeric; null: no bound
 * @param scale digits after the point of a numeric; null: no bound
 * @param labels the labels of an enumeration; empty for every other type
 * @param element of an array the type of its elements, of a range that of its bounds; else null
 */
public record ColumnType(
    String name,
    Family family,
    @Nullable Integer length,
    @Nullable Integer precision,
    @Nullable Integer scale,
    List<String> labels,
    @Nullable ColumnType element) {

  /** Immutable copies. */
  public ColumnType {
    labels = List.copyOf(labels);
    if ((family == Family.ARRAY || family == Family.RANGE) && element == null) {
      throw new IllegalArgumentException("type %s lacks its element".formatted(name));
    }
  }

  /**
   * A type without length, precision and labels.
   *
   * @param name as the server formats it
   * @param family how its values are masked
   */
  public static ColumnType of(String name, Family family) {
    return new ColumnType(name, family, null, null, null, List.of(), null);
  }

  /**
   * An array or a range.
   *
   * @param name as the server formats it
   * @param family {@code ARRAY} or {@code RANGE}
   * @param element the type of its elements or bounds
   */
  public static ColumnType of(String name, Family family, ColumnType element) {
    return new ColumnType(name, family, null, null, null, List.of(), element);
  }

  /** What is masked: of an array its elements, of everything else the value. */
  public ColumnType valued() {
    return family == Family.ARRAY && element != null ? element : this;
  }

  /** Types that are masked in the same way. */
  public enum Family {
    /** {@code text}, {@code character varying}, {@code character}, {@code name}, {@code citext}. */
    TEXT,
    /** {@code smallint}. */
    SMALLINT,
    /** {@code integer}. */
    INTEGER,
    /** {@code bigint}. */
    BIGINT,
    /** {@code numeric}. */
    NUMERIC,
    /** {@code real}, {@code double precision}. */
    FLOAT,
    /** {@code boolean}. */
    BOOLEAN,
    /** {@code date}. */
    DATE,
    /** {@code timestamp without time zone}. */
    TIMESTAMP,
    /** {@code timestamp with time zone}. */
    TIMESTAMP_WITH_ZONE,
    /** {@code uuid}. */
    UUID,
    /** {@code json}, {@code jsonb}. */
    JSON,
    /** {@code bytea}. */
    BYTES,
    /** An enumeration. */
    ENUM,
    /** {@code inet}, {@code cidr}. */
    ADDRESS,
    /** Arrays; what fits their elements fits them. */
    ARRAY,
    /** The server's own ranges of numbers, dates and time stamps. */
    RANGE,
    /**
     * Every other type: composites, multiranges, arrays of domains and what extensions bring. The
     * server tells drivers of an array of a domain as such, and the domain's checks would refuse
     * elements that are masked.
     */
    OTHER
  }
}
