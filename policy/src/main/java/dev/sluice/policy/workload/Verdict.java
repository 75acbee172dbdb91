package dev.sluice.policy.workload;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What becomes of a workload. */
public sealed interface Verdict {

  /** Findings that people are warned of. */
  List<Finding> warnings();

  /** Findings that are only recorded. */
  List<Finding> audited();

  /**
   * Both in one: what one refuses is refused.
   *
   * @param other another verdict on the same request
   */
  default Verdict and(Verdict other) {
    List<Finding> allWarnings = joined(warnings(), other.warnings());
    List<Finding> allAudited = joined(audited(), other.audited());
    return switch (this) {
      case Reject reject ->
          new Reject(
              reject.subject(),
              other instanceof Reject also
                  ? joined(reject.refusals(), also.refusals())
                  : reject.refusals(),
              allWarnings,
              allAudited);
      case Admit _ ->
          other instanceof Reject reject
              ? new Reject(reject.subject(), reject.refusals(), allWarnings, allAudited)
              : new Admit(allWarnings, allAudited);
    };
  }

  private static List<Finding> joined(List<Finding> one, List<Finding> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  /** It may be. */
  record Admit(List<Finding> warnings, List<Finding> audited) implements Verdict {
    /** Without findings. */
    public static final Admit SILENT = new Admit(List.of(), List.of());

    /** Immutable copies. */
    public Admit {
      warnings = List.copyOf(warnings);
      audited = List.copyOf(audited);
    }
  }

  /**
   * It may not be.
   *
   * @param subject what was asked for, such as {@code Pod shop/api}
   * @param refusals why, at least one
   */
  record Reject(
      String subject, List<Finding> refusals, List<Finding> warnings, List<Finding> audited)
      implements Verdict {
    /** So many findings stand in a message; the rest is counted. */
    private static final int SHOWN = 10;

    /** Immutable copies. */
    public Reject {
      refusals = List.copyOf(refusals);
      warnings = List.copyOf(warnings);
      audited = List.copyOf(audited);
    }

    /** What a person reads: each finding on a line of its own, then what to write instead. */
    public String message() {
      StringBuilder text = new StringBuilder(subject).append(" is refused:");
      Set<String> remedies = new LinkedHashSet<>();
      for (Finding finding : refusals.subList(0, Math.min(SHOWN, refusals.size()))) {
        text.append("\n- ").append(finding.sentence());
        remedies.add(finding.remedy());
      }
      if (refusals.size() > SHOWN) {
        text.append("\n- and %d more".formatted(refusals.size() - SHOWN));
      }
      text.append("\nWhat to do:");
      remedies.forEach(remedy -> text.append("\n- ").append(remedy));
      return text.toString();
    }
  }
}
