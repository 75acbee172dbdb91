# Processes that outlive the shell that starts them, and that are ended by id. A process is known by its id and the time at
# which it started, so that another process which was given the same id later is never taken for it.

started_at() { # PID -> clock ticks between the machine's start and the process's
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The second field is the program's name in brackets, and may hold anything; what follows the last bracket is regular.
  set -- ${stat##*) }
  [ "$1" != Z ] || return 1
  printf '%s\n' "${20}"
}

pid_of() { # COMPONENT -> its process id, when it runs
  local pid start
  [ -r "$state/processes/$1" ] || return 1
  read -r pid start <"$state/processes/$1" || return 1
  [ "$(started_at "$pid")" = "$start" ] || return 1
  printf '%s\n' "$pid"
}

is_running() { pid_of "$1" >/dev/null; } # COMPONENT

start() { # COMPONENT COMMAND...
  local component=$1 pid
  shift
  ! is_running "$component" || return 0
  mkdir -p "$state/processes" "$logs"
  # A session of its own, no terminal, none of the caller's descriptors: it lives on when the caller ends.
  ( cd / && exec 9>&- && exec setsid "$@" ) >>"$logs/$component.log" 2>&1 </dev/null &
  pid=$!
  printf '%s %s\n' "$pid" "$(started_at "$pid")" >"$state/processes/$component"
  disown "$pid"
}

# Asks all to end, waits for at most 3 s (what they hold is thrown away anyway), then ends them.
stop() { # COMPONENT...
  local component pid begun=$SECONDS signal=TERM
  while true; do
    local running=0
    for component in "$@"; do
      if pid=$(pid_of "$component"); then
        running=1
        kill "-$signal" "$pid" 2>/dev/null || true
      else
        rm -f "$state/processes/$component"
      fi
    done
    [ $running = 1 ] || return 0
    sleep 0.2
    [ $((SECONDS - begun)) -lt 3 ] && signal=0 || signal=KILL
  done
}

components() { # those that were started, running or not
  [ ! -d "$state/processes" ] || ls "$state/processes"
}
