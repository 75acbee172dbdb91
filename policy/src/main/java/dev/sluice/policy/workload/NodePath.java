package dev.sluice.policy.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which directories and sockets of a node lead to the node itself. */
final class NodePath {
  /** What is in one of these, or holds one of these, can be made into rights on the node. */
  private static final List<MountPath> SENSITIVE =
      Stream.of(
              // Pods, their tokens and their volumes; images and containers.
              "/var/lib/kubelet",
              "/var/lib/containerd",
              "/var/lib/containers",
              "/var/lib/crio",
              "/var/lib/docker",
              "/var/lib/rancher",
              "/var/lib/k0s",
              "/var/snap",
              // Sockets that start containers, or that look into them.
              "/run/containerd",
              "/run/crio",
              "/run/docker",
              "/run/docker.sock",
              "/run/podman",
              "/run/k3s",
              "/run/k0s",
              "/run/netns",
              "/run/systemd",
              "/run/dbus",
              // Credentials and configuration of the cluster.
              "/etc/kubernetes",
              "/etc/cni",
              "/opt/cni",
              "/var/lib/etcd",
              // What the node runs.
              "/bin",
              "/sbin",
              "/lib",
              "/boot",
              "/root",
              "/usr/bin",
              "/usr/sbin",
              "/usr/lib/systemd",
              "/usr/local/bin",
              "/etc/systemd",
              "/etc/cron.d",
              "/etc/crontab",
              "/etc/init.d",
              "/etc/ld.so.preload",
              "/etc/passwd",
              "/etc/shadow",
              "/etc/ssh",
              "/etc/sudoers",
              "/etc/sudoers.d",
              "/var/spool/cron",
              // The kernel and its memory.
              "/proc",
              "/sys/fs/bpf",
              "/sys/fs/cgroup",
              "/sys/kernel",
              "/dev/mem",
              "/dev/kmem",
              "/dev/mapper")
          .map(MountPath::of)
          .toList();

  private static final Pattern DISK =
      Pattern.compile("/dev/((s|v|xv|h)d[a-z]+|nvme|dm-|loop|md)\\w*");

  private static final Pattern SOCKET =
      Pattern.compile(
          ".*(containerd|docker|crio|cri-o|dockershim|kubelet|podman|buildkit).*\\.sock");

  private NodePath() {}

  /**
   * Whether who mounts a path of the node has the node.
   *
   * @param path as hostPath has it
   */
  static boolean leadsToNode(String path) {
    MountPath mounted = real(MountPath.of(path));
    String text = "/" + String.join("/", mounted.names()).toLowerCase(Locale.ROOT);
    return SENSITIVE.stream().anyMatch(each -> each.isWithin(mounted) || mounted.isWithin(each))
        || DISK.matcher(text).matches()
        || SOCKET.matcher(text).matches();
  }

  /** /var/run is a link to /run on every node. */
  private static MountPath real(MountPath path) {
    List<String> names = path.names();
    if (names.size() > 1 && names.get(0).equals("var") && names.get(1).equals("run")) {
      return new MountPath(new ArrayList<>(names.subList(1, names.size())));
    }
    return path;
  }
}
