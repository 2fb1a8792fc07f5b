#!/usr/bin/env bash
# What a room costs a learner's check: in none, in one that is there, in one whose port takes
# connections and never answers, in one that is gone. Interleaved. See docs/benchmarks.md.
#   benches/in-room.sh [RUNS]     (200 runs each)
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-200}
workshop=${WORKSHOP:-$PWD/target/dist/workshop}
[ -x "$workshop" ] || { echo "build it first: cargo build --profile dist" >&2 && exit 2; }
scratch=$(mktemp -d)
port=$((20000 + $$ % 10000))
hole=''
# Only what was started here, by id.
clean_up() {
  kill "$room" $hole 2>/dev/null || true
  rm -rf -- "$scratch"
}
room=''
trap clean_up EXIT
export LANG=en_US.UTF-8

serve() { # "" or --resume
  XDG_STATE_HOME=$scratch/presenter "$workshop" room --port "$port" $1 >"$scratch/room.log" 2>&1 &
  room=$!
  until grep -q 'Code:' "$scratch/room.log"; do sleep 0.05; done
}
serve ''
code=$(awk '/Code:/ { print $2 }' "$scratch/room.log")
for one in none there hangs gone; do
  mkdir -p "$scratch/$one/work"
  cd "$scratch/$one/work"
  export XDG_STATE_HOME=$scratch/$one/state
  "$workshop" start 06 --engine embedded >/dev/null
  "$workshop" apply --yes >/dev/null
  "$workshop" next >/dev/null
  "$workshop" goto remove-container-name >/dev/null
  [ "$one" = none ] || "$workshop" join "http://127.0.0.1:$port" "$code" --yes >/dev/null
done

TIMEFORMAT=%R
once() { # in WHICH: a check that does not pass, as a learner has it most often
  cd "$scratch/$1/work"
  export XDG_STATE_HOME=$scratch/$1/state
  { time "$workshop" check --static >/dev/null 2>&1 || true; } 2>>"$scratch/$1.times"
}
median() {
  sort -n "$scratch/$1.times" |
    awk '{ v[NR] = $1 } END { printf "%5.1f ms   (90 %%: %5.1f ms)\n", v[int((NR + 1) / 2)] * 1000, v[int(NR * 0.9)] * 1000 }'
}
for _ in $(seq "$runs"); do once none; once there; done
kill "$room"
wait "$room" 2>/dev/null || true
for _ in $(seq "$runs"); do once gone; done
python3 - "$port" <<'PY' &
import socket, sys
hole = socket.create_server(("127.0.0.1", int(sys.argv[1])))
held = []
while True:
    held.append(hole.accept())
PY
hole=$!
for _ in $(seq "$runs"); do once hangs; done
printf 'in no room                                : '; median none
printf 'in a room                     goal + 1 ms : '; median there
printf 'in one that is gone           goal + 1 ms : '; median gone
printf 'in one that never answers     goal + 1 ms : '; median hangs
