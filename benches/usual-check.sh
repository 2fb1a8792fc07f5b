#!/usr/bin/env bash
# What people write by hand to prove a scaled Compose service: the yardstick of benches/check.sh.
#   usual-check.sh WORKSPACE REPLICAS
# Exits 0 where REPLICAS backends are healthy, unpublished, on the network and all answer.
set -euo pipefail
cd "$1"
wanted=$2 requests=${REQUESTS:-30}
fail() {
  echo "FAIL: $*"
  exit 1
}

docker compose ps
ids=$(docker compose ps --quiet backend)
# shellcheck disable=SC2086 # one word an id
set -- $ids
[ $# -eq "$wanted" ] || fail "$# replicas, not $wanted"

project=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.project"}}' "$1")
members=$(docker network inspect --format '{{range .Containers}}{{.Name}} {{end}}' "${project}_appnet")
for id in "$@"; do
  seen=$(docker inspect --format '{{.Name}} {{.State.Health.Status}} {{json .HostConfig.PortBindings}}' "$id")
  read -r name health bindings <<<"$seen"
  [ "$health" = healthy ] || fail "$name is $health"
  [ "$bindings" = '{}' ] || [ "$bindings" = null ] || fail "$name is published"
  case " $members" in *" ${name#/} "*) ;; *) fail "$name is not on appnet" ;; esac
done

address=$(docker compose port frontend 80)
run=usual-$$-$RANDOM
declare -A answers=()
for number in $(seq "$requests"); do
  replica=$(curl --silent --show-error --fail --output /dev/null --write-out '%header{x-replica}' \
    --header "X-Request-Id: $run-$number" "http://localhost:${address##*:}/api/posts")
  answers[$replica]=$((${answers[$replica]:-0} + 1))
done
[ ${#answers[@]} -eq "$wanted" ] || fail "only ${#answers[@]} replicas answered"

for id in "$@"; do
  lines=$(docker logs --since 60s "$id" 2>&1 | grep --count "$run-" || true)
  [ "$lines" -eq "${answers[${id:0:12}]:-0}" ] || fail "$id logged $lines of ${answers[${id:0:12}]:-0}"
done
echo "OK: $wanted replicas, ${answers[*]} requests each"
