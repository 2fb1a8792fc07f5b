# shellcheck shell=bash
# What the scripts of this folder share. Source it. It takes bash 3.2, which is what macOS has.
# shellcheck source-path=SCRIPTDIR source=../fixtures/images/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../fixtures/images/lib.sh"

repo=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
packages=${CARGO_TARGET_DIR:-$repo/target}/packages
mkdir -p -- "$packages"
packages=$(cd -- "$packages" && pwd)
export CARGO_TARGET_DIR=${packages%/packages}

# shellcheck disable=SC2034 # read by who sources this
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$repo/Cargo.toml")
host=$(rustc -vV | sed -n 's/^host: //p')
# What links the C library into the program, so that it runs on any Linux. It is said to rustc for the
# last crate alone: all below it is what `cargo build` makes.
portable=()
case $host in *-linux-gnu)
  portable=(-Ctarget-feature=+crt-static "-Clink-arg=$CARGO_TARGET_DIR/names.o")
  cc -O2 -Wall -Werror -c "$repo/packaging/names.c" -o "$CARGO_TARGET_DIR/names.o"
  ;;
esac
# The most bytes that a program of the profile `dist` may have.
most=20000000

# program PROFILE: builds it, and prints where it is.
program() {
  local built=$CARGO_TARGET_DIR/$1/workshop size
  (cd -- "$repo" && cargo rustc --locked --profile "$1" --bin workshop -- ${portable[@]+"${portable[@]}"}) >&2
  size=$(wc -c <"$built")
  [ "$1" != dist ] || [ "$size" -le "$most" ] || die "$built has $size bytes, more than $most"
  echo "$built"
}

# documents PROGRAM FOLDER: its manual pages in FOLDER/man, its completions in FOLDER/completions.
documents() {
  local program=$1 folder=$2 lang pages name
  # By its name: completions call the program as it was called.
  named() { PATH=$(dirname -- "$program"):$PATH workshop "$@"; }
  for lang in en ko; do
    pages=$folder/man/man1
    [ "$lang" = en ] || pages=$folder/man/$lang/man1
    mkdir -p -- "$pages"
    named --lang "$lang" man >"$pages/workshop.1"
    sed -n 's/^workshop\\-\([a-z]*\)(1)$/\1/p' "$pages/workshop.1" | while read -r name; do
      named --lang "$lang" man "$name" >"$pages/workshop-$name.1"
    done
  done
  mkdir -p -- "$folder/completions"
  named completions bash >"$folder/completions/workshop.bash"
  named completions fish >"$folder/completions/workshop.fish"
  named completions zsh >"$folder/completions/_workshop"
}
