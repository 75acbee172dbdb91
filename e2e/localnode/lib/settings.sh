# What can be set from outside, and where everything lies. One local cluster runs on a machine at a time: its bridge, its
# addresses and its iptables chains exist once.

# The one directory that holds all state; `down` removes it.
state=$(realpath -m "${LOCALNODE_STATE:-/var/lib/sluice-localnode}")

# Everything listens on the bridge's address or on loopback, never on the machine's own network.
api_port=${LOCALNODE_API_PORT:-6443}
etcd_port=${LOCALNODE_ETCD_PORT:-12379}
etcd_peer_port=${LOCALNODE_ETCD_PEER_PORT:-12380}
kubelet_port=${LOCALNODE_KUBELET_PORT:-10250}
kubelet_health_port=${LOCALNODE_KUBELET_HEALTH_PORT:-10248}
controllers_port=${LOCALNODE_CONTROLLERS_PORT:-10257}
scheduler_port=${LOCALNODE_SCHEDULER_PORT:-10259}
proxy_health_port=${LOCALNODE_PROXY_HEALTH_PORT:-10256}
proxy_metrics_port=${LOCALNODE_PROXY_METRICS_PORT:-10249}

# Seconds to wait for one thing to become ready: a slow or busy machine needs more.
patience=${LOCALNODE_PATIENCE:-120}

node_name=localnode
bridge=cni0
node_address=10.244.0.1
pod_network=10.244.0.0/24
# A server that is not in the cluster: see `outside`.
outside_name=sluice-outside
outside_address=10.243.0.2
service_network=10.96.0.0/16
api_service_address=10.96.0.1
dns_service_address=10.96.0.10
cluster_domain=cluster.local
busybox_image=localhost/sluice/busybox:1

logs=$state/logs
audit_log=$logs/audit.log
pki=$state/pki
kubeconfig=$state/kubeconfig
containerd_run=$state/containerd/run
containerd_socket=$containerd_run/containerd.sock

# The file that says that a directory is ours to remove.
marker=$state/.sluice-localnode

programs=${XDG_CACHE_HOME:-$HOME/.cache}/sluice/bin
kubectl() { "$programs/kubectl" --kubeconfig "$kubeconfig" "$@"; }
# containerd's own client, for its Kubernetes namespace.
containers() { ctr --address "$containerd_socket" --namespace k8s.io "$@"; }

# The system's own programs, also for a root whose PATH is a user's.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
