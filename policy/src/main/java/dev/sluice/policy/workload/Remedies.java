package dev.sluice.policy.workload;

import dev.sluice.crds.ApiGroup;
import java.util.Comparator;
import java.util.Optional;

/** What to write instead of an address. */
final class Remedies {
  private final Workload workload;
  private final WorkloadContext context;

  Remedies(Workload workload, WorkloadContext context) {
    this.workload = workload;
    this.context = context;
  }

  /** What to write instead of an address of a database. */
  String insteadOf(GovernedDatabase database) {
    String pod = workload.stage() == Workload.Stage.TEMPLATE ? "the pod template" : "the pod";
    Optional<GrantedAccess> access =
        context.accesses().stream()
            .filter(each -> each.database().equals(database.name()))
            .filter(each -> each.expiresAt() == null || each.expiresAt().isAfter(context.now()))
            .min(
                Comparator.comparing((GrantedAccess each) -> !isSubject(each))
                    .thenComparing(GrantedAccess::name));
    if (access.isEmpty()) {
      return ("Leave it out. Create a DatabaseAccess in namespace %s with databaseRef:"
              + " {name: %s, namespace: %s}, and give %s the label `%s: <its name>`.")
          .formatted(
              workload.namespace(),
              database.name().name(),
              database.name().namespace(),
              pod,
              ApiGroup.ACCESS_LABEL);
    }
    String name = access.get().name();
    String subject =
        isSubject(access.get())
            ? ""
            : " Its service account %s must then stand in spec.subjects of DatabaseAccess %s/%s."
                .formatted(workload.pod().serviceAccount(), workload.namespace(), name);
    if (GrantRequest.names(workload.pod()).contains(name)) {
      return "Leave it out: %s already asks for access `%s`, and the gate beside the application sets %s."
          .formatted(pod, name, SET);
    }
    String marker =
        GrantRequest.isMade(workload.pod())
            ? "the annotation `%s: %s`".formatted(ApiGroup.ALSO_ANNOTATION, name)
            : "the label `%s: %s`".formatted(ApiGroup.ACCESS_LABEL, name);
    return "Leave it out and give %s %s: a gate then runs beside the application and sets %s; no credential is needed.%s"
        .formatted(pod, marker, SET, subject);
  }

  private static final String SET = "PGHOST, PGPORT, PGDATABASE, PGUSER and DATABASE_URL";

  private boolean isSubject(GrantedAccess access) {
    return access.serviceAccounts().contains(workload.pod().serviceAccount());
  }
}
