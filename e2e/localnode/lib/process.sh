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

stop() { # COMPONENT
  local pid begun=$SECONDS
  if pid=$(pid_of "$1"); then
    kill -TERM "$pid" 2>/dev/null || true
    while is_running "$1"; do
      [ $((SECONDS - begun)) -lt 15 ] || kill -KILL "$pid" 2>/dev/null || true
      sleep 0.1
    done
  fi
  rm -f "$state/processes/$1"
}

components() { # those that were started, running or not
  [ ! -d "$state/processes" ] || ls "$state/processes"
}
