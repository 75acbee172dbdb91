package dev.sluice.webhook.review;

import dev.sluice.policy.workload.PodParts;
import dev.sluice.policy.workload.Workload.Stage;
import dev.sluice.policy.workload.WorkloadName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
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
    return pod(object)
        .map(
            pod ->
                new Submission(
                    name(request, object),
                    object.getMetadata(),
                    stage(object, update),
                    pod,
                    update ? pod(request.getOldObject()).orElse(null) : null));
  }

  private static Stage stage(HasMetadata object, boolean update) {
    if (!(object instanceof Pod)) {
      return Stage.TEMPLATE;
    }
    return update ? Stage.UPDATED : Stage.STORED;
  }

  private static WorkloadName name(AdmissionRequest request, HasMetadata object) {
    ObjectMeta metadata = object.getMetadata();
    String name = metadata.getName();
    if (name == null || name.isEmpty()) {
      name = metadata.getGenerateName() == null ? "*" : metadata.getGenerateName() + "*";
    }
    return new WorkloadName(object.getKind(), request.getNamespace(), name);
  }

  private static Optional<PodParts> pod(@Nullable Object object) {
    return switch (object) {
      case Pod pod -> Optional.of(PodParts.of(pod.getMetadata(), pod.getSpec()));
      case Deployment it when it.getSpec() != null -> template(it.getSpec().getTemplate());
      case StatefulSet it when it.getSpec() != null -> template(it.getSpec().getTemplate());
      case DaemonSet it when it.getSpec() != null -> template(it.getSpec().getTemplate());
      case ReplicaSet it when it.getSpec() != null -> template(it.getSpec().getTemplate());
      case ReplicationController it when it.getSpec() != null ->
          template(it.getSpec().getTemplate());
      case Job it when it.getSpec() != null -> template(it.getSpec().getTemplate());
      case CronJob it when it.getSpec() != null && it.getSpec().getJobTemplate() != null ->
          it.getSpec().getJobTemplate().getSpec() == null
              ? Optional.empty()
              : template(it.getSpec().getJobTemplate().getSpec().getTemplate());
      case null -> Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<PodParts> template(@Nullable PodTemplateSpec template) {
    return template == null
        ? Optional.empty()
        : Optional.of(PodParts.of(template.getMetadata(), template.getSpec()));
  }
}
