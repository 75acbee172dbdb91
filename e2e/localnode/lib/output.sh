# Telling the person at the terminal what goes on.

say() { printf '%s\n' "$*" >&2; }
fail() { say "localnode: $*"; exit 1; }

need_root() {
  [ "$(id -u)" = 0 ] || fail "this needs root (it makes containers and network devices): run it with sudo"
}

# Waits until a command succeeds. When it does not in time, or when the process that should make it true has ended, shows
# the end of that process's log and gives up.
await() { # WHAT COMPONENT COMMAND...
  local what=$1 component=$2 begun=$SECONDS next=10
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ! is_running "$component"; then
      show_log "$component"
      fail "$component has ended while waiting for: $what. The whole log: $logs/$component.log"
    fi
    if [ $((SECONDS - begun)) -ge "$patience" ]; then
      show_log "$component"
      say "The last attempt:"
      "$@" >&2 || true
      fail "not within $patience s: $what. The whole log: $logs/$component.log (LOCALNODE_PATIENCE=seconds waits longer)"
    fi
    if [ $((SECONDS - begun)) -ge "$next" ]; then
      say "  $((SECONDS - begun)) s, still waiting for: $what"
      next=$((next + 10))
    fi
    sleep 0.2
  done
}

show_log() { # COMPONENT
  say "The last lines of $component:"
  tail -n 20 "$logs/$1.log" >&2 || true
}
