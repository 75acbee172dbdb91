package dev.sluice.policy.workload;

import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.policy.Code;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.WindowsSecurityContextOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what leads from a pod to its node, to the packets of its network, or past the scheduler.
 */
final class NodeAccess {
  /** The annotation that the kubelet gives the picture of a static pod. */
  private static final String MIRROR = "kubernetes.io/config.mirror";

  /** Capabilities that give a way to the node, or into other processes. */
  private static final Set<String> TO_NODE =
      Set.of(
          "ALL",
          "SYS_ADMIN",
          "SYS_MODULE",
          "SYS_PTRACE",
          "SYS_RAWIO",
          "SYS_BOOT",
          "DAC_READ_SEARCH",
          "BPF",
          "PERFMON",
          "CHECKPOINT_RESTORE",
          "MAC_ADMIN",
          "MAC_OVERRIDE",
          "SYSLOG");

  private static final Set<String> TO_PACKETS = Set.of("NET_ADMIN", "NET_RAW");

  private static final String NODE_REMEDY =
      "Remove it. What needs the node runs in a namespace for node agents that no EnforcementPolicy"
          + " selects, or has an exception for NodeAccess.";

  private final Workload workload;
  private final PodSpec spec;
  private final boolean gated;
  private final List<Finding> findings = new ArrayList<>();

  private NodeAccess(Workload workload) {
    this.workload = workload;
    this.spec = workload.pod().spec();
    this.gated = GrantRequest.isMade(workload.pod());
  }

  /** The findings. */
  static List<Finding> findings(Workload workload) {
    NodeAccess access = new NodeAccess(workload);
    access.pod();
    access.volumes();
    PodContainer.of(access.spec).stream()
        .filter(each -> !each.isGate())
        .map(PodContainer::container)
        .forEach(access::container);
    access.placement();
    return access.findings;
  }

  private void pod() {
    // Of a pod with a gate this is told as what reaches into the gate.
    if (Boolean.TRUE.equals(spec.getHostPID()) && !gated) {
      node(null, "hostPID", "shows the pod every process of its node, gates among them");
    }
    if (Boolean.TRUE.equals(spec.getHostIPC())) {
      node(null, "hostIPC", "shares the memory that processes of its node share");
    }
    if (spec.getSecurityContext() != null
        && isHostProcess(spec.getSecurityContext().getWindowsOptions())) {
      node(null, "securityContext.windowsOptions.hostProcess", "runs the pod as its node");
    }
  }

  private void volumes() {
    for (Volume volume : spec.getVolumes()) {
      if (volume.getGitRepo() != null) {
        node(
            null,
            "volume " + volume.getName(),
            "has the kubelet run git on the node, with what the repository brings");
      }
      HostPathVolumeSource source = volume.getHostPath();
      if (source == null || source.getPath() == null) {
        continue;
      }
      boolean device = "BlockDevice".equals(source.getType());
      if (device || NodePath.leadsToNode(source.getPath())) {
        node(
            null,
            "volume " + volume.getName(),
            "mounts %s of the node, which leads to the node and its gates"
                .formatted(source.getPath()));
      }
    }
  }

  private void container(Container container) {
    SecurityContext context = container.getSecurityContext();
    if (context == null) {
      return;
    }
    String name = container.getName();
    if (Boolean.TRUE.equals(context.getPrivileged())) {
      node(name, "securityContext.privileged", "gives it all rights on its node");
    }
    if ("Unmasked".equals(context.getProcMount())) {
      node(name, "securityContext.procMount", "opens to it what the runtime hides of the kernel");
    }
    if (isHostProcess(context.getWindowsOptions())) {
      node(name, "securityContext.windowsOptions.hostProcess", "runs it as its node");
    }
    if (context.getCapabilities() == null) {
      return;
    }
    for (String added : context.getCapabilities().getAdd()) {
      String capability = added.toUpperCase(Locale.ROOT);
      capability = capability.startsWith("CAP_") ? capability.substring(4) : capability;
      if (TO_NODE.contains(capability)) {
        node(name, "capability " + capability, "leads to its node or into other processes");
      } else if (TO_PACKETS.contains(capability)) {
        add(
            Code.NETWORK_CAPABILITY,
            FindingType.NetworkCapability,
            name,
            "capability " + capability,
            "can capture or forge packets, and take the place of a gate",
            "Drop it. A service mesh that needs it in every pod has a CNI plugin for that; or have"
                + " the mode Warn given to NetworkCapability.");
      }
    }
  }

  private void placement() {
    if (workload.pod().annotations().containsKey(MIRROR)) {
      add(
          Code.UNSCHEDULED,
          FindingType.Unscheduled,
          null,
          "annotation " + MIRROR,
          "tells of a static pod, which runs whatever admission says",
          "See who put it on the node %s; static pods of the platform belong to kube-system."
              .formatted(Objects.requireNonNullElse(spec.getNodeName(), "")));
    } else if (isNew() && spec.getNodeName() != null && !spec.getNodeName().isEmpty()) {
      add(
          Code.UNSCHEDULED,
          FindingType.Unscheduled,
          null,
          "nodeName",
          "puts the pod on node %s past the scheduler and its taints".formatted(spec.getNodeName()),
          "Use nodeSelector or affinity, with tolerations where the node has taints.");
    }
    if (spec.getRuntimeClassName() != null && !spec.getRuntimeClassName().isEmpty()) {
      add(
          Code.RUNTIME_CLASS,
          FindingType.RuntimeClass,
          null,
          "runtimeClassName",
          "asks for the runtime %s, and whether that keeps containers and networks apart cannot be seen"
              .formatted(spec.getRuntimeClassName()),
          "Leave it out; where the runtime is known to, have the mode Audit given to RuntimeClass,"
              + " or an exception made.");
    }
  }

  /** A pod that exists has been given its node by the scheduler. */
  private boolean isNew() {
    return switch (workload.stage()) {
      case TEMPLATE, SUBMITTED, STORED -> true;
      case UPDATED, RUNNING -> false;
    };
  }

  private static boolean isHostProcess(@Nullable WindowsSecurityContextOptions options) {
    return options != null && Boolean.TRUE.equals(options.getHostProcess());
  }

  private void node(@Nullable String container, String place, String reason) {
    add(Code.NODE_ACCESS, FindingType.NodeAccess, container, place, reason, NODE_REMEDY);
  }

  private void add(
      Code code,
      FindingType type,
      @Nullable String container,
      String place,
      String reason,
      String remedy) {
    findings.add(new Finding(code, type, "the grant", container, place, null, reason, remedy));
  }
}
