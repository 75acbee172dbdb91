package dev.sluice.policy.mask;

import dev.sluice.crds.MaskingPolicySpec.DateUnit;

/**
 * What is shown in place of a column's value. Every mask keeps the type, and NULL stays NULL.
 *
 * <p>The names are those of {@link dev.sluice.crds.MaskingPolicySpec.MaskType}; what each lets
 * through, and so which is the stricter, stands with {@link Strictness}.
 */
public sealed interface Mask {

  /** The type as the API writes it, such as {@code KeepLast}. */
  String type();

  /** NULL for every row. */
  record Nullify() implements Mask {
    @Override
    public String type() {
      return "Nullify";
    }
  }

  /**
   * One value for every row.
   *
   * @param value in the text form of the column's type
   */
  record Constant(String value) implements Mask {
    @Override
    public String type() {
      return "Constant";
    }
  }

  /** A keyed hash. */
  record Hash() implements Mask {
    @Override
    public String type() {
      return "Hash";
    }
  }

  /** A keyed token of the same shape. */
  record Token() implements Mask {
    @Override
    public String type() {
      return "Token";
    }
  }

  /** A keyed token before the at sign, the domain after it. */
  record Email() implements Mask {
    @Override
    public String type() {
      return "Email";
    }
  }

  /**
   * The first characters.
   *
   * @param characters how many, at least 1
   */
  record KeepFirst(int characters) implements Mask {
    @Override
    public String type() {
      return "KeepFirst";
    }
  }

  /**
   * The last characters.
   *
   * @param characters how many, at least 1
   */
  record KeepLast(int characters) implements Mask {
    @Override
    public String type() {
      return "KeepLast";
    }
  }

  /**
   * The beginning of the year or month.
   *
   * @param to which
   */
  record DateTrunc(DateUnit to) implements Mask {
    @Override
    public String type() {
      return "DateTrunc";
    }
  }
}
