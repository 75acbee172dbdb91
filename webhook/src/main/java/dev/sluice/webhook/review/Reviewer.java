package dev.sluice.webhook.review;

import dev.sluice.cluster.ClusterContexts;
import dev.sluice.cluster.ReferencedContents;
import dev.sluice.policy.workload.GateInjection;
import dev.sluice.policy.workload.GrantRequest;
import dev.sluice.policy.workload.Verdict;
import dev.sluice.policy.workload.Workload;
import dev.sluice.policy.workload.Workload.Stage;
import dev.sluice.policy.workload.WorkloadContext;
import dev.sluice.policy.workload.WorkloadDecisions;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.javaoperatorsdk.webhook.admission.AdmissionUtils;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;

/** Answers requests of the API server. */
@ApplicationScoped
public class Reviewer {
  private final ClusterContexts contexts;
  private final ReferencedContents contents;
  private final Owners owners;

  Reviewer(ClusterContexts contexts, ReferencedContents contents, Owners owners) {
    this.contexts = contexts;
    this.contents = contents;
    this.owners = owners;
  }

  /**
   * Says what becomes of a pod or a template.
   *
   * @param request the request
   */
  public AdmissionResponse validate(AdmissionRequest request) {
    Optional<Submission> submission = Submission.of(request);
    if (submission.isEmpty()) {
      return AdmissionUtils.allowedAdmissionResponse();
    }
    Submission submitted = submission.get();
    WorkloadContext context = context(submitted);
    ReferencedContents.Contents referenced =
        contents.of(submitted.name().namespace(), submitted.pod().spec(), context);
    Workload workload =
        new Workload(
            submitted.name(),
            owners.topOf(submitted, request.getUserInfo(), context),
            submitted.stage(),
            submitted.pod(),
            submitted.previous(),
            referenced.configMaps(),
            referenced.secrets());
    return Answers.told(
        WorkloadDecisions.decide(workload, context).and(Entries.added(request, submitted, context)),
        request,
        submitted.name().toString());
  }

  /**
   * Puts the gate into a pod that asks for it and may have it.
   *
   * @param request the request
   */
  public AdmissionResponse mutate(AdmissionRequest request) {
    Optional<Submission> submission = Submission.of(request);
    if (submission.isEmpty()
        || submission.get().stage() != Stage.STORED
        || !GrantRequest.isMade(submission.get().pod())
        || !(request.getObject() instanceof Pod pod)) {
      return AdmissionUtils.allowedAdmissionResponse();
    }
    Submission submitted = submission.get();
    WorkloadContext context = context(submitted);
    if (context.exemptNamespaces().contains(submitted.name().namespace())) {
      return AdmissionUtils.allowedAdmissionResponse();
    }
    Workload workload =
        new Workload(
            submitted.name(),
            owners.topOf(submitted, request.getUserInfo(), context),
            Stage.SUBMITTED,
            submitted.pod(),
            null,
            Map.of(),
            Map.of());
    Verdict verdict = WorkloadDecisions.decide(workload, context);
    GrantRequest asked = GrantRequest.of(submitted.name().namespace(), submitted.pod(), context);
    if (verdict instanceof Verdict.Reject || !(asked instanceof GrantRequest.Asked granted)) {
      return Answers.told(verdict, request, submitted.name().toString());
    }
    // Warnings come with the validation, which sees the whole pod.
    Pod injected =
        GateInjection.inject(pod, submitted.name().namespace(), granted.accesses(), context.gate());
    return Answers.patched(PodPatch.of(pod, injected));
  }

  private WorkloadContext context(Submission submitted) {
    return contexts.of(submitted.name().namespace(), GrantRequest.names(submitted.pod()));
  }
}
