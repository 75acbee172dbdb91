package dev.sluice.policy.workload;

import dev.sluice.crds.ApiGroup;
import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.policy.Code;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds who brings, replaces or changes what belongs to the gate. */
final class GateIntegrity {
  static final String REMOVE =
      "Leave to Sluice what is Sluice's: remove it, and ask for the gate with the label "
          + ApiGroup.ACCESS_LABEL
          + " alone.";
  private final Workload workload;
  private final PodSpec spec;
  private final WorkloadContext context;
  private final boolean asks;
  private final List<Finding> findings = new ArrayList<>();

  private GateIntegrity(Workload workload, WorkloadContext context) {
    this.workload = workload;
    this.spec = workload.pod().spec();
    this.context = context;
    this.asks = GrantRequest.isMade(workload.pod());
  }

  /**
   * The findings.
   *
   * @param workload the workload
   * @param request what it asks for
   * @param context the cluster
   */
  static List<Finding> findings(Workload workload, GrantRequest request, WorkloadContext context) {
    GateIntegrity integrity = new GateIntegrity(workload, context);
    integrity.findings.addAll(GateExposure.findings(workload, context));
    PodParts previous = workload.previous();
    if (workload.stage() == Workload.Stage.UPDATED && previous != null) {
      // What was admitted before does not stand in the way of a later change of something else.
      integrity.findings.removeAll(GateExposure.findings(workload.withPod(previous), context));
    }
    switch (workload.stage()) {
      case TEMPLATE -> integrity.preset();
      case SUBMITTED -> {
        // The API server asks again when another webhook changed the pod after the injection; the
        // injector then puts the gate back to the first place.
        if (integrity.gate().isPresent() && integrity.isMarked()) {
          integrity.planned(request);
        } else {
          integrity.preset();
        }
      }
      case STORED, RUNNING -> {
        if (integrity.asks) {
          integrity.planned(request);
        } else {
          integrity.preset();
        }
      }
      case UPDATED -> integrity.unchanged();
    }
    return integrity.findings;
  }

  private Optional<Container> gate() {
    return spec.getInitContainers().stream()
        .filter(container -> GateParts.CONTAINER.equals(container.getName()))
        .findFirst();
  }

  private boolean isMarked() {
    return GateParts.INJECTION.equals(
        workload.pod().annotations().get(ApiGroup.INJECTED_ANNOTATION));
  }

  /** What no pod may hold before its gate is put in. */
  private void preset() {
    gate().ifPresent(gate -> preset("init container " + GateParts.CONTAINER));
    for (Volume volume : spec.getVolumes()) {
      if (GateParts.VOLUMES.contains(volume.getName())) {
        preset("volume " + volume.getName());
      }
    }
    if (workload.pod().annotations().containsKey(ApiGroup.INJECTED_ANNOTATION)) {
      preset("annotation " + ApiGroup.INJECTED_ANNOTATION);
    }
  }

  private void preset(String place) {
    add(
        Code.GATE_PRESET,
        null,
        place,
        "is brought by the workload and belongs to the gate",
        REMOVE);
  }

  /** A pod that asks for an access has the gate, unchanged and first. */
  private void planned(GrantRequest request) {
    Optional<Container> gate = gate();
    if (gate.isEmpty() && request instanceof GrantRequest.Refused) {
      return;
    }
    if (gate.isEmpty() && workload.stage() == Workload.Stage.RUNNING) {
      findings.add(
          new Finding(
              Code.GATE_MISSING,
              FindingType.GateMissing,
              "the grant",
              null,
              "the pod",
              null,
              "asks for an access and runs without a gate",
              missingRemedy()));
      return;
    }
    if (gate.isEmpty()) {
      changed(
          "the pod",
          "asks for an access and has no gate",
          "See that the MutatingWebhookConfiguration sluice is in place, then create the pod"
              + " again.");
      return;
    }
    if (workload.stage() != Workload.Stage.SUBMITTED
        && !GateParts.CONTAINER.equals(spec.getInitContainers().getFirst().getName())) {
      changed(
          "init container " + spec.getInitContainers().getFirst().getName(),
          "stands before the gate and could take its port",
          "Put it after " + GateParts.CONTAINER + ", which is the first of the init containers.");
    }
    if (!isMarked()) {
      changed("annotation " + ApiGroup.INJECTED_ANNOTATION, "is not the gate's own", REMOVE);
    }
    if (request instanceof GrantRequest.Asked asked) {
      boolean anyImage = workload.stage() == Workload.Stage.RUNNING;
      Container container =
          GateParts.container(context.gate(), workload.namespace(), asked.accesses());
      List<String> differences = GateComparison.differences(gate.get(), container, false);
      if (anyImage) {
        differences = withoutOutdated(gate.get(), container, differences);
      }
      differences.forEach(
          difference ->
              add(
                  Code.GATE_CHANGED,
                  GateParts.CONTAINER,
                  difference,
                  "is not as Sluice puts it in",
                  REMOVE));
      List<Volume> volumes = GateParts.volumes(context.gate(), asked.accesses());
      for (Volume planned : volumes) {
        boolean same =
            spec.getVolumes().stream()
                .filter(volume -> volume.getName().equals(planned.getName()))
                .anyMatch(volume -> GateComparison.isSame(volume, planned));
        if (!same && !anyImage) {
          changed("volume " + planned.getName(), "is not as Sluice puts it in", REMOVE);
        }
      }
      if (!anyImage) {
        notAskedFor(volumes);
        serviceAccount(gate.get());
      }
      if (workload.stage() == Workload.Stage.STORED) {
        bindings(asked);
      }
    }
  }

  /**
   * Tells that a gate is of another version, or has other settings, than one that is put in now.
   *
   * @return the differences that no version and no setting explains
   */
  private List<String> withoutOutdated(
      Container gate, Container planned, List<String> differences) {
    boolean anotherImage = differences.contains("image");
    List<String> outdated =
        differences.stream()
            .filter(
                difference ->
                    switch (difference) {
                      case "image" -> true;
                      case "env" -> !GateComparison.isForeign(gate, planned);
                      case "volumeMounts" -> anotherImage;
                      default -> false;
                    })
            .toList();
    if (!outdated.isEmpty() && context.gate().isKnown()) {
      findings.add(
          new Finding(
              Code.GATE_OUTDATED,
              FindingType.GateOutdated,
              "the grant",
              GateParts.CONTAINER,
              String.join(", ", outdated),
              null,
              anotherImage
                  ? "is of %s, and new pods get %s".formatted(gate.getImage(), planned.getImage())
                  : "is not as new pods get it",
              "Have the pods made anew, such as with kubectl rollout restart, or set"
                  + " spec.gates.outdated: Roll in the EnforcementPolicy."));
    }
    return differences.stream().filter(difference -> !outdated.contains(difference)).toList();
  }

  private String missingRemedy() {
    return "Pod".equals(workload.owner().kind())
        ? "Nothing makes this pod anew by itself: delete it and create it again, and it gets its"
            + " gate."
        : "See that the MutatingWebhookConfiguration sluice is in place, then have the pods made"
            + " anew, such as with kubectl rollout restart, or set spec.gates.missing: Evict in the"
            + " EnforcementPolicy.";
  }

  /** What is mounted where the API server mounts the service account's token is that. */
  private void serviceAccount(Container gate) {
    for (VolumeMount mount : gate.getVolumeMounts()) {
      boolean own = GateParts.VOLUMES.contains(mount.getName());
      if (!own
          && spec.getVolumes().stream()
              .filter(volume -> volume.getName().equals(mount.getName()))
              .anyMatch(volume -> volume.getProjected() == null && volume.getSecret() == null)) {
        changed(
            "volume " + mount.getName(), "is mounted into the gate and is not the gate's", REMOVE);
      }
    }
  }

  /** What the files say that applications find their database by. */
  private void bindings(GrantRequest.Asked asked) {
    GateParts.bindingAnnotations(asked.accesses())
        .forEach(
            (annotation, value) -> {
              if (!value.equals(workload.pod().annotations().get(annotation))) {
                changed("annotation " + annotation, "is not as Sluice puts it in", REMOVE);
              }
            });
  }

  /** Volumes of the gate's names that this pod's gate has no use for. */
  private void notAskedFor(List<Volume> planned) {
    for (Volume volume : spec.getVolumes()) {
      if (GateParts.VOLUMES.contains(volume.getName())
          && planned.stream().noneMatch(each -> each.getName().equals(volume.getName()))) {
        changed(
            "volume " + volume.getName(),
            "belongs to the gate, and the pod does not ask for it",
            "Remove it; for Unix sockets give the pod the annotation "
                + ApiGroup.SOCKET_ANNOTATION
                + ": \"true\".");
      }
    }
  }

  /** An update leaves the gate as it was. */
  private void unchanged() {
    PodParts before = workload.previous();
    if (before == null) {
      return;
    }
    if (!Objects.equals(
        before.labels().get(ApiGroup.ACCESS_LABEL),
        workload.pod().labels().get(ApiGroup.ACCESS_LABEL))) {
      fixed(GrantRequest.LABEL_PLACE);
    }
    if (!asks && !GrantRequest.isMade(before)) {
      return;
    }
    for (String annotation :
        List.of(
            ApiGroup.ALSO_ANNOTATION, ApiGroup.SOCKET_ANNOTATION, ApiGroup.INJECTED_ANNOTATION)) {
      if (!Objects.equals(
          before.annotations().get(annotation), workload.pod().annotations().get(annotation))) {
        fixed("annotation " + annotation);
      }
    }
    Stream.concat(
            before.annotations().keySet().stream(), workload.pod().annotations().keySet().stream())
        .filter(annotation -> annotation.startsWith(GateParts.BINDING_PREFIX))
        .distinct()
        .sorted()
        .filter(
            annotation ->
                !Objects.equals(
                    before.annotations().get(annotation),
                    workload.pod().annotations().get(annotation)))
        .forEach(annotation -> fixed("annotation " + annotation));
    String imageBefore =
        before.spec().getInitContainers().stream()
            .filter(container -> GateParts.CONTAINER.equals(container.getName()))
            .map(Container::getImage)
            .findFirst()
            .orElse("");
    String image = gate().map(Container::getImage).orElse("");
    if (!image.equals(imageBefore) && !image.equals(context.gate().image())) {
      add(
          Code.GATE_CHANGED,
          GateParts.CONTAINER,
          "image",
          "is changed to one that is not the gate's",
          "Leave it; a new pod gets the current image by itself.");
    }
  }

  private void fixed(String place) {
    changed(
        place,
        "cannot be changed on a pod that exists: its gate was made with the pod",
        "Change it in the template, so that new pods are made.");
  }

  private void changed(String place, String reason, String remedy) {
    add(Code.GATE_CHANGED, null, place, reason, remedy);
  }

  private void add(
      Code code, @Nullable String container, String place, String reason, String remedy) {
    findings.add(
        new Finding(
            code, FindingType.GateTampered, "the grant", container, place, null, reason, remedy));
  }
}
