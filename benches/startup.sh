#!/usr/bin/env bash
# How long the program takes to do what needs no stack. See docs/benchmarks.md.
#   benches/startup.sh [RUNS]     (200 runs each)
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-200}
workshop=${WORKSHOP:-$PWD/target/dist/workshop}
[ -x "$workshop" ] || { echo "build it first: cargo build --profile dist" >&2 && exit 2; }
scratch=$(mktemp -d)
# What the program notes down of its workspaces goes with them.
export XDG_STATE_HOME=$scratch/state
trap 'rm -rf -- "$scratch"' EXIT
cd "$scratch"
"$workshop" start 06 >/dev/null
"$workshop" apply --yes >/dev/null

TIMEFORMAT=%R
median() {
  for _ in $(seq "$runs"); do
    { time "$@" >/dev/null 2>&1 || true; } 2>&1
  done | sort -n | awk '{ v[NR] = $1 } END { printf "%5.1f ms   (90 %%: %5.1f ms)\n", v[int((NR + 1) / 2)] * 1000, v[int(NR * 0.9)] * 1000 }'
}
printf 'workshop --help                 goal  5 ms: '; median "$workshop" --help
printf 'workshop check --static --all   goal 20 ms: '; median "$workshop" check --static --all
printf '/bin/true (the floor)                     : '; median /bin/true
