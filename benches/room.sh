#!/usr/bin/env bash
# A class of 300, each with a check every ten seconds: how soon the board has it, and what the room
# costs. See docs/benchmarks.md.
#   benches/room.sh [LEARNERS [SECONDS]]     (300 learners, 30 seconds)
set -euo pipefail
cd "$(dirname "$0")/.."
workshop=${WORKSHOP:-$PWD/target/dist/workshop}
[ -x "$workshop" ] || { echo "build it first: cargo build --profile dist" >&2 && exit 2; }
cargo build --quiet --locked --release --package workshop-room --example class
exec "${CARGO_TARGET_DIR:-target}/release/examples/class" "$workshop" "${1:-300}" "${2:-30}"
