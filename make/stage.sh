# The stage of the demo and of the stories: a cluster, the images on it, the product installed, a shop's database.
# Sourced after lib.sh.

system=sluice-system

kube() { "$kubectl" "$@"; }
helm() { "$programs/helm" "$@"; }

# The cluster named by KUBECONFIG where USE_CLUSTER=1 says so, else the local one, started where it does not run.
stage_cluster() {
  if [ "${USE_CLUSTER:-}" = 1 ]; then
    [ -n "${KUBECONFIG:-}" ] || fail "USE_CLUSTER=1 asks for an existing cluster: say which in KUBECONFIG"
    kubectl=$(command -v kubectl) || fail "USE_CLUSTER=1 needs kubectl on the PATH"
    step "program helm" e2e/localnode/build helm
  else
    [ "$(id -u)" = 0 ] || fail "the local cluster makes containers and network devices: run this as root, or give
USE_CLUSTER=1 and a KUBECONFIG of a cluster to which the images have been loaded (make images tells where they are)"
    step "programs node, dns and helm (cold: a quarter of an hour)" e2e/localnode/build node dns helm
    step "local cluster" e2e/localnode/up
    KUBECONFIG=$(e2e/localnode/up --print-kubeconfig)
    export KUBECONFIG
    kubectl=$programs/kubectl
  fi
}

stage_images() {
  local archives archive mark
  make/images >"$logs/images.list"
  mapfile -t archives <"$logs/images.list"
  [ "${USE_CLUSTER:-}" != 1 ] || return 0
  # Loading again what is loaded would cost half a minute; the list is in the cluster's own directory and goes with it.
  mark=$(dirname "$KUBECONFIG")/loaded-images
  for archive in "${archives[@]}"; do
    local content
    content="$archive $(sha256sum <"$archive" | cut -c1-64)"
    grep -qxF "$content" "$mark" 2>/dev/null && continue
    step "loading $(basename "$archive" .tar)" e2e/localnode/load "$archive"
    printf '%s\n' "$content" >>"$mark"
  done
}

# Namespaces that are made here are marked, so that the end of the demo removes these and no others.
made=sluice-demo=made

stage_namespaces() {
  local namespace
  for namespace in "$system" databases shop; do
    kube get namespace "$namespace" >/dev/null 2>&1 ||
      printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {%s}}\n' "$namespace" "${made/=/: }" |
      kube create -f - >/dev/null
  done
  kube apply --server-side --force-conflicts -f e2e/demo/setup/namespaces.yaml >/dev/null
}

# What an administrator types; in addition the pods are marked with the images' content, because an image that is always
# called dev would not be started anew when it was made anew. Helm never upgrades CRDs, so they are applied before.
stage_install() {
  kube apply --server-side --force-conflicts -f charts/sluice/crds >/dev/null
  step "chart sluice" helm upgrade --install sluice charts/sluice --namespace "$system" \
    --values e2e/demo/setup/values.yaml --set-string "operator.podAnnotations.image=$(image_mark operator)" \
    --set-string "webhook.podAnnotations.image=$(image_mark webhook)" --wait --timeout 5m
}

image_mark() { # NAME
  sha256sum <"images/target/$1.tar" | cut -c1-16
}

secret_from() { # NAMESPACE NAME ARGUMENT...: made once and then left alone
  local namespace=$1 name=$2
  shift 2
  kube -n "$namespace" get secret "$name" >/dev/null 2>&1 ||
    kube -n "$namespace" create secret generic "$name" "$@" >/dev/null
}

# A certificate authority of the database's own, and a certificate for the name by which it is reached.
database_certificate() {
  kube -n databases get secret orders-db-tls >/dev/null 2>&1 && return 0
  local work
  work=$(mktemp -d)
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=orders-db-ca' \
    -keyout "$work/ca.key" -out "$work/ca.crt" 2>/dev/null
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=orders-db.databases.svc' \
    -keyout "$work/tls.key" -out "$work/tls.csr" 2>/dev/null
  openssl x509 -req -in "$work/tls.csr" -CA "$work/ca.crt" -CAkey "$work/ca.key" -CAcreateserial -days 3650 \
    -extfile <(echo 'subjectAltName=DNS:orders-db.databases.svc,DNS:orders-db.databases.svc.cluster.local,DNS:orders-db') \
    -out "$work/tls.crt" 2>/dev/null
  # The Secret comes last: where this was cut short, both are made anew.
  kube -n databases create configmap orders-ca --from-file=ca.crt="$work/ca.crt" --dry-run=client -o yaml |
    kube apply -f - >/dev/null
  secret_from databases orders-db-tls --from-file=tls.crt="$work/tls.crt" --from-file=tls.key="$work/tls.key"
  rm -rf "$work"
}

stage_database() {
  secret_from databases orders-db-superuser --from-literal=password="$(openssl rand -hex 20)"
  secret_from databases orders-admin --type=kubernetes.io/basic-auth --from-literal=username=shop_admin \
    --from-literal=password="$(openssl rand -hex 20)"
  database_certificate
  kube apply -f e2e/demo/setup/orders-db.yaml >/dev/null
  step "database orders-db" kube -n databases rollout status statefulset/orders-db --timeout=3m
  kube apply -f e2e/demo/setup/shop-data.yaml >/dev/null
  step "the shop's data: 100,000 customers, 200,000 orders" \
    kube -n databases wait job/shop-data --for=condition=Complete --timeout=5m
}

stage_up() {
  stage_cluster
  stage_images
  stage_namespaces
  stage_install
  stage_database
}

# Deletes resources of one of the product's kinds by name, where there is such a kind still.
delete_resource() { # KIND ARGUMENT...
  local kind=$1
  shift
  kube get crd "$kind.sluice.dev" >/dev/null 2>&1 || return 0
  kube delete "$kind" "$@" --ignore-not-found --timeout=2m
}

# The product's resources of these kinds that exist; nothing where there are none.
remaining() { # KIND...
  local kind
  for kind in "$@"; do
    ! kube get crd "$kind.sluice.dev" >/dev/null 2>&1 || kube get "$kind.sluice.dev" --all-namespaces -o name
  done
}

is_made_here() { # NAMESPACE
  kube get namespace -l "$made" -o name | grep -qx "namespace/$1"
}

# In a cluster that others use, too: takes back what the demo made, by name, and can be repeated.
stage_down_elsewhere() {
  kube delete --ignore-not-found -f e2e/demo/bypass
  kube delete --ignore-not-found -k e2e/demo/apps
  # While the operator is there, roles leave the database and finalizers are taken off.
  delete_resource databaseaccesses orders -n shop
  delete_resource databases orders -n databases
  delete_resource maskingpolicies personal-data
  delete_resource enforcementpolicies shops
  kube delete --ignore-not-found -f e2e/demo/setup/shop-data.yaml -f e2e/demo/setup/orders-db.yaml
  kube -n databases delete secret orders-db-superuser orders-admin orders-db-tls --ignore-not-found
  kube -n databases delete configmap orders-ca --ignore-not-found
  kube delete clusterrolebinding sluice-demo-auditor --ignore-not-found
  kube -n "$system" delete serviceaccount demo-auditor --ignore-not-found
  local others
  others=$(remaining databases databaseaccesses)
  if [ -n "$others" ]; then
    say "Sluice stays in $system, since these are governed by it:
$others"
  elif is_made_here "$system"; then
    helm uninstall sluice --namespace "$system" --ignore-not-found --wait
    others=$(remaining maskingpolicies guardrailpolicies enforcementpolicies)
    if [ -z "$others" ]; then
      kube delete --ignore-not-found -f charts/sluice/crds
    else
      say "The definitions of Sluice's kinds stay, since there are:
$others"
    fi
    kube delete namespace "$system" --ignore-not-found
  else
    say "Sluice stays in $system, which was there before the demo. Without it: helm uninstall sluice --namespace $system"
  fi
  local namespace
  for namespace in shop databases; do
    ! is_made_here "$namespace" || kube delete namespace "$namespace"
  done
}

stage_down() {
  if [ "${USE_CLUSTER:-}" = 1 ]; then
    stage_cluster
    stage_down_elsewhere
  else
    e2e/localnode/down
  fi
}
