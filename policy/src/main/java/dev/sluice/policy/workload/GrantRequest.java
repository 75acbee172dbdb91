package dev.sluice.policy.workload;

import dev.sluice.crds.ApiGroup;
import dev.sluice.policy.Code;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a pod asks for with its label and its annotations, and whether it may have it. */
public sealed interface GrantRequest {
  /** The most accesses that one pod may ask for. */
  int MOST = 16;

  /** It asks for nothing. */
  record NotAsked() implements GrantRequest {}

  /**
   * It asks for something that it cannot have.
   *
   * @param findings why, at least one
   */
  record Refused(List<Finding> findings) implements GrantRequest {
    /** An immutable copy. */
    public Refused {
      findings = List.copyOf(findings);
    }
  }

  /**
   * It may have what it asks for.
   *
   * @param accesses at least one; the first is the one of the label
   */
  record Asked(List<AskedAccess> accesses) implements GrantRequest {
    /** An immutable copy. */
    public Asked {
      accesses = List.copyOf(accesses);
    }
  }

  /**
   * Whether a pod asks for an access, rightly or not.
   *
   * @param pod the pod
   */
  static boolean isMade(PodParts pod) {
    return pod.labels().containsKey(ApiGroup.ACCESS_LABEL);
  }

  /**
   * The names of the accesses that a pod asks for, the one of the label first.
   *
   * @param pod the pod
   */
  static SequencedSet<String> names(PodParts pod) {
    SequencedSet<String> names = new LinkedHashSet<>();
    String label = pod.labels().get(ApiGroup.ACCESS_LABEL);
    if (label == null) {
      return names;
    }
    names.add(label);
    for (String name :
        pod.annotations().getOrDefault(ApiGroup.ALSO_ANNOTATION, "").split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    return names;
  }

  /**
   * Whether a pod asks for Unix sockets, too; empty where its annotation says neither yes nor no.
   */
  private static Optional<Boolean> sockets(PodParts pod) {
    return switch (pod.annotations().getOrDefault(ApiGroup.SOCKET_ANNOTATION, "false")) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      case String _ -> Optional.empty();
    };
  }

  /**
   * Finds the accesses that a pod asks for.
   *
   * @param namespace the pod's namespace
   * @param pod the pod
   * @param context the cluster
   */
  static GrantRequest of(String namespace, PodParts pod, WorkloadContext context) {
    if (!isMade(pod)) {
      return new NotAsked();
    }
    var names = names(pod);
    if (names.size() > MOST) {
      return new Refused(
          List.of(
              finding(
                  Code.ACCESS_MALFORMED,
                  ALSO_PLACE,
                  null,
                  "asks for %d accesses; a pod may have %d".formatted(names.size(), MOST),
                  "Name fewer accesses in the annotation.")));
    }
    List<Finding> findings = new ArrayList<>();
    List<AskedAccess> accesses = new ArrayList<>();
    Optional<Boolean> sockets = sockets(pod);
    for (String name : names) {
      String place = accesses.isEmpty() && findings.isEmpty() ? LABEL_PLACE : ALSO_PLACE;
      Optional<GrantedAccess> access = context.access(name);
      if (access.isEmpty()) {
        findings.add(unknown(namespace, name, place, context));
        continue;
      }
      var problem = problem(namespace, pod, access.get(), place, context);
      problem.ifPresent(findings::add);
      context
          .database(access.get().database())
          .filter(database -> problem.isEmpty())
          .ifPresent(
              database ->
                  accesses.add(
                      new AskedAccess(
                          access.get(),
                          database,
                          GateParts.FIRST_PORT + accesses.size(),
                          sockets.orElse(false))));
    }
    if (sockets.isEmpty()) {
      findings.add(
          finding(
              Code.ACCESS_MALFORMED,
              SOCKET_PLACE,
              null,
              "is neither \"true\" nor \"false\"",
              "Write %s: \"true\" for Unix sockets beside the ports, or remove the annotation."
                  .formatted(ApiGroup.SOCKET_ANNOTATION)));
    }
    return findings.isEmpty() ? new Asked(accesses) : new Refused(findings);
  }

  /** Where an access is asked for. */
  String LABEL_PLACE = "label " + ApiGroup.ACCESS_LABEL;

  /** Where further accesses are asked for. */
  String ALSO_PLACE = "annotation " + ApiGroup.ALSO_ANNOTATION;

  /** Where Unix sockets are asked for. */
  String SOCKET_PLACE = "annotation " + ApiGroup.SOCKET_ANNOTATION;

  private static Optional<Finding> problem(
      String namespace, PodParts pod, GrantedAccess access, String place, WorkloadContext context) {
    ObjectName name = new ObjectName(namespace, access.name());
    if (context.database(access.database()).isEmpty()) {
      return Optional.of(
          finding(
              Code.ACCESS_WITHOUT_DATABASE,
              place,
              access.database(),
              "asks for DatabaseAccess %s, whose Database %s does not exist"
                  .formatted(name, access.database()),
              "Correct spec.databaseRef of DatabaseAccess %s, or create Database %s."
                  .formatted(name, access.database())));
    }
    if (access.expiresAt() != null && !access.expiresAt().isAfter(context.now())) {
      return Optional.of(
          finding(
              Code.ACCESS_EXPIRED,
              place,
              access.database(),
              "asks for DatabaseAccess %s, which expired at %s".formatted(name, access.expiresAt()),
              "Have spec.expiresAt of DatabaseAccess %s prolonged.".formatted(name)));
    }
    if (!access.serviceAccounts().contains(pod.serviceAccount())) {
      String subjects =
          access.serviceAccounts().stream().sorted().collect(Collectors.joining(", "));
      return Optional.of(
          finding(
              Code.ACCESS_NOT_SUBJECT,
              place,
              access.database(),
              "asks for DatabaseAccess %s, whose subjects are %s and not the pod's service account %s"
                  .formatted(name, subjects, pod.serviceAccount()),
              ("Set serviceAccountName of the pod to one of the subjects (%s), or add {kind:"
                      + " ServiceAccount, name: %s} to spec.subjects of DatabaseAccess %s.")
                  .formatted(subjects, pod.serviceAccount(), name)));
    }
    return Optional.empty();
  }

  private static Finding unknown(
      String namespace, String name, String place, WorkloadContext context) {
    String known =
        context.accesses().stream()
            .map(GrantedAccess::name)
            .sorted()
            .collect(Collectors.joining(", "));
    String create =
        name.isEmpty() ? "" : ", or create DatabaseAccess " + new ObjectName(namespace, name);
    return finding(
        Code.ACCESS_UNKNOWN,
        place,
        null,
        name.isEmpty()
            ? "names no DatabaseAccess"
            : "names the DatabaseAccess \"%s\", and namespace %s has none of that name"
                .formatted(name, namespace),
        known.isEmpty()
            ? "Namespace %s has no DatabaseAccess yet: create one and name it in the label."
                .formatted(namespace)
            : "Name one that namespace %s has (%s)%s.".formatted(namespace, known, create));
  }

  private static Finding finding(
      Code code, String place, @Nullable ObjectName database, String reason, String remedy) {
    return new Finding(code, null, "the grant", null, place, database, reason, remedy);
  }
}
