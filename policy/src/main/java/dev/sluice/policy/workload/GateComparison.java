package dev.sluice.policy.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares a gate with the planned one. What other webhooks of a platform may rightly change
 * (resources, times of probes, further variables) is left alone; what would make the gate another
 * program, another identity or another address is a difference.
 */
final class GateComparison {
  /** Variables that change what a program is. */
  private static final Set<String> LOADERS =
      Set.of(
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "_JAVA_OPTIONS",
          "JDK_AOT_VM_OPTIONS",
          "CLASSPATH",
          "GCONV_PATH",
          "GLIBC_TUNABLES");

  /** All of these are read by the program loader. */
  private static final String LOADER_PREFIX = "LD_";

  private GateComparison() {}

  /** The places in which a gate differs from the planned one. */
  static List<String> differences(Container actual, Container planned, boolean anyImage) {
    List<String> differences = new ArrayList<>();
    if (!anyImage && !Objects.equals(actual.getImage(), planned.getImage())) {
      differences.add("image");
    }
    if (!Objects.equals(actual.getRestartPolicy(), planned.getRestartPolicy())
        || !actual.getRestartPolicyRules().isEmpty()) {
      differences.add("restartPolicy");
    }
    if (!actual.getCommand().isEmpty()
        || !actual.getArgs().isEmpty()
        || actual.getWorkingDir() != null) {
      differences.add("command");
    }
    if (actual.getLifecycle() != null
        || Stream.of(
                actual.getStartupProbe(), actual.getReadinessProbe(), actual.getLivenessProbe())
            .anyMatch(GateComparison::runsProgram)) {
      differences.add("lifecycle");
    }
    if (!isAwaited(actual)) {
      differences.add("startupProbe");
    }
    if (Boolean.TRUE.equals(actual.getStdin()) || Boolean.TRUE.equals(actual.getTty())) {
      differences.add("stdin");
    }
    if (actual.getPorts().stream().anyMatch(port -> port.getHostPort() != null)) {
      differences.add("ports");
    }
    if (!Objects.requireNonNullElse(
            actual.getTerminationMessagePath(), planned.getTerminationMessagePath())
        .equals(planned.getTerminationMessagePath())) {
      differences.add("terminationMessagePath");
    }
    if (!isSameEnvironment(actual, planned)) {
      differences.add("env");
    }
    if (!isSameMounts(actual, planned)) {
      differences.add("volumeMounts");
    }
    if (!isAsConfined(actual.getSecurityContext())) {
      differences.add("securityContext");
    }
    return differences;
  }

  /** Whether a stored volume is the planned one; quantities may be written in another way. */
  static boolean isSame(Volume actual, Volume planned) {
    if (planned.getEmptyDir() == null) {
      return actual.equals(planned);
    }
    return actual.getEmptyDir() != null
        && isSameMedium(actual.getEmptyDir().getMedium(), planned.getEmptyDir().getMedium())
        && isSame(actual.getEmptyDir().getSizeLimit(), planned.getEmptyDir().getSizeLimit());
  }

  /** The node's disk is written as nothing, or as an empty text. */
  private static boolean isSameMedium(@Nullable String actual, @Nullable String planned) {
    return Objects.requireNonNullElse(actual, "").equals(Objects.requireNonNullElse(planned, ""));
  }

  private static boolean isSame(@Nullable Quantity actual, Quantity planned) {
    return actual != null
        && actual.getNumericalAmount().compareTo(planned.getNumericalAmount()) == 0;
  }

  /**
   * Without it applications would start before the gate, and could take its port. Meshes lead it
   * over a port and a path of theirs.
   */
  private static boolean isAwaited(Container gate) {
    return gate.getStartupProbe() != null
        && gate.getStartupProbe().getHttpGet() != null
        && gate.getStartupProbe().getHttpGet().getHost() == null;
  }

  private static boolean runsProgram(@Nullable Probe probe) {
    return probe != null && probe.getExec() != null;
  }

  /**
   * Whether the environment has what no version of Sluice and none of its settings puts in: other
   * sources, a variable twice, or one that changes what the program is.
   */
  static boolean isForeign(Container actual, Container planned) {
    List<String> names = actual.getEnv().stream().map(EnvVar::getName).toList();
    return !actual.getEnvFrom().isEmpty()
        || Set.copyOf(names).size() != names.size()
        || names.stream().anyMatch(GateComparison::isLoader)
        || planned.getEnv().stream()
            .filter(variable -> variable.getValueFrom() != null)
            .anyMatch(variable -> !actual.getEnv().contains(variable));
  }

  private static boolean isLoader(String name) {
    return LOADERS.contains(name) || name.startsWith(LOADER_PREFIX);
  }

  private static boolean isSameEnvironment(Container actual, Container planned) {
    if (!actual.getEnvFrom().isEmpty()) {
      return false;
    }
    for (EnvVar variable : planned.getEnv()) {
      List<EnvVar> found =
          actual.getEnv().stream()
              .filter(each -> each.getName().equals(variable.getName()))
              .toList();
      // The last one of a name counts, so that a second one would replace the planned one.
      if (found.size() != 1 || !found.getFirst().equals(variable)) {
        return false;
      }
    }
    Set<String> names = Set.copyOf(planned.getEnv().stream().map(EnvVar::getName).toList());
    return actual.getEnv().stream()
        .map(EnvVar::getName)
        .filter(name -> !names.contains(name))
        .noneMatch(name -> name.startsWith("SLUICE_") || isLoader(name));
  }

  private static boolean isSameMounts(Container actual, Container planned) {
    List<VolumeMount> others = new ArrayList<>(actual.getVolumeMounts());
    for (VolumeMount mount : planned.getVolumeMounts()) {
      if (!others.removeIf(
          other ->
              other.getName().equals(mount.getName())
                  && other.getMountPath().equals(mount.getMountPath())
                  && other.getSubPath() == null
                  && other.getSubPathExpr() == null
                  && (other.getMountPropagation() == null
                      || other.getMountPropagation().equals("None"))
                  && Boolean.TRUE.equals(other.getReadOnly())
                      == Boolean.TRUE.equals(mount.getReadOnly()))) {
        return false;
      }
    }
    return others.stream()
            .allMatch(other -> GateParts.SERVICE_ACCOUNT_DIRECTORY.equals(other.getMountPath()))
        && actual.getVolumeDevices().isEmpty();
  }

  private static boolean isAsConfined(@Nullable SecurityContext context) {
    return context != null
        && Boolean.TRUE.equals(context.getRunAsNonRoot())
        && Objects.equals(context.getRunAsUser(), GateParts.USER)
        && Objects.equals(context.getRunAsGroup(), GateParts.USER)
        && Boolean.TRUE.equals(context.getReadOnlyRootFilesystem())
        && Boolean.FALSE.equals(context.getAllowPrivilegeEscalation())
        && !Boolean.TRUE.equals(context.getPrivileged())
        && context.getCapabilities() != null
        && context.getCapabilities().getDrop().contains("ALL")
        && context.getCapabilities().getAdd().isEmpty()
        && context.getSeccompProfile() != null
        && "RuntimeDefault".equals(context.getSeccompProfile().getType())
        && (context.getProcMount() == null || context.getProcMount().equals("Default"))
        && (context.getSeLinuxOptions() == null || context.getSeLinuxOptions().getType() == null)
        && (context.getAppArmorProfile() == null
            || !"Unconfined".equals(context.getAppArmorProfile().getType()));
  }
}
