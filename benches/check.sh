#!/usr/bin/env bash
# `workshop check` against a script of the usual kind, on one stack, interleaved; then the same
# check on a large stack. See docs/benchmarks.md.
#   benches/check.sh [ROUNDS [LARGE]]     (20 rounds, 50 replicas; LARGE 0 leaves that part out)
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-20} large=${2:-50}
here=$PWD
workshop=${WORKSHOP:-$here/target/dist/workshop}
[ -x "$workshop" ] || { echo "build it first: cargo build --profile dist" >&2 && exit 2; }

scratch=$(mktemp -d)
# What the program notes down of its workspaces goes with them.
export XDG_STATE_HOME=$scratch/state
# Only what was started here, by id.
clean_up() {
  local ids
  ids=$(docker ps --all --quiet --filter "label=com.docker.compose.project.working_dir=$scratch/work/workshop")
  # shellcheck disable=SC2086 # one word an id
  [ -z "$ids" ] || { docker stop --time 2 $ids && docker rm --volumes $ids; } >/dev/null
  for _ in $(seq 20); do # the last endpoints leave a network a moment after their containers
    [ -n "${project:-}" ] || break
    docker network ls --quiet --filter "label=com.docker.compose.project=$project" |
      xargs -r docker network rm >/dev/null 2>&1 && break
    sleep 1
  done
  [ -z "${project:-}" ] ||
    docker volume ls --quiet --filter "label=com.docker.compose.project=$project" | xargs -r docker volume rm >/dev/null
  rm -rf -- "$scratch"
}
trap clean_up EXIT

# lessons DIR REPLICAS REQUESTS: the lesson, its step scale-to-3 with just the checks compared.
lessons() {
  mkdir -p "$1"
  cp -r lessons complete "$1/"
  rm -rf "$1"/complete/*/backend/target
  awk -v replicas="$2" -v requests="$3" '
    /^\[\[steps\]\]/ { here = 0 }
    here && /^\[\[steps\.checks/ { skip = 1 }
    !here { skip = 0 }
    !skip { print }
    /^id = "scale-to-3"/ { here = 1 }
    here && /^run = / {
      print "\n[[steps.checks]]\nid = \"healthy\"\nreplicas = { service = \"backend\", equals = " replicas " }"
      print "\n[[steps.checks]]\nid = \"inside-only\""
      print "reachable = { service = \"backend\", published = false, network = \"appnet\" }"
      print "\n[[steps.checks]]\nid = \"every-replica-serves\""
      print "spread = { path = \"/api/posts\", requests = " requests ", service = \"backend\", least_share = 0.5 }\n"
    }' lessons/06-horizontal-scaling/lesson.toml >"$1/lessons/06-horizontal-scaling/lesson.toml"
}

# cost COMMAND...: adds "wall cpu" in milliseconds to the file in $times.
TIMEFORMAT='%R %U %S'
cost() {
  local spent
  { spent=$( { time "$@" >"$scratch/out" 2>&1 || echo "failed" >&3; } 3>"$scratch/failed" 2>&1); }
  [ ! -s "$scratch/failed" ] || { cat "$scratch/out" >&2 && exit 1; }
  awk '{ printf "%.0f %.0f\n", $1 * 1000, ($2 + $3) * 1000 }' <<<"$spent" >>"$times"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
of() { cut -d' ' -f"$2" "$scratch/$1" | median; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

# ready COUNT: waits until so many backends are healthy.
ready() {
  for _ in $(seq 180); do
    [ "$(docker ps --quiet --filter health=healthy \
      --filter "label=com.docker.compose.project=$project" | wc -l)" -ge "$1" ] && return
    sleep 1
  done
  echo "not $1 healthy replicas within 3 minutes" >&2
  exit 1
}

: "${FRONTEND_PORT:=18611}"
export FRONTEND_PORT
lessons "$scratch/small" 3 30
lessons "$scratch/same" 3 100
lessons "$scratch/large" "${large/#0/1}" 100
mkdir "$scratch/work"
cd "$scratch/work"
# Each is a course from elsewhere: what it does is agreed to by its digest.
declare -A digest
agreed() {
  (cd "$(mktemp -d -p "$scratch")" && "$workshop" --lessons "$scratch/$1" --yes start 06 --at scale-to-3 2>&1 || true) |
    grep -oE -- '--agree [0-9a-f]+' | head -1 | cut -d' ' -f2
}
program() {
  [ -n "${digest[$1]:-}" ] || digest[$1]=$(agreed "$1")
  "$workshop" --lessons "$scratch/$1" --yes --agree "${digest[$1]}" "${@:2}"
}
program small start 06 --at scale-to-3 >"$scratch/out" 2>&1 || { cat "$scratch/out" >&2 && exit 1; }
# A health check of each of many replicas every 2 seconds is work that is not ours.
sed -i 's/interval: 2s/interval: 30s/; s/start_period: 5s/start_period: 60s/' workshop/docker-compose.yml
# 64k of shared memory hold 47 servers.
sed -i 's/\(zone .*\) 64k;/\1 512k;/' workshop/frontend/nginx.conf
project=$(sed -n 's/^COMPOSE_PROJECT_NAME=//p' workshop/.env)
(cd workshop && docker compose up --detach --build --scale backend=3) >"$scratch/out" 2>&1 ||
  { cat "$scratch/out" >&2 && exit 1; }
ready 3

for round in $(seq "$rounds"); do
  times=$scratch/script cost bash "$here/benches/usual-check.sh" "$scratch/work/workshop" 3
  times=$scratch/check cost program small check
  times=$scratch/three cost program same check
done
echo "3 replicas, 30 requests, $rounds rounds, medians (ms)      wall     cpu"
printf '%-50s %10s %7s\n' "usual-check.sh" "$(of script 1)" "$(of script 2)" \
  "workshop check" "$(of check 1)" "$(of check 2)" \
  "ratio (goal 0.25, 0.15)" "$(ratio "$(of check 1)" "$(of script 1)")" \
  "$(ratio "$(of check 2)" "$(of script 2)")"

[ "$large" -gt 0 ] || exit 0
(cd workshop && docker compose up --detach --no-build --scale "backend=$large") >"$scratch/out" 2>&1 ||
  { cat "$scratch/out" >&2 && exit 1; }
ready "$large"
# nginx tries again those that it met before they were up.
for _ in $(seq 30); do program large check >"$scratch/out" 2>&1 && break; sleep 1; done
for round in $(seq "$rounds"); do
  times=$scratch/many cost program large check
done
echo
echo "100 requests, $rounds rounds, medians (ms)                 wall     cpu"
printf '%-50s %10s %7s\n' "workshop check, 3 replicas" "$(of three 1)" "$(of three 2)" \
  "workshop check, $large replicas" "$(of many 1)" "$(of many 2)" \
  "ratio (goal 3)" "$(ratio "$(of many 1)" "$(of three 1)")" "$(ratio "$(of many 2)" "$(of three 2)")"
