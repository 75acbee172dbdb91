package dev.sluice.webhook.review;

import dev.sluice.policy.workload.Finding;
import dev.sluice.policy.workload.Verdict;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Verdicts as golden files have them. */
final class VerdictText {
  private VerdictText() {}

  /** What a case expects. */
  static String of(Verdict verdict, KubernetesSerialization serialization) {
    Map<String, Object> text = new LinkedHashMap<>();
    List<Finding> refusals = new ArrayList<>();
    switch (verdict) {
      case Verdict.Admit _ -> text.put("outcome", "Admit");
      case Verdict.Reject reject -> {
        text.put("outcome", "Reject");
        refusals.addAll(reject.refusals());
      }
    }
    put(text, "refused", refusals);
    put(text, "warned", verdict.warnings());
    put(text, "audited", verdict.audited());
    Set<String> remedies = new LinkedHashSet<>();
    Stream.of(refusals, verdict.warnings())
        .flatMap(List::stream)
        .map(Finding::remedy)
        .filter(Predicate.not(String::isEmpty))
        .forEach(remedies::add);
    if (!remedies.isEmpty()) {
      text.put("remedies", List.copyOf(remedies));
    }
    return serialization.asYaml(text);
  }

  private static void put(Map<String, Object> text, String key, List<Finding> findings) {
    if (!findings.isEmpty()) {
      text.put(key, findings.stream().map(Finding::sentence).toList());
    }
  }
}
