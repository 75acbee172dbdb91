# Everything that the scripts share. Sourced with `here` set to the directory of the scripts.
for part in settings output process packages pki network control-plane node leftovers; do
  # shellcheck source=/dev/null
  . "$here/lib/$part.sh"
done

# One script at a time changes the cluster. The lock is the directory around the state, so no file is left.
take_lock() {
  mkdir -p "$(dirname "$state")"
  exec 9<"$(dirname "$state")"
  flock -n 9 || { say "another up or down is at work, waiting for it"; flock 9; }
}
