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
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds what reaches into a gate, or leads it astray. */
final class GateExposure {
  private static final String KEEP_OUT =
      "Remove it: the gate's token, evidence and process belong to no other container.";

  private final Workload workload;
  private final PodSpec spec;
  private final WorkloadContext context;
  private final List<Finding> findings = new ArrayList<>();

  private GateExposure(Workload workload, WorkloadContext context) {
    this.workload = workload;
    this.spec = workload.pod().spec();
    this.context = context;
  }

  /**
   * The findings.
   *
   * @param workload the workload
   * @param context the cluster
   */
  static List<Finding> findings(Workload workload, WorkloadContext context) {
    GateExposure exposure = new GateExposure(workload, context);
    exposure.reached();
    return exposure.findings;
  }

  /** What reaches into a gate, whoever made it. */
  private void reached() {
    boolean gated =
        GrantRequest.isMade(workload.pod())
            || spec.getInitContainers().stream()
                .anyMatch(container -> GateParts.CONTAINER.equals(container.getName()));
    for (PodContainer each : PodContainer.of(spec)) {
      if (each.isGate()) {
        continue;
      }
      Container container = each.container();
      if (GateParts.CONTAINER.equals(container.getName())) {
        add(
            Code.GATE_PRESET,
            null,
            "container " + GateParts.CONTAINER,
            "is brought by the workload and belongs to the gate",
            GateIntegrity.REMOVE);
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
