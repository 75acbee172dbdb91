# What is taken from Debian. Packages are looked for by what they bring, not by name, so that a machine which has, say,
# containerd from elsewhere keeps it.

cni_plugins=
for directory in /usr/lib/cni /opt/cni/bin; do
  [ ! -x "$directory/bridge" ] || { cni_plugins=$directory; break; }
done

missing_packages() {
  command -v containerd >/dev/null || echo containerd
  command -v runc >/dev/null || echo runc
  [ -n "$cni_plugins" ] || echo containernetworking-plugins
  command -v iptables >/dev/null || echo iptables
  command -v ipset >/dev/null || echo ipset
  command -v conntrack >/dev/null || echo conntrack
  command -v nft >/dev/null || echo nftables
  command -v ip >/dev/null || echo iproute2
  command -v openssl >/dev/null || echo openssl
  # Debian's python3-minimal lacks some of these.
  python3 -c 'import http.server, json, tarfile' 2>/dev/null || echo python3
  # Its copy runs inside containers, where there is no C library.
  { command -v busybox >/dev/null && ! ldd "$(command -v busybox)" >/dev/null 2>&1; } || echo busybox-static
}

install_packages() {
  local packages
  mapfile -t packages < <(missing_packages)
  [ ${#packages[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "these are needed and missing, and there is no apt-get to install them: ${packages[*]}"
  say "installing from Debian: ${packages[*]}"
  local log
  log=$(mktemp)
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${packages[@]}"; } >"$log" 2>&1 9>&-; then
    tail -n 20 "$log" >&2
    rm "$log"
    fail "apt-get could not install ${packages[*]}"
  fi
  rm "$log"
  cni_plugins=${cni_plugins:-/usr/lib/cni}
}
