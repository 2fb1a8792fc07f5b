#!/usr/bin/env bash
# The embedded engine's front against real nginx with one worker, in turns, under the same load,
# with the same configuration and the same backends. See docs/benchmarks.md.
#   benches/front.sh [ROUNDS [SECONDS]]     (5 rounds of 5 seconds each)
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5} seconds=${2:-5}
workshop=${WORKSHOP:-$PWD/target/dist/workshop}
[ -x "$workshop" ] || { echo "build it first: cargo build --profile dist" >&2 && exit 2; }
peer=${XDG_CACHE_HOME:-$HOME/.cache}/workshop/peer/bin
nginx=${WORKSHOP_NGINX:-$peer/nginx} wrk=$peer/wrk
if [ ! -x "$nginx" ] || [ ! -x "$wrk" ]; then
  echo "get them first: fixtures/images/install-test-tools peer" >&2
  exit 2
fi

scratch=$(mktemp -d)
started=()
clean_up() { # only what was started here, by id
  [ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf -- "$scratch"
}
trap clean_up EXIT

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
ports=()
while [ ${#ports[@]} -lt 5 ]; do
  port=$((20000 + RANDOM % 10000))
  answers "$port" || [[ " ${ports[*]-} " == *" $port "* ]] || ports+=("$port")
done
read -r a b c nginx_port front_port <<<"${ports[*]}"

# main_conf FOLDER FILE: an nginx.conf as the official image has it, with one worker.
main_conf() {
  mkdir -p "$1"
  local temp
  [ "$(id -u)" -ne 0 ] || echo "user root;"
  echo "worker_processes 1; error_log $1/error.log; pid $1/pid; events { worker_connections 1024; }"
  echo "http {"
  for temp in client_body proxy fastcgi uwsgi scgi; do echo "${temp}_temp_path $1/$temp;"; done
  cat <<CONF
  types { text/html html; text/css css; application/javascript js; }
  default_type application/octet-stream;
  log_format main '\$remote_addr - \$remote_user [\$time_local] "\$request" '
                  '\$status \$body_bytes_sent "\$http_referer" '
                  '"\$http_user_agent" "\$http_x_forwarded_for"';
  access_log /dev/stdout main;
  sendfile on;
  keepalive_timeout 65;
  include $2;
}
CONF
}

# start NAME COMMAND...: runs it, its output in files of its name.
start() {
  "${@:2}" >"$scratch/$1.out" 2>"$scratch/$1.err" &
  started+=($!)
  pid=$!
}
up() { # PORT NAME
  for _ in $(seq 200); do
    answers "$1" && return
    sleep 0.05
  done
  echo "$2 does not come up:" >&2
  cat "$scratch/$2.err" >&2
  exit 1
}

# What is served, and what is behind it.
html=$scratch/image/usr/share/nginx/html
mkdir -p "$html" "$scratch/image/etc/nginx/conf.d"
cp complete/step-05/frontend/{index.html,style.css} "$html/"
head -c 102400 /dev/zero | tr '\0' x >"$html/large.html"
body=$(printf '[%0600d]' 0)
for port in "$a" "$b" "$c"; do
  echo "server { listen 127.0.0.1:$port; keepalive_requests 1000000; access_log off; default_type application/json; return 200 '$body'; }"
done >"$scratch/backends.conf"
main_conf "$scratch/backends" "$scratch/backends.conf" >"$scratch/backends.nginx.conf"
start backends "$nginx" -e stderr -p "$scratch/backends" -c "$scratch/backends.nginx.conf" -g 'daemon off;'
up "$a" backends

# Lesson 06's own configuration; its one name stands for three literal addresses, its port is another.
conf() { # PORT HTML
  sed -e "s|listen 80;|listen $1;|" -e "s|/usr/share/nginx/html|$2|" -e '/^resolver /d' \
    -e "s|server backend:8080 resolve \(.*\);|server 127.0.0.1:$a \1; server 127.0.0.1:$b \1; server 127.0.0.1:$c \1;|" \
    complete/step-06/frontend/nginx.conf
}
conf "$nginx_port" "$html" >"$scratch/nginx.site.conf"
conf "$front_port" /usr/share/nginx/html >"$scratch/front.site.conf"
grep -q "127.0.0.1:$c" "$scratch/front.site.conf" || { echo "lesson 06's upstream has changed" >&2 && exit 1; }
main_conf "$scratch/nginx" "$scratch/nginx.site.conf" >"$scratch/nginx.conf"
echo '{}' >"$scratch/names.json"
cat >"$scratch/spec.json" <<SPEC
{ "image": "$scratch/image",
  "mounts": [{ "target": "/etc/nginx/conf.d/default.conf", "source": "$scratch/front.site.conf" }],
  "listen": [{ "port": $front_port, "address": "127.0.0.1:$front_port" }],
  "host": "127.0.0.1", "hostname": "front", "names": { "table": "$scratch/names.json" } }
SPEC
start nginx "$nginx" -e stderr -p "$scratch/nginx" -c "$scratch/nginx.conf" -g 'daemon off;'
nginx_id=$pid
start front "$workshop" __program nginx "$scratch/spec.json"
front_id=$pid
up "$nginx_port" nginx
up "$front_port" front
worker=$(cat "/proc/$nginx_id/task/$nginx_id/children" 2>/dev/null || true)
worker=${worker%% *}

for path in /api/posts /style.css /large.html; do
  [ "$(curl -s "http://127.0.0.1:$nginx_port$path" | cksum)" = "$(curl -s "http://127.0.0.1:$front_port$path" | cksum)" ] ||
    { echo "the two do not answer $path alike" >&2 && exit 1; }
done

ticks() { [ -z "$1" ] || awk '{ print $14 + $15 }' "/proc/$1/stat" 2>/dev/null || echo 0; }
# load SERVER PORT ID CASE PATH: one round; adds "requests/s p99-in-µs CPU-µs-a-request".
load() {
  local before after
  before=$(ticks "$3")
  "$wrk" -t1 -c50 -d"${seconds}s" --latency "http://127.0.0.1:$2$5" >"$scratch/wrk"
  after=$(ticks "$3")
  if grep -E 'Non-2xx|Socket errors' "$scratch/wrk" >&2; then echo "  ($1 $4)" >&2; fi
  awk -v ticks="$((${after:-0} - ${before:-0}))" '
    function us(text) { return text ~ /us$/ ? text + 0 : text ~ /ms$/ ? text * 1000 : text * 1000000 }
    $1 == "99%" { p99 = us($2) }
    $2 == "requests" && $3 == "in" { requests = $1 }
    $1 == "Requests/sec:" { rate = $2 }
    END { printf "%.0f %.0f %.1f\n", rate, p99, requests ? ticks * 10000 / requests : 0 }
  ' "$scratch/wrk" >>"$scratch/$1.$4"
}
both() { # CASE PATH, in turns, and each first in every other round
  local round
  for round in $(seq "$rounds"); do
    if [ $((round % 2)) -eq 1 ]; then order="nginx front"; else order="front nginx"; fi
    for server in $order; do
      if [ "$server" = nginx ]; then load nginx "$nginx_port" "$worker" "$1" "$2"; else load front "$front_port" "$front_id" "$1" "$2"; fi
    done
  done
}
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
of() { cut -d' ' -f"$2" "$scratch/$1" | median; }
row() { # CASE WORDS
  local rate p99 cpu
  rate=$(awk -v a="$(of "front.$1" 1)" -v b="$(of "nginx.$1" 1)" 'BEGIN { printf "%.2f", a / b }')
  p99=$(awk -v a="$(of "front.$1" 2)" -v b="$(of "nginx.$1" 2)" 'BEGIN { printf "%.2f", a / b }')
  cpu=$(awk -v a="$(of "front.$1" 3)" -v b="$(of "nginx.$1" 3)" 'BEGIN { if (b) printf "%.2f", a / b; else printf "-" }')
  printf '%-28s %9.0f %9.0f %6s %9.1f %9.1f %6s %7.0f %7.0f %6s\n' "$2" "$(of "nginx.$1" 1)" "$(of "front.$1" 1)" "$rate" \
    "$(awk -v us="$(of "nginx.$1" 2)" 'BEGIN { print us / 1000 }')" "$(awk -v us="$(of "front.$1" 2)" 'BEGIN { print us / 1000 }')" "$p99" \
    "$(of "nginx.$1" 3)" "$(of "front.$1" 3)" "$cpu"
}

# Warm both, so that no first round pays for it.
for port in "$nginx_port" "$front_port"; do "$wrk" -t1 -c50 -d1s "http://127.0.0.1:$port/api/posts" >/dev/null; done
both proxied /api/posts
both file /style.css
both large /large.html

echo "$("$nginx" -v 2>&1), one worker; medians of $rounds rounds of $seconds s, wrk -t1 -c50, $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
printf '%-28s %9s %9s %6s %9s %9s %6s %7s %7s %6s\n' "" "nginx/s" "front/s" ratio "nginx p99" "front p99" ratio "nginx" "front" ratio
printf '%-28s %26s %26s %22s\n' "" "requests (goal 0.6)" "ms (goal 2)" "CPU µs a request"
row proxied "/api/ to 3 backends, kept"
row file "a file of 10 KB"
row large "a file of 100 KB"
