# The pods' network: a bridge with the node's address, routing, and, afterwards, no trace of either.

# Kernel settings that the parts of the cluster change; their values from before are put back by `down`.
kernel_settings=(net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.ipv4.conf.all.route_localnet
  net.netfilter.nf_conntrack_tcp_timeout_established net.netfilter.nf_conntrack_tcp_timeout_close_wait
  net.netfilter.nf_conntrack_max vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops
  kernel.keys.root_maxkeys kernel.keys.root_maxbytes)

setting_file() { printf '/proc/sys/%s\n' "${1//.//}"; }

remember_kernel_settings() {
  [ ! -e "$state/kernel-settings" ] || return 0
  local name file
  for name in "${kernel_settings[@]}"; do
    file=$(setting_file "$name")
    [ ! -r "$file" ] || printf '%s %s\n' "$name" "$(cat "$file")"
  done >"$state/kernel-settings.new"
  mv "$state/kernel-settings.new" "$state/kernel-settings"
}

restore_kernel_settings() {
  [ -r "$state/kernel-settings" ] || return 0
  local name value file
  while read -r name value; do
    file=$(setting_file "$name")
    [ "$(cat "$file")" = "$value" ] || printf '%s\n' "$value" >"$file" || say "could not set $name back to $value"
  done <"$state/kernel-settings"
}

# The bridge bears the name of the state directory that it belongs to.
foreign_bridge() {
  local description
  description=$(ip link show "$bridge" 2>/dev/null) && ! grep -qF "alias sluice-localnode $state" <<<"$description"
}

refuse_foreign_bridge() {
  ! foreign_bridge ||
    fail "a network device $bridge is there already and belongs to something else (another local cluster?):
  stop that first (its 'down' with its LOCALNODE_STATE), or remove the device with: ip link delete $bridge"
}

make_bridge() {
  if ! ip link show "$bridge" >/dev/null 2>&1; then
    ip link add "$bridge" type bridge
    ip link set "$bridge" alias "sluice-localnode $state"
  fi
  ip address replace "$node_address/${pod_network#*/}" dev "$bridge"
  ip link set "$bridge" up
  # Without it a reply between two pods on the bridge would not be translated back to the Service's address.
  command -v modprobe >/dev/null && modprobe br_netfilter 2>/dev/null || true
  [ ! -e /proc/sys/net/bridge ] || echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables
  echo 1 >/proc/sys/net/ipv4/ip_forward
  # For machines that drop forwarded packets by default, as one with a Docker engine does.
  local direction
  for direction in -i -o; do
    iptables -w -C FORWARD "$direction" "$bridge" -m comment --comment sluice-localnode -j ACCEPT 2>/dev/null ||
      iptables -w -A FORWARD "$direction" "$bridge" -m comment --comment sluice-localnode -j ACCEPT
  done
}

# The tables that iptables makes in nftables when a rule is first added; `down` removes those that were not there.
packet_tables() { ! command -v nft >/dev/null || nft list tables 2>/dev/null || true; }

remember_packet_tables() {
  [ -e "$state/packet-tables" ] || packet_tables >"$state/packet-tables"
}

remove_empty_packet_tables() {
  [ -r "$state/packet-tables" ] || return 0
  local keyword family table
  { packet_tables | grep -vxFf "$state/packet-tables" || true; } | while read -r keyword family table; do
    case $family/$table in
      ip/filter | ip/nat | ip/mangle | ip/raw | ip6/filter | ip6/nat | ip6/mangle | ip6/raw) ;;
      *) continue ;;
    esac
    # Only base chains and nothing in them: every line is one of these.
    nft list table "$family" "$table" 2>/dev/null | grep -qvE '^(table .*\{|\s+chain (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) \{|\s+type .* policy accept;|\s*\}|\s*)$' ||
      nft delete table "$family" "$table"
  done
}

remove_bridge() {
  ip link show "$bridge" >/dev/null 2>&1 || return 0
  local device
  # The pods' ends of these cables are gone with their network namespaces, or go with this end.
  for device in $(ip -o link show master "$bridge" | sed -n 's/^[0-9]*: \(veth[^@:]*\).*/\1/p'); do
    ip link delete "$device" 2>/dev/null || true
  done
  ip link delete "$bridge"
  conntrack -D -s "$pod_network" >/dev/null 2>&1 || true
  conntrack -D -d "$service_network" >/dev/null 2>&1 || true
}

# Removes the table of the network policies; the chains of kube-proxy, kubelet and the CNI plugins, and every rule that jumps
# to one, in one transaction a table.
remove_packet_rules() {
  nft delete table inet sluice_network_policies 2>/dev/null || true
  local family table rules
  for family in iptables ip6tables; do
    command -v "$family-save" >/dev/null || continue
    for table in filter nat mangle raw; do
      rules=$("$family-save" -t "$table" 2>/dev/null) || continue
      printf '%s\n' "$rules" | awk -v table="$table" '
        function own(chain) { return chain ~ /^(KUBE|CNI)-/ }
        /^:/ { chain = substr($1, 2); if (own(chain)) { chains[++count] = chain } }
        /^-A/ && !own($2) && (/ -j (KUBE|CNI)-/ || /--comment "?sluice-localnode/) { sub(/^-A/, "-D"); removed[++rules] = $0 }
        END {
          if (count + rules == 0) exit
          print "*" table
          for (i = 1; i <= count; i++) print ":" chains[i] " - [0:0]"
          for (i = 1; i <= rules; i++) print removed[i]
          for (i = 1; i <= count; i++) print "-X " chains[i]
          print "COMMIT"
        }' | { grep . || true; } | "$family-restore" --noflush -w || say "could not remove the cluster's rules from $family $table"
    done
  done
}

# With somebody else's bridge in place the rules are theirs, too: then this state directory never got as far as a network.
remove_network() {
  ! foreign_bridge || return 0
  remove_outside
  remove_bridge
  remove_packet_rules
  remove_empty_packet_tables
  restore_kernel_settings
}

# An address that is neither a pod's nor the node's: in a network namespace of its own, with a cable to the machine.
make_outside() {
  ip netns add "$outside_name"
  ip link add "$outside_name" type veth peer name eth0 netns "$outside_name"
  ip address add "${outside_address%.*}.1/24" dev "$outside_name"
  ip link set "$outside_name" up
  ip -n "$outside_name" address add "$outside_address/24" dev eth0
  ip -n "$outside_name" link set eth0 up
  ip -n "$outside_name" link set lo up
  ip -n "$outside_name" route add default via "${outside_address%.*}.1"
}

# The cable goes with it.
remove_outside() {
  ! ip netns list 2>/dev/null | grep -q "^$outside_name\\b" || ip netns delete "$outside_name"
}

is_answering() { # ADDRESS PORT
  (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null
}
