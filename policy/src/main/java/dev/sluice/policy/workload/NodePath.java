package dev.sluice.policy.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
              "/var/lib/k3s",
              "/var/lib/minikube",
              "/var/lib/origin",
              "/var/lib/cloud",
              "/var/vcap",
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
              "/run/nri",
              "/run/cilium",
              "/run/containers",
              "/run/user",
              // Credentials and configuration of the cluster.
              "/etc/kubernetes",
              "/etc/cni",
              "/etc/containerd",
              "/etc/crio",
              "/etc/docker",
              "/etc/rancher",
              "/etc/k0s",
              "/etc/origin",
              "/srv/kubernetes",
              "/home/kubernetes",
              "/opt/cni",
              "/var/lib/etcd",
              // What the node runs.
              "/bin",
              "/sbin",
              "/lib",
              "/lib64",
              "/usr/lib64",
              "/usr/libexec",
              "/usr/local/sbin",
              "/usr/local/lib",
              "/opt/bin",
              "/nix",
              "/ostree",
              "/sysroot",
              "/boot",
              "/root",
              "/usr/bin",
              "/usr/sbin",
              "/usr/lib/systemd",
              "/usr/local/bin",
              "/etc/systemd",
              "/etc/cron.d",
              "/etc/cron.hourly",
              "/etc/cron.daily",
              "/etc/cron.weekly",
              "/etc/cron.monthly",
              "/etc/profile",
              "/etc/profile.d",
              "/etc/pam.d",
              "/etc/udev",
              "/etc/rc.local",
              "/etc/rc.d",
              "/etc/modprobe.d",
              "/etc/modules-load.d",
              "/etc/ld.so.conf",
              "/etc/ld.so.conf.d",
              "/etc/ld.so.cache",
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
              "/dev/port",
              "/dev/disk",
              "/dev/block",
              "/dev/mapper")
          .map(MountPath::of)
          .toList();

  private static final Pattern DISK =
      Pattern.compile(
          "/dev/((s|v|xv|h)d[a-z]+|nvme|dm-|loop|md|mmcblk|rbd|nbd|drbd|bcache|pmem|sg|zd)\\w*");

  private static final Pattern SOCKET =
      Pattern.compile(
          ".*(containerd|docker|crio|cri-o|dockershim|kubelet|podman|buildkit|isula|nri).*\\.sock");

  private static final Set<String> ANYWHERE = Set.of("kubelet", "containerd", ".ssh");

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
        || SOCKET.matcher(text).matches()
        // Wherever a node keeps them.
        || mounted.names().stream().anyMatch(ANYWHERE::contains);
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
