#!/usr/bin/env bash
# How fast a stack is without Docker, beside Docker where that answers: up, a scale change as `check`
# sees it, a whole lesson, and what 50 replicas take. Needs `cargo build --profile dist`, jq and curl.
#   benches/embedded.sh [ROUNDS]
set -euo pipefail
repo=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
workshop=${CARGO_TARGET_DIR:-$repo/target}/dist/workshop
rounds=${1:-5}

scratch=$(mktemp -d)
# What the program notes down of its workspaces goes with them.
export XDG_STATE_HOME=$scratch/state
declare -a folders=()
finish() {
  for folder in "${folders[@]}"; do
    "$workshop" -C "$folder" reset --all --yes --quiet >/dev/null 2>&1 || true
  done
  rm -rf -- "$scratch"
}
trap finish EXIT

now() { date +%s%N; }
# ms SINCE
ms() { echo $((($(now) - $1) / 1000000)); }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

engines=(embedded)
# Docker takes part where the base images are there.
if docker info >/dev/null 2>&1 && [ -n "${NGINX_IMAGE:-}" ] && [ -n "${BACKEND_PROGRAM:-}" ]; then
  engines+=(docker)
fi

port=18400
declare -A at
for engine in "${engines[@]}"; do
  folder=$scratch/$engine
  mkdir -- "$folder"
  folders+=("$folder")
  at[$engine]=$folder
  port=$((port + 1))
  FRONTEND_PORT=$port "$workshop" -C "$folder" --engine "$engine" start 06 >/dev/null
  "$workshop" -C "$folder" apply --yes --quiet >/dev/null
  # The files as they are at the end of the lesson, without starting anything.
  cp -r -- "$repo"/complete/step-06/. "$folder/workshop/"
  printf 'FRONTEND_PORT=%s\n' "$port" >>"$folder/workshop/.env"
done

w() { # w ENGINE WORDS...
  local engine=$1
  shift
  "$workshop" -C "${at[$engine]}" "$@"
}
compose() { local engine=$1; shift; w "$engine" compose "$@" >/dev/null 2>&1; }

# until_ready ENGINE N: until `status` shows N healthy backends
until_ready() {
  until [ "$(w "$1" status --json | jq '[.status.replicas[] | select(.label | startswith("backend")) | select(.state | test("healthy"))] | length')" -eq "$2" ]; do :; done
}

printf '%-42s' 'median of '"$rounds"
printf '%14s' "${engines[@]}"
printf '\n'
row() { # row TITLE FUNCTION
  printf '%-42s' "$1"
  for engine in "${engines[@]}"; do
    for _ in $(seq "$rounds"); do "$2" "$engine"; done | median | awk '{ printf "%11d ms", $1 }'
  done
  printf '\n'
}

up_first() {
  compose "$1" down -v || true
  local begun
  begun=$(now)
  compose "$1" up -d --build --scale backend=3
  ms "$begun"
}
up_healthy() {
  compose "$1" down -v || true
  local begun
  begun=$(now)
  compose "$1" up -d --build --scale backend=3
  until_ready "$1" 3
  ms "$begun"
}
scale_seen() {
  compose "$1" up -d --scale backend=3
  until_ready "$1" 3
  local begun
  begun=$(now)
  compose "$1" up -d --scale backend=4
  until [ "$(w "$1" status --json | jq '[.status.replicas[] | select(.label | startswith("backend"))] | length')" -eq 4 ]; do :; done
  ms "$begun"
}
for engine in "${engines[@]}"; do compose "$engine" build; done
row 'stack up: 3 backends, 1 frontend' up_first
row 'the same until all are healthy' up_healthy
row '3 to 4 backends, and seen by a command' scale_seen

fifty=$(
  compose embedded down -v
  begun=$(now)
  compose embedded up -d --scale backend=50
  ms "$begun"
)
until_ready embedded 50
supervisor=$(jq .pid "${at[embedded]}/.workshop/engine/supervisor.json")
memory=$(
  for pid in "$supervisor" $(pgrep -P "$supervisor"); do
    awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null || true
  done | awk '{ sum += $1 } END { printf "%.0f", sum / 1024 }'
)
printf '\n50 replicas, embedded: up in %s ms (goal 2000), %s MB in all, supervisor and front too (goal 400)\n' "$fifty" "$memory"
compose embedded down -v

for engine in "${engines[@]}"; do
  mkdir -p -- "$scratch/demo-$engine"
  begun=$(now)
  FRONTEND_PORT=$((port + 10)) "$workshop" -C "$scratch/demo-$engine" demo 06 --auto --engine "$engine" --quiet >/dev/null
  printf 'demo 06 --auto, %s: %s ms (goal for embedded 30000)\n' "$engine" "$(ms "$begun")"
done
