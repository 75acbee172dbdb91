package dev.sluice.policy.workload;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What becomes of a workload. */
public sealed interface Verdict {

  /** Findings that people are warned of. */
  List<Finding> warnings();

  /** Findings that are only recorded. */
  List<Finding> audited();

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
   * @param workload what was submitted
   * @param refusals why, at least one
   */
  record Reject(
      WorkloadName workload, List<Finding> refusals, List<Finding> warnings, List<Finding> audited)
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
      StringBuilder text = new StringBuilder(workload.toString()).append(" is refused:");
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
