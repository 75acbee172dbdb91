package dev.sluice.policy.statement;

import java.util.List;

/**
 * The outcome for a message of one or more statements, with the rule that made it and what a person
 * reads.
 */
public sealed interface Decision {

  /** It may run, within limits; warnings are told to the client. */
  record Allow(List<Finding> warnings, List<Finding> observed, Limits limits) implements Decision {
    /** Without warnings and without limits. */
    public static final Allow SILENT = new Allow(List.of(), List.of(), Limits.NONE);

    /** Immutable copies. */
    public Allow {
      warnings = List.copyOf(warnings);
      observed = List.copyOf(observed);
    }
  }

  /**
   * It depends on how many rows the server expects statements to touch: that is to be asked for,
   * and then decided anew.
   *
   * @param statements their places in the message, from 0
   */
  record Estimate(List<Integer> statements) implements Decision {
    /** An immutable copy. */
    public Estimate {
      statements = List.copyOf(statements);
    }
  }

  /** None of it runs. */
  record Deny(Finding finding) implements Decision {}

  /**
   * A rule that matched.
   *
   * @param code the stable code that the reference explains, such as {@code SLU-S01}
   * @param rule the rule, {@code policy/rule}
   * @param reason what was refused and why
   * @param remedy what to do next
   */
  record Finding(String code, String rule, String reason, String remedy) {}
}
