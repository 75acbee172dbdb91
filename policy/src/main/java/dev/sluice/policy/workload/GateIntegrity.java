package dev.sluice.policy.workload;

import dev.sluice.crds.ApiGroup;
import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.policy.Code;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Sysctl;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds who brings, replaces, changes or reaches into what belongs to the gate. */
final class GateIntegrity {
  private static final String REMOVE =
      "Leave to Sluice what is Sluice's: remove it, and ask for the gate with the label "
          + ApiGroup.ACCESS_LABEL
          + " alone.";
  private static final String KEEP_OUT =
      "Remove it: the gate's token, evidence and process belong to no other container.";

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
    integrity.reached();
    PodParts previous = workload.previous();
    if (workload.stage() == Workload.Stage.UPDATED && previous != null) {
      // What was admitted before does not stand in the way of a later change of something else.
      GateIntegrity before = new GateIntegrity(workload.withPod(previous), context);
      before.reached();
      integrity.findings.removeAll(before.findings);
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

  /** What reaches into a gate, whoever made it. */
  private void reached() {
    boolean gated = asks || gate().isPresent();
    for (PodContainer each : PodContainer.of(spec)) {
      if (each.isGate()) {
        continue;
      }
      Container container = each.container();
      if (GateParts.CONTAINER.equals(container.getName())) {
        preset("container " + GateParts.CONTAINER);
      }
      container.getVolumeMounts().stream()
          .filter(
              mount ->
                  GateParts.TOKEN_VOLUME.equals(mount.getName())
                      || GateParts.SPOOL_VOLUME.equals(mount.getName()))
          .forEach(
              mount ->
                  exposed(
                      container.getName(),
                      "volume mount " + mount.getName(),
                      "reaches what only the gate may read",
                      KEEP_OUT));
      container.getVolumeMounts().stream()
          .filter(mount -> GateParts.SOCKET_VOLUME.equals(mount.getName()))
          .filter(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))
          .forEach(
              mount ->
                  exposed(
                      container.getName(),
                      "volume mount " + mount.getName(),
                      "is writable, so that another socket could take the place of the gate's",
                      "Set readOnly: true on it: clients connect all the same."));
      Long user =
          container.getSecurityContext() == null
              ? null
              : container.getSecurityContext().getRunAsUser();
      if (gated && user != null && user == GateParts.USER) {
        exposed(
            container.getName(),
            "securityContext.runAsUser",
            "is the gate's own user " + GateParts.USER,
            "Choose another user.");
      }
      if (gated && container.getSecurityContext() != null) {
        reachedByGroup(
            container.getName(),
            "securityContext.runAsGroup",
            container.getSecurityContext().getRunAsGroup());
      }
    }
    reachedByEphemeral();
    reachedByPod(gated);
    reachedByToken();
  }

  private void reachedByEphemeral() {
    for (EphemeralContainer container : spec.getEphemeralContainers()) {
      if (GateParts.CONTAINER.equals(container.getTargetContainerName())) {
        exposed(
            container.getName(),
            "targetContainerName",
            "enters the process namespace of the gate",
            "Target an application container (kubectl debug --target).");
      }
    }
  }

  private void reachedByPod(boolean gated) {
    if (!gated) {
      return;
    }
    if (Boolean.TRUE.equals(spec.getShareProcessNamespace())) {
      exposed(
          null,
          "shareProcessNamespace",
          "lets every container see the gate's process",
          "Remove it: a pod with a gate shares no process namespace.");
    }
    if (Boolean.TRUE.equals(spec.getHostPID())) {
      exposed(
          null,
          "hostPID",
          "shares the node's processes, and with them the gate's",
          "Remove it: a pod with a gate has processes of its own.");
    }
    reachedByNames();
    PodSecurityContext security = spec.getSecurityContext();
    if (security == null) {
      return;
    }
    if (Objects.equals(security.getRunAsUser(), GateParts.USER)) {
      exposed(
          null,
          "securityContext.runAsUser",
          "is the gate's own user " + GateParts.USER,
          "Choose another user.");
    }
    reachedByGroup(null, "securityContext.runAsGroup", security.getRunAsGroup());
    reachedByGroup(null, "securityContext.fsGroup", security.getFsGroup());
    security
        .getSupplementalGroups()
        .forEach(group -> reachedByGroup(null, "securityContext.supplementalGroups", group));
    reachedByKernel(security);
  }

  /** A gate that is led to somebody else's server is gone around, where TLS does not tell. */
  private void reachedByNames() {
    if ("None".equals(spec.getDnsPolicy())) {
      exposed(
          null,
          "dnsPolicy",
          "has a resolver of the pod's own say where the gate's database is",
          "Remove it, and dnsConfig.nameservers: the gate asks the cluster's DNS.");
    }
    if (!"None".equals(spec.getDnsPolicy())
        && spec.getDnsConfig() != null
        && !spec.getDnsConfig().getNameservers().isEmpty()) {
      exposed(
          null,
          "dnsConfig.nameservers",
          "may have a resolver of the pod's own say where the gate's database is",
          "Remove them: the gate asks the cluster's DNS.");
    }
    String control = Objects.requireNonNullElse(URI.create(context.gate().control()).getHost(), "");
    for (String own : ownNames()) {
      boolean asked =
          context.databases().stream()
              .flatMap(database -> database.endpoints().stream())
              .anyMatch(endpoint -> ServiceHost.normal(endpoint.host()).equals(own));
      if (asked || own.equals(control)) {
        exposed(
            null,
            "hostname",
            "gives the pod's own address to %s, which the gate connects to".formatted(own),
            "Choose another hostname, subdomain or hostnameOverride.");
      }
    }
    if (!spec.getHostAliases().isEmpty()) {
      reachedByAliases(control);
    }
  }

  private void reachedByAliases(String control) {
    AddressBook book =
        new AddressBook(
            context.databases(), workload.namespace(), List.of(), context.clusterDomain());
    for (HostAlias alias : spec.getHostAliases()) {
      for (String host : alias.getHostnames()) {
        if (!book.at(host).isEmpty() || ServiceHost.normal(host).equals(control)) {
          exposed(
              null,
              "hostAliases",
              "gives another address to %s, which the gate connects to".formatted(host),
              "Remove it: the gate asks the cluster's DNS where its database is.");
        }
      }
    }
  }

  /** What the kubelet writes into the pod's /etc/hosts for the pod itself. */
  private List<String> ownNames() {
    if (spec.getHostnameOverride() != null) {
      return List.of(ServiceHost.normal(spec.getHostnameOverride()));
    }
    boolean pod = "Pod".equals(workload.name().kind());
    String hostname =
        ServiceHost.normal(
            Objects.requireNonNullElse(spec.getHostname(), pod ? workload.name().name() : ""));
    return spec.getSubdomain() == null
        ? List.of(hostname)
        : List.of(
            hostname,
            "%s.%s.%s.svc.%s"
                .formatted(
                    hostname,
                    spec.getSubdomain(),
                    workload.namespace(),
                    ServiceHost.normal(context.clusterDomain())));
  }

  /** With this the pod's network leads others to the loopback address, where the gate listens. */
  private void reachedByKernel(PodSecurityContext security) {
    for (Sysctl setting : security.getSysctls()) {
      if (setting.getName().endsWith("route_localnet") && !"0".equals(setting.getValue())) {
        exposed(
            null,
            "sysctl " + setting.getName(),
            "lets the network reach the loopback address on which the gate listens",
            "Remove it.");
      }
    }
  }

  private void reachedByGroup(@Nullable String container, String place, @Nullable Long group) {
    if (group != null && group == GateParts.USER) {
      exposed(
          container, place, "is the gate's own group " + GateParts.USER, "Choose another group.");
    }
  }

  private void reachedByToken() {
    for (Volume volume : spec.getVolumes()) {
      if (volume.getProjected() == null || GateParts.TOKEN_VOLUME.equals(volume.getName())) {
        continue;
      }
      for (VolumeProjection source : volume.getProjected().getSources()) {
        if (source.getServiceAccountToken() != null
            && ApiGroup.TOKEN_AUDIENCE.equals(source.getServiceAccountToken().getAudience())) {
          exposed(
              null,
              "volume " + volume.getName(),
              "projects a token with audience "
                  + ApiGroup.TOKEN_AUDIENCE
                  + ", which only a gate has",
              KEEP_OUT);
        }
      }
    }
  }

  private void changed(String place, String reason, String remedy) {
    add(Code.GATE_CHANGED, null, place, reason, remedy);
  }

  private void exposed(@Nullable String container, String place, String reason, String remedy) {
    add(Code.GATE_EXPOSED, container, place, reason, remedy);
  }

  private void add(
      Code code, @Nullable String container, String place, String reason, String remedy) {
    findings.add(
        new Finding(
            code, FindingType.GateTampered, "the grant", container, place, null, reason, remedy));
  }
}
