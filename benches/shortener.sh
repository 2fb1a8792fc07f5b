#!/usr/bin/env bash
# The shortener's redirects against its own constant text, in turns, under the same load: what looking
# a link up in Redis and counting the click costs. A real MariaDB and a real Redis of this machine, on
# free ports, with data folders that go away afterwards.
#   benches/shortener.sh [ROUNDS [SECONDS [CONNECTIONS]]]     (5 rounds of 4 seconds, 64 connections)
# The server has one CPU to itself, and the engines and the load share the others, so that it is the
# server that is measured. PIN=no lets all of them run where they like, ACCESS_LOG=off leaves out the
# line for each request, SHORTENER=FILE measures another program.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5} seconds=${2:-4} connections=${3:-64}
crate=complete/phase-3/backend
target=${CARGO_TARGET_DIR:-$PWD/$crate/target}
if [ -z "${SHORTENER:-}" ]; then
  cargo build --quiet --release --locked --manifest-path "$crate/Cargo.toml" --target-dir "$target"
fi
shortener=${SHORTENER:-$target/release/url-shortener}
wrk=${XDG_CACHE_HOME:-$HOME/.cache}/workshop/peer/bin/wrk
[ -x "$wrk" ] || { echo "get wrk first: fixtures/images/install-test-tools peer" >&2 && exit 2; }
PATH=$PATH:/usr/sbin
for program in mariadbd mariadb-install-db redis-server curl; do
  command -v "$program" >/dev/null ||
    { echo "there is no $program: fixtures/images/install-test-tools tools databases" >&2 && exit 2; }
done

scratch=$(mktemp -d)
# What the program notes down of its workspaces goes with them.
export XDG_STATE_HOME=$scratch/state
started=()
clean_up() { # only what was started here, by id
  [ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf -- "$scratch"
}
trap clean_up EXIT

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
ports=()
while [ ${#ports[@]} -lt 3 ]; do
  port=$((20000 + RANDOM % 10000))
  answers "$port" || [[ " ${ports[*]-} " == *" $port "* ]] || ports+=("$port")
done
read -r mysql_port redis_port port <<<"${ports[*]}"

cpus=$(nproc)
server_cpu=() other_cpus=() where="anywhere, on $cpus CPUs"
if [ "${PIN:-yes}" != no ] && [ "$cpus" -ge 2 ]; then
  server_cpu=(taskset --cpu-list 0) other_cpus=(taskset --cpu-list "1-$((cpus - 1))")
  where="the server on CPU 0, all else on $((cpus - 1)) further"
fi

# start NAME COMMAND...: runs it, its output in files of its name.
start() {
  "${@:2}" >"$scratch/$1.out" 2>"$scratch/$1.err" &
  started+=($!)
}
# wait_for NAME COMMAND...: until it succeeds, for a minute at most.
wait_for() {
  local until=$((SECONDS + 60))
  until "${@:2}" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$until" ]; then
      echo "$1 does not answer:" >&2
      tail -n 20 "$scratch/$1.out" "$scratch/$1.err" >&2
      exit 1
    fi
    sleep 0.1
  done
}

as_root=()
[ "$(id -u)" -ne 0 ] || as_root=(--user=root)
socket=$scratch/mysql.sock
mariadb-install-db --no-defaults --datadir="$scratch/data" --skip-test-db "${as_root[@]}" \
  --auth-root-authentication-method=normal >"$scratch/install.out" 2>&1
start mysql "${other_cpus[@]}" mariadbd --no-defaults --datadir="$scratch/data" "${as_root[@]}" \
  --port="$mysql_port" --bind-address=127.0.0.1 --socket="$socket" --pid-file="$scratch/mysql.pid"
start redis "${other_cpus[@]}" redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$scratch" \
  --appendonly yes --save ''
wait_for mysql mariadb-admin --no-defaults --socket="$socket" --user=root --silent ping
mariadb --no-defaults --socket="$socket" --user=root \
  --execute="CREATE DATABASE shortener; CREATE USER shortener@'127.0.0.1' IDENTIFIED BY 'bench';
    GRANT ALL PRIVILEGES ON shortener.* TO shortener@'127.0.0.1';"

start server "${server_cpu[@]}" env PORT="$port" LISTEN_ADDRESS=127.0.0.1 DB_HOST=127.0.0.1 DB_PORT="$mysql_port" \
  DB_PASSWORD=bench REDIS_HOST=127.0.0.1 REDIS_PORT="$redis_port" "$shortener"
wait_for server env PORT="$port" "$shortener" healthcheck
base=http://127.0.0.1:$port
code=$(curl -fsS "$base/api/v1/urls/shorten" --data '{"originalUrl": "https://example.com/a/page"}' |
  sed -E 's/.*"shortCode":"([^"]*)".*/\1/')

# load PATH: requests a second; wrk knows of no redirect that is an error, and we want no other answer.
load() {
  "${other_cpus[@]}" "$wrk" --threads 1 --connections "$connections" --duration "${seconds}s" "$base$1" >"$scratch/wrk.out"
  if grep -E 'Non-2xx|Socket errors' "$scratch/wrk.out" >&2; then exit 1; fi
  awk '/^Requests\/sec/ { print $2 }' "$scratch/wrk.out"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
clicks() { curl -fsS "$base/api/v1/urls/$code" | sed -E 's/.*"clickCount":([0-9]+).*/\1/'; }

load /actuator/ping >/dev/null # the first load of each warms it up
load "/$code" >/dev/null
before=$(clicks)
for _ in $(seq "$rounds"); do
  load /actuator/ping >>"$scratch/ping"
  load "/$code" >>"$scratch/redirect"
done
ping=$(median <"$scratch/ping") redirect=$(median <"$scratch/redirect")
counted=$(($(clicks) - before))
sent=$(awk -v s="$seconds" '{ n += $1 * s } END { printf "%.0f", n }' "$scratch/redirect")

echo "$connections connections, $rounds rounds of $seconds s in turns, $where, access log ${ACCESS_LOG:-on}"
echo "medians, requests a second"
printf '%-42s %10.0f\n' "constant text (/actuator/ping)" "$ping" "redirect (/$code)" "$redirect"
awk -v a="$redirect" -v b="$ping" 'BEGIN { printf "%-42s %10.2f\n", "ratio (goal 0.5)", a / b }'
printf '%-42s %10d of about %d\n' "clicks counted" "$counted" "$sent"
