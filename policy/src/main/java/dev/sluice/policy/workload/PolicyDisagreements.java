package dev.sluice.policy.workload;

import dev.sluice.crds.EnforcementPolicySpec.Exec;
import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.crds.EnforcementPolicySpec.Mode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds where enforcement policies say different things about one namespace. */
public final class PolicyDisagreements {
  private static final int SHOWN = 5;

  private PolicyDisagreements() {}

  /**
   * A policy that says something else.
   *
   * @param other its name
   * @param namespaces the namespaces that both are for, sorted
   * @param about what each says, such as {@code DirectConnection Warn instead of Audit}
   */
  public record Disagreement(String other, List<String> namespaces, List<String> about) {
    /** Immutable copies. */
    public Disagreement {
      namespaces = List.copyOf(namespaces);
      about = List.copyOf(about);
    }

    /** A clause for people. */
    @Override
    public String toString() {
      String more =
          namespaces.size() > SHOWN ? " and %d more".formatted(namespaces.size() - SHOWN) : "";
      return "EnforcementPolicy %s says %s in %s%s"
          .formatted(
              other,
              String.join("; ", about),
              namespaces.stream().limit(SHOWN).collect(Collectors.joining(", ")),
              more);
    }
  }

  /**
   * Those of one policy.
   *
   * @param one the policy
   * @param all all policies, this one may be among them
   * @param namespaces the labels of the namespaces that it is for, by name
   * @return by the names of the others
   */
  public static List<Disagreement> of(
      Enforcement one,
      Collection<Enforcement> all,
      Map<String, ? extends Map<String, String>> namespaces) {
    List<Disagreement> disagreements = new ArrayList<>();
    for (Enforcement other : new TreeMap<>(byName(all)).values()) {
      List<String> about = about(one, other);
      if (other.policy().equals(one.policy()) || about.isEmpty()) {
        continue;
      }
      LabelSelector selector =
          Objects.requireNonNullElseGet(other.spec().namespaces(), LabelSelector::new);
      List<String> common =
          namespaces.entrySet().stream()
              .filter(each -> LabelSelection.selects(selector, each.getValue()))
              .map(Map.Entry::getKey)
              .sorted()
              .toList();
      if (!common.isEmpty()) {
        disagreements.add(new Disagreement(other.policy(), common, about));
      }
    }
    return disagreements;
  }

  private static Map<String, Enforcement> byName(Collection<Enforcement> all) {
    return all.stream()
        .collect(Collectors.toMap(Enforcement::policy, each -> each, (first, _) -> first));
  }

  private static List<String> about(Enforcement one, Enforcement other) {
    Map<String, List<String>> types = new TreeMap<>();
    for (FindingType type : FindingType.values()) {
      Mode here = one.mode(type);
      Mode there = other.mode(type);
      if (here != there) {
        types
            .computeIfAbsent("%s instead of %s".formatted(there, here), _ -> new ArrayList<>())
            .add(type.name());
      }
    }
    List<String> about = new ArrayList<>();
    types.forEach(
        (modes, each) ->
            about.add(
                each.size() == FindingType.values().length
                    ? "mode " + modes
                    : String.join(", ", each) + " " + modes));
    Exec here = Enforcements.exec(one.spec());
    Exec there = Enforcements.exec(other.spec());
    if (here != there) {
      about.add("exec %s instead of %s".formatted(there, here));
    }
    return about;
  }
}
