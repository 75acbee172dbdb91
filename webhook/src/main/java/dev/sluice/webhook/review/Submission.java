package dev.sluice.webhook.review;

import dev.sluice.policy.workload.PodParts;
import dev.sluice.policy.workload.Workload.Stage;
import dev.sluice.policy.workload.WorkloadName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pod or a template of pods, as somebody submitted it.
 *
 * @param name what was submitted
 * @param metadata the metadata of the submitted object
 * @param stage where in its life it is, as validation sees it
 * @param pod the pod or the pods of the template
 * @param previous the same before an update
 */
record Submission(
    WorkloadName name,
    ObjectMeta metadata,
    Stage stage,
    PodParts pod,
    @Nullable PodParts previous) {

  /**
   * Reads a request.
   *
   * @param request the request
   * @return empty where there is nothing to decide: another kind, a deletion, an object that is
   *     being deleted
   */
  static Optional<Submission> of(AdmissionRequest request) {
    boolean update = "UPDATE".equals(request.getOperation());
    if (!update && !"CREATE".equals(request.getOperation())) {
      return Optional.empty();
    }
    if (!(request.getObject() instanceof HasMetadata object)
        || object.getMetadata() == null
        || object.getMetadata().getDeletionTimestamp() != null) {
      return Optional.empty();
    }
    return PodParts.in(object)
        .map(
            pod ->
                new Submission(
                    WorkloadName.of(object, request.getNamespace()),
                    object.getMetadata(),
                    stage(object, update),
                    pod,
                    update ? PodParts.in(request.getOldObject()).orElse(null) : null));
  }

  private static Stage stage(HasMetadata object, boolean update) {
    if (!(object instanceof Pod)) {
      return Stage.TEMPLATE;
    }
    return update ? Stage.UPDATED : Stage.STORED;
  }
}
