# The node: containerd with directories of its own, the kubelet, the Services' rules and the cluster's DNS.

write_containerd_config() {
  mkdir -p "$state/containerd" "$state/cni"
  cat >"$state/cni/10-bridge.conflist" <<END
{
  "cniVersion": "0.4.0",
  "name": "localnode",
  "plugins": [
    {
      "type": "bridge", "bridge": "$bridge", "isDefaultGateway": true, "ipMasq": true, "hairpinMode": true,
      "ipam": {"type": "host-local", "dataDir": "$state/cni/addresses",
               "ranges": [[{"subnet": "$pod_network", "gateway": "$node_address"}]]}
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
END
  # restrict_oom_score_adj: a machine without CAP_SYS_RESOURCE may not make a process less likely to be killed than its own,
  # and runc then fails with "can't get final child's PID from pipe: EOF".
  cat >"$state/containerd/config.toml" <<END
version = 2
root = "$state/containerd/root"
state = "$containerd_run"
oom_score = 0
[grpc]
  address = "$containerd_socket"
[plugins."io.containerd.internal.v1.opt"]
  path = "$state/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$busybox_image"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$cni_plugins"
    conf_dir = "$state/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "runc"
        Root = "$state/containerd/runc"
        SystemdCgroup = false
END
}

# One image of busybox: what holds a pod's namespaces open (the "pause" container), and a shell for trying things.
load_busybox_image() {
  ! containers images list -q | grep -qxF "$busybox_image" || return 0
  local root=$state/busybox applet
  rm -rf "$root"
  mkdir -p "$root/bin" "$root/etc" "$root/tmp" "$root/root"
  chmod 1777 "$root/tmp"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnobody:x:65534:\n' >"$root/etc/group"
  "$here/../../images/archive" --name "$busybox_image" --output "$root.tar" --env PATH=/bin --cmd sleep --cmd infinity "$root"
  containers images import "$root.tar" >/dev/null
  rm -rf "$root" "$root.tar"
}

start_containerd() {
  is_running containerd || write_containerd_config
  start containerd containerd --config "$state/containerd/config.toml"
  await "containerd to answer" containerd containers version
  load_busybox_image
}

start_kubelet() {
  ! is_running kubelet || return 0
  mkdir -p "$state/kubelet"
  # For pods that want the node's own DNS: the same server, which asks the machine's for what is not in the cluster.
  printf 'nameserver %s\n' "$node_address" >"$state/kubelet/resolv.conf"
  cat >"$state/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $node_address
port: $kubelet_port
healthzBindAddress: 127.0.0.1
healthzPort: $kubelet_health_port
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $pki/kubelet.crt
tlsPrivateKeyFile: $pki/kubelet.key
clusterDomain: $cluster_domain
clusterDNS: [$dns_service_address]
resolvConf: $state/kubelet/resolv.conf
containerRuntimeEndpoint: unix://$containerd_socket
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
podLogsDir: $state/pod-logs
volumePluginDir: $state/kubelet/volume-plugins
# The machine is the user's own: the cluster reserves nothing of it and evicts nothing before it is really full.
enforceNodeAllocatable: []
evictionHard: {memory.available: 50Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
END
  start kubelet "$node_program" kubelet --config="$state/kubelet.yaml" --kubeconfig="$pki/kubelet.kubeconfig" \
    --root-dir="$state/kubelet" --cert-dir="$state/kubelet/pki" --hostname-override="$node_name" --node-ip="$node_address"
}

start_proxy() {
  # It ends when its configuration file is written, be it with the same text.
  ! is_running kube-proxy || return 0
  cat >"$state/kube-proxy.yaml" <<END
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clientConnection: {kubeconfig: $pki/proxy.kubeconfig}
clusterCIDR: $pod_network
hostnameOverride: $node_name
healthzBindAddress: 127.0.0.1:$proxy_health_port
metricsBindAddress: 127.0.0.1:$proxy_metrics_port
oomScoreAdj: 0
conntrack: {maxPerCore: 0}
END
  start kube-proxy "$node_program" kube-proxy --config="$state/kube-proxy.yaml"
}

start_dns() {
  ! is_running dns || return 0
  local forward=
  ! grep -q '^nameserver' /etc/resolv.conf 2>/dev/null || forward='forward . /etc/resolv.conf'
  cat >"$state/Corefile" <<END
.:53 {
    bind $node_address
    errors
    cache 5 {
        disable success $cluster_domain
        disable denial $cluster_domain
    }
    kubernetes $cluster_domain in-addr.arpa {
        kubeconfig $pki/dns.kubeconfig
        fallthrough in-addr.arpa
    }
    $forward
}
END
  start dns "$dns_program" -conf "$state/Corefile"
}

# Persistent volumes as directories of the node, and network policies: what a cluster's operator adds to Kubernetes.
start_additions() {
  mkdir -p "$state/volumes"
  start volumes "$node_program" volumes --kubeconfig="$pki/volumes.kubeconfig" --directory="$state/volumes" --node="$node_name"
  start network-policies "$node_program" network-policies --kubeconfig="$pki/network-policies.kubeconfig"
}

start_node() {
  start_containerd
  kubectl apply -f "$here/manifests/cluster" >/dev/null
  start_kubelet
  start_proxy
  start_dns
  start_additions
  await "the node to be registered" kubelet kubectl get node "$node_name"
  await "the node to be Ready" kubelet kubectl wait --for=condition=Ready "node/$node_name" --timeout=1s
  await "the default service account" kube-controller-manager kubectl -n default get serviceaccount default
}
