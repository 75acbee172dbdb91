# What the scripts behind `make` share. Sourced by them; leaves the shell in the project's root directory.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
logs=$root/target/logs
mkdir -p "$logs"

if [ -t 2 ]; then bold=$'\e[1m' faint=$'\e[2m' red=$'\e[31m' plain=$'\e[0m'; else bold='' faint='' red='' plain=''; fi

say() { printf '%s\n' "$*" >&2; }
heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain" >&2; }
fail() { printf '%s%s%s\n' "$red" "$*" "$plain" >&2; exit 1; }

duration() { # SECONDS
  if [ "$1" -lt 60 ]; then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

# Ends what a step began, with all its children, and then this script: Ctrl-C means both.
interrupt_step() { # PROCESS-GROUP STATUS
  trap - INT TERM
  kill -TERM -- "-$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
  printf '%sinterrupted%s\n' "$red" "$plain" >&2
  exit "$2"
}

# Runs a noisy command with its output in a log; tells that it goes on, how long it took, and the log's end when it fails.
step() { # NAME COMMAND...
  local name=$1 log begun=$SECONDS next=30 pid status=0
  shift
  log=$logs/$(printf '%s' "$name" | tr -cs 'A-Za-z0-9' '-').log
  printf '%s' "- $name ... " >&2
  # A process group of its own: without one it would not hear of Ctrl-C, and its children could not be found.
  set -m
  "$@" </dev/null >"$log" 2>&1 &
  pid=$!
  set +m
  trap "interrupt_step $pid 130" INT
  trap "interrupt_step $pid 143" TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.3
    if [ $((SECONDS - begun)) -ge "$next" ]; then
      printf '\n%s  %s: %s%s ' "$faint" "$(duration $next)" "$(tail -n 1 "$log" | tr -d '\r' | cut -c1-120)" "$plain" >&2
      next=$((next + 30))
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM
  if [ "$status" != 0 ]; then
    printf '%sfailed%s after %s\n' "$red" "$plain" "$(duration $((SECONDS - begun)))" >&2
    tail -n "${TAIL:-40}" "$log" | sed 's/^/    /' >&2
    say "The whole log: $log"
    return "$status"
  fi
  say "done in $(duration $((SECONDS - begun)))"
}

# Installs Debian packages by name where that can be done; elsewhere says what is needed.
need_packages() { # WHAT-FOR PACKAGE...
  local purpose=$1
  shift
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    fail "$purpose needs what Debian calls: $*
Install it and run this again (as root on Debian and its relatives it is installed for you)."
  fi
  step "installing $*" env DEBIAN_FRONTEND=noninteractive sh -c \
    'apt-get update -qq && apt-get install -y -q --no-install-recommends "$@"' sh "$@"
}

# The JDK and the programs that the local cluster's scripts build.
use_jdk() {
  JAVA_HOME=$("$root/make/jdk") || exit 1
  export JAVA_HOME PATH=$JAVA_HOME/bin:$PATH
}

programs=${XDG_CACHE_HOME:-$HOME/.cache}/sluice/bin

# The gate as its image has it and the operator's classes, made where they are missing or older than their sources.
use_gate_and_operator() {
  local made=operator/target/quarkus-app/quarkus-run.jar sources=(pom.xml crds/src policy/src resources/src cluster/src sql/src sql/native sidecar/src operator/src)
  use_jdk
  if [ ! -e "$made" ] || [ -n "$(find "${sources[@]}" -newer "$made" -type f -print -quit)" ]; then
    step "compiling gate and operator" make/maven -B -ntp -DskipTests package -pl sidecar,operator -am
    touch "$made"
  fi
  step "the gate" images/gate/build
  gate=$root/images/target/gate-rootfs/opt/sluice/bin/gate
}
