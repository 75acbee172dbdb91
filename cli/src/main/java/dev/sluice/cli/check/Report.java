package dev.sluice.cli.check;

import dev.sluice.policy.workload.Finding;
import dev.sluice.policy.workload.Verdict;
import dev.sluice.policy.workload.WorkloadName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What admission would say of workloads, for people and for programs. */
final class Report {
  private Report() {}

  /** For people. */
  static String text(List<Checked> checked) {
    StringBuilder text = new StringBuilder();
    for (Checked each : checked) {
      text.append(
          "%s (%s:%d): %s\n"
              .formatted(
                  name(each), each.workload().file(), each.workload().line(), outcome(each)));
      Set<String> remedies = new LinkedHashSet<>();
      findings(text, "refused", refusals(each.verdict()), remedies);
      findings(text, "warned of", each.verdict().warnings(), remedies);
      findings(text, "recorded", each.verdict().audited(), remedies);
      if (!remedies.isEmpty()) {
        text.append("  What to do:\n");
        remedies.forEach(remedy -> text.append("  - ").append(remedy).append('\n'));
      }
    }
    long refused = checked.stream().filter(Checked::isRefused).count();
    long warned =
        checked.stream()
            .filter(each -> !each.isRefused() && !each.verdict().warnings().isEmpty())
            .count();
    return text.append(
            "%d workload%s: %d refused, %d warned of, %d admitted without a word\n"
                .formatted(
                    checked.size(),
                    checked.size() == 1 ? "" : "s",
                    refused,
                    warned,
                    checked.size() - refused - warned))
        .toString();
  }

  private static void findings(
      StringBuilder text, String what, List<Finding> findings, Set<String> remedies) {
    for (Finding finding : findings) {
      text.append("  %s: %s\n".formatted(what, finding.sentence()));
      remedies.add(finding.remedy());
    }
  }

  /** For programs. */
  static Map<String, Object> fields(List<Checked> checked) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("outcome", checked.stream().anyMatch(Checked::isRefused) ? "Refused" : "Admitted");
    fields.put("workloads", checked.stream().map(Report::fields).toList());
    return fields;
  }

  private static Map<String, Object> fields(Checked checked) {
    WorkloadName name = name(checked);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", name.kind());
    fields.put("namespace", name.namespace());
    fields.put("name", name.name());
    fields.put("file", checked.workload().file().toString());
    fields.put("line", checked.workload().line());
    fields.put("outcome", checked.isRefused() ? "Refused" : "Admitted");
    List<Map<String, Object>> findings = new ArrayList<>();
    refusals(checked.verdict()).forEach(each -> findings.add(fields("Refused", each)));
    checked.verdict().warnings().forEach(each -> findings.add(fields("Warned", each)));
    checked.verdict().audited().forEach(each -> findings.add(fields("Recorded", each)));
    fields.put("findings", findings);
    return fields;
  }

  private static Map<String, Object> fields(String consequence, Finding finding) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("consequence", consequence);
    fields.put("code", finding.code().code());
    fields.put("rule", finding.rule());
    if (finding.container() != null) {
      fields.put("container", finding.container());
    }
    fields.put("place", finding.place());
    if (finding.database() != null) {
      fields.put("database", finding.database().toString());
    }
    fields.put("reason", finding.reason());
    fields.put("remedy", finding.remedy());
    return fields;
  }

  private static String outcome(Checked checked) {
    if (checked.isRefused()) {
      return "refused";
    }
    return Stream.of(checked.verdict().warnings(), checked.verdict().audited())
            .allMatch(List::isEmpty)
        ? "admitted"
        : "admitted, with findings";
  }

  private static List<Finding> refusals(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Admit _ -> List.of();
      case Verdict.Reject reject -> reject.refusals();
    };
  }

  private static WorkloadName name(Checked checked) {
    HasMetadata object = checked.workload().object();
    return WorkloadName.of(object, object.getMetadata().getNamespace());
  }
}
