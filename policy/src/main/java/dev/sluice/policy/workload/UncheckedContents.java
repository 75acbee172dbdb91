package dev.sluice.policy.workload;

import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.policy.Code;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Findings about ConfigMaps and Secrets whose contents are not known. */
final class UncheckedContents {
  /**
   * ConfigMaps with certificates that the cluster itself puts into every namespace, shortly after
   * it is made: that one is not there yet is nothing to wait for. Once there, it is read as others.
   */
  private static final Set<String> OF_THE_CLUSTER =
      Set.of("kube-root-ca.crt", "openshift-service-ca.crt");

  private UncheckedContents() {}

  /** What is to be said of a reference; empty where nothing is. */
  static Optional<Finding> finding(Reference reference) {
    Optional<String> which =
        switch (reference.reason()) {
          case NOT_WANTED -> Optional.empty();
          case NAMES_ONLY, FORBIDDEN ->
              isCredential(reference)
                  ? Optional.of("looks like a database credential and was not looked into")
                  : Optional.empty();
          case ABSENT ->
              isOfTheCluster(reference)
                  ? Optional.empty()
                  : Optional.of("does not exist yet and could not be looked into");
          case UNAVAILABLE -> Optional.of("could not be read now");
        };
    return which.map(
        clause ->
            new Finding(
                code(reference),
                FindingType.DirectConnection,
                "",
                reference.container(),
                reference.place(),
                null,
                "refers to %s, which %s".formatted(reference.content(), clause),
                remedy(reference)));
  }

  /** What may not be read is nothing that the owner of the pod could mend. */
  private static Code code(Reference reference) {
    return switch (reference.reason()) {
      case NOT_WANTED, NAMES_ONLY, FORBIDDEN -> Code.UNSEEN_CREDENTIAL;
      // What a pod starts without may be missing for good: that is no reason to refuse the pod.
      case ABSENT -> reference.optional() ? Code.LATER_CONTENT : Code.UNCHECKED_CONTENT;
      case UNAVAILABLE -> Code.UNCHECKED_CONTENT;
    };
  }

  private static boolean isOfTheCluster(Reference reference) {
    return !reference.secret() && OF_THE_CLUSTER.contains(reference.name());
  }

  private static boolean isCredential(Reference reference) {
    return Stream.concat(Stream.of(reference.place(), reference.name()), reference.keys().stream())
        .anyMatch(KeyWords::isDatabaseCredential);
  }

  private static String remedy(Reference reference) {
    return switch (reference.reason()) {
      case NOT_WANTED, NAMES_ONLY, FORBIDDEN ->
          "Where %s leads to a governed database, leave it out and ask for a DatabaseAccess."
              .formatted(reference.object());
      case ABSENT ->
          reference.optional()
              ? "Create %s first, or leave it out: when it is made later, nobody looks into it."
                  .formatted(reference.object())
              : "Create %s first; what made the pod tries again by itself."
                  .formatted(reference.object());
      case UNAVAILABLE -> "Try again.";
    };
  }
}
