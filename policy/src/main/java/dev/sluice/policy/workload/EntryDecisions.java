package dev.sluice.policy.workload;

import dev.sluice.policy.Code;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides about people who enter a pod. */
public final class EntryDecisions {
  /** So much of a program's name is told. */
  private static final int LONGEST = 60;

  private static final String GATE_RULE = "the grant";

  private EntryDecisions() {}

  /**
   * Decides about an entry.
   *
   * <p>Nobody enters a gate, and nobody forwards a port of its pod: the ports that a client names
   * in its request are not those that it then uses, so that every port-forward may lead to the
   * gate. Who enters another container of the pod can use its gate as the application does, and who
   * enters a governed database's own pod is past every gate and the network's wall: the strictest
   * policy of the namespace says what becomes of both. Other pods are nobody's business.
   *
   * @param entry the entry
   * @param pod the pod as it is stored
   * @param context what is known of the cluster
   */
  public static Verdict decide(Entry entry, PodParts pod, WorkloadContext context) {
    if (context.exemptNamespaces().contains(entry.pod().namespace())) {
      return Verdict.Admit.SILENT;
    }
    if (GrantRequest.isMade(pod) || hasGate(pod)) {
      return whereAnAccessIsHeld(entry, pod, context);
    }
    return context.databases().stream()
        .filter(database -> database.isServedBy(entry.pod().namespace(), pod.labels()))
        .findFirst()
        .map(database -> pastEveryGate(entry, database, context))
        .orElse(Verdict.Admit.SILENT);
  }

  private static Verdict whereAnAccessIsHeld(Entry entry, PodParts pod, WorkloadContext context) {
    if (GateParts.CONTAINER.equals(entry.container())) {
      return refused(
          entry,
          finding(
              Code.GATE_EXPOSED,
              GATE_RULE,
              entry,
              "would put %s into the gate, which nobody enters".formatted(entry.person()),
              "Its log is open (kubectl logs -c %s), and so are its events."
                  .formatted(GateParts.CONTAINER)));
    }
    if (entry.way() == Entry.Way.PORT_FORWARD) {
      return refused(
          entry,
          finding(
              Code.GATE_EXPOSED,
              GATE_RULE,
              entry,
              "could lead %s from outside the pod to its gate, whichever port is named"
                  .formatted(entry.person()),
              "Reach the application through its Service or from a pod without the label "
                  + "sluice.dev/access."));
    }
    return byPolicy(
        entry,
        "where access %s is held".formatted(String.join(", ", GrantRequest.names(pod))),
        "Look at its logs (kubectl logs), or work in a pod without the label sluice.dev/access",
        context);
  }

  private static Verdict pastEveryGate(
      Entry entry, GovernedDatabase database, WorkloadContext context) {
    return byPolicy(
        entry,
        "into Database %s past every gate".formatted(database.name()),
        "Ask for an access from a pod (label sluice.dev/access)",
        context);
  }

  /** What the strictest policy of the namespace says of whom this puts there. */
  private static Verdict byPolicy(
      Entry entry, String where, String instead, WorkloadContext context) {
    Optional<Enforcement> strictest =
        Enforcements.matching(context).stream()
            .max(Comparator.comparing(each -> Enforcements.exec(each.spec())));
    if (strictest.isEmpty()) {
      return Verdict.Admit.SILENT;
    }
    String rule = "EnforcementPolicy " + strictest.get().policy();
    return switch (Enforcements.exec(strictest.get().spec())) {
      case Allow -> Verdict.Admit.SILENT;
      case Record ->
          new Verdict.Admit(
              List.of(),
              List.of(
                  finding(
                      Code.ENTERED,
                      rule,
                      entry,
                      "%sputs %s %s".formatted(program(entry), entry.person(), where),
                      "")));
      case Refuse ->
          refused(
              entry,
              finding(
                  Code.ENTERED,
                  rule,
                  entry,
                  "would put %s %s".formatted(entry.person(), where),
                  "%s; spec.exec of %s refuses it.".formatted(instead, rule)));
    };
  }

  /** The program alone: what follows it may hold a password. */
  private static String program(Entry entry) {
    if (entry.command().isEmpty()) {
      return "";
    }
    String program = entry.command().getFirst();
    return "of %s "
        .formatted(program.length() > LONGEST ? program.substring(0, LONGEST) + "..." : program);
  }

  private static boolean hasGate(PodParts pod) {
    return pod.spec().getInitContainers().stream()
        .anyMatch(container -> GateParts.CONTAINER.equals(container.getName()));
  }

  private static Verdict refused(Entry entry, Finding finding) {
    return new Verdict.Reject(entry.toString(), List.of(finding), List.of(), List.of());
  }

  private static Finding finding(
      Code code, String rule, Entry entry, String reason, String remedy) {
    @Nullable String container = entry.container();
    return new Finding(code, null, rule, container, entry.way().command(), null, reason, remedy);
  }
}
