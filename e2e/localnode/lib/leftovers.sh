# Finding and removing what containers leave: processes, mounts, network namespaces, control groups, sockets, links.

# Containers of this cluster only: containerd is ours, with state of its own.
remove_containers() {
  is_running containerd || return 0
  # What does not end this way is ended as a left-over process, further on.
  timeout 20 ctr --address "$containerd_socket" --namespace k8s.io tasks list -q 2>/dev/null |
    xargs -r -n 1 -P 8 timeout 20 ctr --address "$containerd_socket" --namespace k8s.io tasks delete --force \
      >/dev/null 2>&1 || true
}

task_directories() {
  find "$containerd_run/io.containerd.runtime.v2.task" -mindepth 2 -maxdepth 2 -type d 2>/dev/null || true
}

# Shims are containerd's children no more; each names our containerd's socket on its command line. A container's processes
# are those in the control group that bears the container's id.
container_processes() {
  local directory file
  for file in /proc/[0-9]*/cmdline; do
    if tr '\0' ' ' 2>/dev/null <"$file" | grep -F containerd-shim | grep -qF " -address $containerd_socket "; then
      file=${file#/proc/}
      printf '%s\n' "${file%%/*}"
    fi
  done
  for directory in $(task_directories); do
    find /sys/fs/cgroup -type d -name "${directory##*/}" -exec cat {}/cgroup.procs \; 2>/dev/null || true
  done
}

end_container_processes() {
  local pids attempt
  for attempt in $(seq 50); do
    mapfile -t pids < <(container_processes | sort -un)
    [ ${#pids[@]} -gt 0 ] || return 0
    kill -KILL "${pids[@]}" 2>/dev/null || true
    sleep 0.1
  done
  say "these container processes do not end: ${pids[*]}"
}

remove_shim_sockets() {
  local directory address
  for directory in $(task_directories); do
    address=$(cat "$directory/address" 2>/dev/null) || continue
    case $address in unix:///run/containerd/s/*) rm -f "${address#unix://}" ;; esac
  done
}

unmount_all() {
  local attempt mounts
  for attempt in 1 2 3; do
    # Deepest first. The kernel writes a space in a path as \040.
    mapfile -t mounts < <(awk '{print $5}' /proc/self/mountinfo | sed 's/\\040/ /g' | awk -v state="$state/" 'index($0, state) == 1' | sort -r)
    [ ${#mounts[@]} -gt 0 ] || return 0
    umount "${mounts[@]}" 2>/dev/null || { [ "$attempt" = 1 ] || umount -l "${mounts[@]}" 2>/dev/null || true; }
  done
}

remove_control_groups() {
  local hierarchy
  for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
    [ -d "$hierarchy/kubepods" ] || continue
    find "$hierarchy/kubepods" -depth -type d -exec rmdir {} \; 2>/dev/null || true
  done
}

# Directories outside the state directory that the kubelet and containerd's shims make whatever they are told. `up` notes
# those that were not there; `down` removes them unless somebody has put a file into them.
foreign_directories=(/var/lib/kubelet /var/lib/cni /var/log/containers /var/log/pods /run/containerd)

remember_foreign_directories() {
  [ ! -e "$state/foreign-directories" ] || return 0
  local directory
  for directory in "${foreign_directories[@]}"; do
    [ -e "$directory" ] || printf '%s\n' "$directory"
  done >"$state/foreign-directories.new"
  mv "$state/foreign-directories.new" "$state/foreign-directories"
}

remove_foreign_leftovers() {
  local link directory sandbox
  for link in /var/log/containers/*; do
    case $(readlink "$link" 2>/dev/null) in "$state"/*) rm -f "$link" ;; esac
  done
  # Where containerd notes which networks a pod has. Pods that were ended without it leave their notes.
  for sandbox in "$state"/containerd/root/io.containerd.grpc.v1.cri/sandboxes/*; do
    rm -f "/var/lib/cni/results/"*-"${sandbox##*/}"-*
  done
  [ -r "$state/foreign-directories" ] || return 0
  while read -r directory; do
    [ ! -d "$directory" ] || find "$directory" -xdev -depth \( -type s -o -type d -empty \) -delete 2>/dev/null || true
  done <"$state/foreign-directories"
}
