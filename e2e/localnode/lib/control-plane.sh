# etcd, the API server, the controllers and the scheduler, as processes of the machine.

start_etcd() {
  # The state lives only as long as the cluster, so nothing is lost when it is not flushed to disk at each write.
  start etcd "$node_program" etcd --name=localnode --data-dir="$state/etcd" --unsafe-no-fsync --log-level=warn \
    --listen-client-urls="https://127.0.0.1:$etcd_port" --advertise-client-urls="https://127.0.0.1:$etcd_port" \
    --listen-peer-urls="http://127.0.0.1:$etcd_peer_port" --initial-advertise-peer-urls="http://127.0.0.1:$etcd_peer_port" \
    --initial-cluster="localnode=http://127.0.0.1:$etcd_peer_port" --client-cert-auth --trusted-ca-file="$pki/ca.crt" \
    --cert-file="$pki/etcd.crt" --key-file="$pki/etcd.key"
}

# Who enters pods, and what admission says about it: what an audit log is needed for here.
write_audit_policy() {
  cat >"$state/audit-policy.yaml" <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
- level: Metadata
  resources:
  - {group: "", resources: [pods/exec, pods/attach, pods/portforward, pods/ephemeralcontainers]}
- level: None
END
}

start_api_server() {
  write_audit_policy
  start kube-apiserver "$node_program" kube-apiserver --bind-address="$node_address" --secure-port="$api_port" \
    --advertise-address="$node_address" --endpoint-reconciler-type=lease --allow-privileged=true \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --profiling=false \
    --client-ca-file="$pki/ca.crt" --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" \
    --etcd-servers="https://127.0.0.1:$etcd_port" --etcd-cafile="$pki/ca.crt" \
    --etcd-certfile="$pki/etcd.crt" --etcd-keyfile="$pki/etcd.key" \
    --kubelet-preferred-address-types=InternalIP --kubelet-certificate-authority="$pki/ca.crt" \
    --kubelet-client-certificate="$pki/apiserver-to-kubelet.crt" --kubelet-client-key="$pki/apiserver-to-kubelet.key" \
    --requestheader-client-ca-file="$pki/ca.crt" --requestheader-allowed-names=front-proxy \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file="$pki/front-proxy.crt" --proxy-client-key-file="$pki/front-proxy.key" \
    --service-account-issuer="https://kubernetes.default.svc.$cluster_domain" \
    --service-account-key-file="$pki/service-accounts.key" \
    --service-account-signing-key-file="$pki/service-accounts.key" --service-cluster-ip-range="$service_network" \
    --audit-policy-file="$state/audit-policy.yaml" --audit-log-path="$audit_log"
}

start_controllers() {
  start kube-controller-manager "$node_program" kube-controller-manager --kubeconfig="$pki/controllers.kubeconfig" \
    --authentication-kubeconfig="$pki/controllers.kubeconfig" --authorization-kubeconfig="$pki/controllers.kubeconfig" \
    --bind-address=127.0.0.1 --secure-port="$controllers_port" --profiling=false --leader-elect=false \
    --tls-cert-file="$pki/controllers.crt" --tls-private-key-file="$pki/controllers.key" \
    --flex-volume-plugin-dir="$state/kubelet/volume-plugins" --use-service-account-credentials=true --root-ca-file="$pki/ca.crt" \
    --service-account-private-key-file="$pki/service-accounts.key" \
    --cluster-signing-cert-file="$pki/ca.crt" --cluster-signing-key-file="$pki/ca.key"
}

start_scheduler() {
  start kube-scheduler "$node_program" kube-scheduler --kubeconfig="$pki/scheduler.kubeconfig" \
    --authentication-kubeconfig="$pki/scheduler.kubeconfig" --authorization-kubeconfig="$pki/scheduler.kubeconfig" \
    --bind-address=127.0.0.1 --secure-port="$scheduler_port" --profiling=false --leader-elect=false \
    --tls-cert-file="$pki/scheduler.crt" --tls-private-key-file="$pki/scheduler.key"
}

start_control_plane() {
  start_etcd
  start_api_server
  await "the API server to be ready" kube-apiserver kubectl get --raw /readyz
  start_controllers
  start_scheduler
}
