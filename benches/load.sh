#!/usr/bin/env bash
# `workshop load` against wrk and oha: the same target (real nginx with one worker that returns a
# short text), the same connections, in turns; memory at 500 connections; an open loop's rate.
# See docs/benchmarks.md.
#   benches/load.sh [ROUNDS [SECONDS]]     (5 rounds of 5 seconds each)
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5} seconds=${2:-5}
workshop=${WORKSHOP:-$PWD/target/dist/workshop}
[ -x "$workshop" ] || { echo "build it first: cargo build --profile dist" >&2 && exit 2; }
cache=${XDG_CACHE_HOME:-$HOME/.cache}/workshop
nginx=${WORKSHOP_NGINX:-$cache/peer/bin/nginx} wrk=$cache/peer/bin/wrk
if [ ! -x "$nginx" ] || [ ! -x "$wrk" ]; then
  echo "get them first: fixtures/images/install-test-tools peer" >&2
  exit 2
fi
oha=${OHA:-$cache/oha/bin/oha}
[ -x "$oha" ] || oha=$(command -v oha || true)

scratch=$(mktemp -d)
started=()
clean_up() { # only what was started here, by id
  [ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf -- "$scratch"
}
trap clean_up EXIT

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
port=$((20000 + RANDOM % 10000))
while answers "$port"; do port=$((20000 + RANDOM % 10000)); done
{
  [ "$(id -u)" -ne 0 ] || echo "user root;"
  echo "worker_processes 1; error_log $scratch/error.log; pid $scratch/pid; events { worker_connections 4096; }"
  echo "http {"
  for temp in client_body proxy fastcgi uwsgi scgi; do echo "${temp}_temp_path $scratch/$temp;"; done
  # Its default ends a connection after 1000 requests, which would be measured, too.
  echo "access_log off; keepalive_requests 1000000000; default_type text/plain;"
  echo "server { listen 127.0.0.1:$port backlog=4096; return 200 hello; } }"
} >"$scratch/nginx.conf"
"$nginx" -e stderr -p "$scratch" -c "$scratch/nginx.conf" -g 'daemon off;' >"$scratch/out" 2>&1 &
started+=($!)
for _ in $(seq 200); do
  answers "$port" && break
  sleep 0.05
done
answers "$port" || { cat "$scratch/out" >&2 && exit 1; }
url=http://127.0.0.1:$port/

# number FILE PATH: a number of `workshop load --json`, by the path of its keys.
number() { jq ".load$2" "$1"; }
# rate PROGRAM CONNECTIONS: one round; adds requests a second and the program's own CPU time for a
# request in µs to PROGRAM.CONNECTIONS.
rate() {
  local out=$scratch/round TIMEFORMAT='%U %S'
  case $1 in
    workshop) set -- "$@" "$workshop" load "$url" --connections "$2" --duration "${seconds}s" --json ;;
    wrk) set -- "$@" "$wrk" -t1 -c"$2" -d"${seconds}s" "$url" ;;
    oha) set -- "$@" "$oha" --no-tui --output-format json -c "$2" -z "${seconds}s" "$url" ;;
  esac
  { time "${@:3}" >"$out" 2>/dev/null; } 2>"$scratch/cpu"
  case $1 in
    workshop)
      [ "$(number "$out" .failed)" = 0 ] || { echo "workshop load: requests failed" >&2 && exit 1; }
      jq -r '.load | "\(.throughput) \(.requests)"' "$out"
      ;;
    wrk) awk '$2 == "requests" && $3 == "in" { requests = $1 } $1 == "Requests/sec:" { print $2, requests }' "$out" ;;
    oha) jq -r '"\(.summary.requestsPerSec) \([.statusCodeDistribution[]] | add)"' "$out" ;;
  esac | awk -v cpu="$(awk '{ print $1 + $2 }' "$scratch/cpu")" '{ print $1, cpu * 1e6 / $2 }' >>"$scratch/$1.$2"
}
programs=(workshop wrk)
[ -z "$oha" ] || programs+=(oha)
turns() { # CONNECTIONS: each program goes first in its turn
  local round at
  for round in $(seq "$rounds"); do
    for at in "${!programs[@]}"; do
      rate "${programs[$(((at + round) % ${#programs[@]}))]}" "$1"
    done
  done
}
median() { cut -d' ' -f"$2" "$1" | sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

"$wrk" -t1 -c50 -d1s "$url" >/dev/null
turns 50
turns 500

# The most memory that a run has had, in MB: read from /proc until it is gone.
memory() { # COMMAND...
  "$@" >/dev/null 2>&1 &
  local id=$! most=0 now
  started+=("$id")
  while now=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$id/status" 2>/dev/null) && [ -n "$now" ]; do
    [ "$now" -le "$most" ] || most=$now
    sleep 0.05
  done
  wait "$id"
  awk -v kb="$most" 'BEGIN { printf "%.1f", kb / 1024 }'
}

echo "$("$nginx" -v 2>&1), one worker; medians of $rounds rounds of $seconds s, $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
printf '%-18s' "" "${programs[@]}"
printf '%18s%18s\n' "to wrk (goal 0.9)" "${oha:+to oha (goal 1)}"
for connections in 50 500; do
  printf '%-18s' "$connections connections"
  for program in "${programs[@]}"; do
    printf '%-18s' "$(median "$scratch/$program.$connections" 1 | awk '{ printf "%.0f/s", $1 }'), $(median "$scratch/$program.$connections" 2 | awk '{ printf "%.1f µs", $1 }')"
  done
  ours=$(median "$scratch/workshop.$connections" 1)
  printf '%18s' "$(ratio "$ours" "$(median "$scratch/wrk.$connections" 1)")"
  [ -z "$oha" ] || printf '%18s' "$(ratio "$ours" "$(median "$scratch/oha.$connections" 1)")"
  echo
done
echo "(requests a second, and the program's own CPU time for each)"
echo "memory at 500 connections: $(memory "$workshop" load "$url" --connections 500 --duration 3s) MB (goal 40)"
"$workshop" load "$url" --rate 20000 --duration "${seconds}s" --json >"$scratch/json"
awk -v sent="$(number "$scratch/json" .sent_rate)" -v missing="$(number "$scratch/json" .not_sent)" \
  -v p50="$(number "$scratch/json" .latency_ms.p50)" -v p99="$(number "$scratch/json" .latency_ms.p99)" \
  -v busy="$(number "$scratch/json" .generator.busy_share)" \
  'BEGIN { printf "open loop, 20000 a second: %.1f sent (%.2f %% off, goal 1), %d not sent, p50 %.2f ms, p99 %.2f ms, generator %.0f %% of a core\n", sent, (sent / 200 - 100 < 0 ? 100 - sent / 200 : sent / 200 - 100), missing, p50, p99, busy * 100 }'
[ -n "$oha" ] || echo "oha was not measured: cargo install oha --locked --version '~1.16' --root $cache/oha"
