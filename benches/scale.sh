#!/usr/bin/env bash
# What `workshop check` itself costs on a large swarm: against a manager that is not there, which lists
# as many replicas over as many nodes as are asked for. See docs/scale.md.
#   benches/scale.sh [ROUNDS]     (5 rounds; WORKSHOP names another program)
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
workshop=${WORKSHOP:-$PWD/target/dist/workshop}
[ -x "$workshop" ] || { echo "build it first: cargo build --profile dist" >&2 && exit 2; }

scratch=$(mktemp -d)
export XDG_STATE_HOME=$scratch/state DOCKER_CONFIG=$scratch/docker
manager=
clean_up() {
  [ -z "$manager" ] || kill "$manager" 2>/dev/null || true
  rm -rf -- "$scratch"
}
trap clean_up EXIT

# course REPLICAS NODES: a lesson of one step that asks for just that.
course() {
  rm -rf -- "$scratch/course" && mkdir -p "$scratch/course/lessons/50-scale" "$scratch/course/start"
  printf 'services:\n  backend:\n    image: backend:1\n    deploy:\n      replicas: %s\n' "$1" \
    >"$scratch/course/start/docker-compose.yml"
  printf '%s\n' 'format = 1' 'id = "50"' 'minutes = 1' 'start = "start"' 'languages = ["en"]' \
    'engines = ["swarm"]' '' '[[steps]]' 'id = "all-there"' 'minutes = 1' 'create = true' '' \
    '[[steps.checks]]' 'id = "each-runs"' "replicas = { service = \"backend\", equals = $1 }" '' \
    '[[steps.checks]]' 'id = "spread-out"' "placement = { service = \"backend\", nodes = $(($1 < $2 ? $1 : $2)) }" \
    >"$scratch/course/lessons/50-scale/lesson.toml"
  printf '%s\n' '# Scale' '' '## All are there {#all-there}' '' 'Count them.' '' '> [!TIP]' '> One.' '' '> [!TIP]' \
    '> Two.' '' '> [!TIP]' '> Three.' '' '### What is checked {#checks}' '' \
    '- `each-runs`: **Each runs.** All of them.' '- `spread-out`: **They are spread.** Over the nodes.' \
    >"$scratch/course/lessons/50-scale/en.md"
}

# context: Docker's own settings lead to the manager under the name `far`.
context() {
  local meta
  meta=$DOCKER_CONFIG/contexts/meta/$(printf far | sha256sum | cut -d' ' -f1)
  mkdir -p "$meta"
  printf '{"Name":"far","Metadata":{},"Endpoints":{"docker":{"Host":"unix://%s","SkipTLSVerify":false}}}' \
    "$scratch/manager.sock" >"$meta/meta.json"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

context
printf '%9s %6s %10s %10s %9s\n' replicas nodes wall/ms cpu/ms peak/MB
for size in '10 3' '100 3' '1000 3' '100 30' '1000 30' '1000 300'; do
  read -r replicas nodes <<<"$size"
  python3 benches/fake-manager.py "$scratch/manager.sock" "$replicas" "$nodes" &
  manager=$!
  until [ -S "$scratch/manager.sock" ]; do sleep 0.05; done
  course "$replicas" "$nodes"
  rm -rf -- "$scratch/work" && mkdir "$scratch/work"
  run() { (cd "$scratch/work" && "$workshop" --lessons "$scratch/course/lessons" --lang en "$@"); }
  digest=$(run --engine swarm --context far --yes start 50 2>&1 | grep -oE -- '--agree [0-9a-f]+' | head -1 | cut -d' ' -f2 || true)
  run --engine swarm --context far --yes ${digest:+--agree "$digest"} start 50 >"$scratch/out" 2>&1 ||
    { cat "$scratch/out" >&2 && exit 1; }
  run --yes ${digest:+--agree "$digest"} apply >"$scratch/out" 2>&1 || { cat "$scratch/out" >&2 && exit 1; }
  : >"$scratch/times"
  for _ in $(seq "$rounds"); do
    (cd "$scratch/work" && /usr/bin/time -f '%e %U %S %M' -o "$scratch/time" \
      "$workshop" --lessons "$scratch/course/lessons" --lang en --yes ${digest:+--agree "$digest"} check) \
      >"$scratch/out" 2>&1 || { cat "$scratch/out" >&2 && exit 1; }
    awk '{ printf "%d %d %.1f\n", $1 * 1000, ($2 + $3) * 1000, $4 / 1024 }' "$scratch/time" >>"$scratch/times"
  done
  of() { cut -d' ' -f"$1" "$scratch/times" | median; }
  printf '%9s %6s %10s %10s %9s\n' "$replicas" "$nodes" "$(of 1)" "$(of 2)" "$(of 3)"
  kill "$manager" && wait "$manager" 2>/dev/null || true
  manager=
  rm -f -- "$scratch/manager.sock"
done
