# One certificate authority, a certificate for each part, and the kubeconfigs that use them. Made once for each state
# directory; private keys are readable by root only.

make_authority() {
  [ ! -s "$pki/ca.crt" ] || return 0
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/ca.key"
  openssl req -x509 -new -key "$pki/ca.key" -subj "/CN=sluice-localnode" -days 3650 -out "$pki/ca.crt.new" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,digitalSignature,keyCertSign,cRLSign"
  mv "$pki/ca.crt.new" "$pki/ca.crt"
}

make_certificate() { # NAME SUBJECT [SUBJECT-ALTERNATIVE-NAMES]
  [ ! -s "$pki/$1.crt" ] || return 0
  local extensions="basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth,serverAuth"
  [ -z "${3:-}" ] || extensions+="
subjectAltName=$3"
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/$1.key"
  openssl req -new -key "$pki/$1.key" -subj "$2" |
    openssl x509 -req -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 3650 \
      -extfile <(printf '%s\n' "$extensions") -out "$pki/$1.crt.new" 2>/dev/null
  mv "$pki/$1.crt.new" "$pki/$1.crt"
}

make_kubeconfig() { # FILE CERTIFICATE-NAME
  [ ! -s "$1" ] || return 0
  cat >"$1" <<END
apiVersion: v1
kind: Config
clusters:
- name: localnode
  cluster:
    server: https://$node_address:$api_port
    certificate-authority-data: $(base64 -w0 "$pki/ca.crt")
users:
- name: $2
  user:
    client-certificate-data: $(base64 -w0 "$pki/$2.crt")
    client-key-data: $(base64 -w0 "$pki/$2.key")
contexts:
- name: localnode
  context: {cluster: localnode, user: $2}
current-context: localnode
END
}

make_pki() {
  mkdir -p "$pki"
  chmod 700 "$pki"
  local old_mask
  old_mask=$(umask)
  umask 077
  make_authority
  make_certificate etcd "/CN=etcd" "IP:127.0.0.1,DNS:localhost"
  make_certificate apiserver "/CN=kube-apiserver" "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,\
DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.$cluster_domain,IP:127.0.0.1,IP:$api_service_address,IP:$node_address"
  make_certificate apiserver-to-kubelet "/O=system:masters/CN=kube-apiserver-kubelet-client"
  make_certificate front-proxy "/CN=front-proxy"
  make_certificate kubelet "/O=system:nodes/CN=system:node:$node_name" "DNS:$node_name,IP:$node_address"
  make_certificate admin "/O=system:masters/CN=admin"
  make_certificate controllers "/CN=system:kube-controller-manager" "DNS:localhost,IP:127.0.0.1"
  make_certificate scheduler "/CN=system:kube-scheduler" "DNS:localhost,IP:127.0.0.1"
  make_certificate proxy "/CN=system:kube-proxy"
  make_certificate dns "/CN=system:coredns"
  make_certificate volumes "/CN=localnode:volumes"
  make_certificate network-policies "/CN=localnode:network-policies"
  # Signs the tokens of service accounts.
  [ -s "$pki/service-accounts.key" ] || openssl ecparam -name prime256v1 -genkey -noout -out "$pki/service-accounts.key"
  local part
  for part in kubelet controllers scheduler proxy dns volumes network-policies; do
    make_kubeconfig "$pki/$part.kubeconfig" "$part"
  done
  make_kubeconfig "$kubeconfig" admin
  umask "$old_mask"
}
