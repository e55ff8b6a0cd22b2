#!/usr/bin/env bash
# Puts a build on the machines that serve it.
# Usage: deploy.sh [--dry] HOST...
set -euo pipefail

readonly BUILD=dist
readonly KEEP=5

hosts=()
dry=0

# Says what is done, and does it unless this is a rehearsal.
run() {
  printf '+ %s\n' "$*" >&2
  if [[ $dry -eq 0 ]]; then
    "$@"
  fi
}

usage() {
  cat <<END
Usage: deploy.sh [--dry] HOST...

Puts $BUILD on every HOST and keeps the last $KEEP builds there.
END
  exit 2
}

function upload {
  local host=$1 target
  target="/srv/app/$(git rev-parse --short HEAD)"
  run rsync --archive --delete "$BUILD/" "$host:$target/"
  run ssh "$host" "ln --symbolic --force --no-dereference '$target' /srv/app/current"
  run ssh "$host" "ls --directory --sort=time /srv/app/*/ | tail --lines=+$((KEEP + 1)) | xargs --no-run-if-empty rm -r"
}

while [[ $# -gt 0 ]]; do
  case $1 in
    --dry)
      dry=1
      ;;
    -*)
      usage
      ;;
    *)
      hosts+=("$1")
      ;;
  esac
  shift
done

[[ ${#hosts[@]} -gt 0 ]] || usage

for host in "${hosts[@]}"; do
  echo "deploying to $host"
  upload "$host"
  run ssh "$host" systemctl --user restart app.service
done
