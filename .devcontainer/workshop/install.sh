#!/bin/sh
# Unpacks a release's archive (packaging/build-archive) into /usr/local. Run as root while a development
# container is made; the options come as variables.
set -eu
package=${PACKAGE:-}
if [ -z "$package" ]; then
  echo 'workshop: the option "package" names the archive to install: an https address or a path' >&2
  exit 1
fi
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
case $package in
https://*)
  if command -v curl >/dev/null; then
    curl --fail --silent --show-error --location --proto '=https' --output "$scratch/archive" "$package"
  else
    wget -q -O "$scratch/archive" "$package"
  fi
  ;;
*) cp -- "$package" "$scratch/archive" ;;
esac
if [ -n "${SHA256:-}" ] && ! echo "$SHA256  $scratch/archive" | sha256sum --check --status; then
  echo "workshop: $package is not the archive with the sum $SHA256" >&2
  exit 1
fi
mkdir -- "$scratch/unpacked"
tar -C "$scratch/unpacked" -xzf "$scratch/archive" --strip-components 1
cd -- "$scratch/unpacked"
install -D -m 0755 workshop /usr/local/bin/workshop
for page in man/man1/*.1 man/ko/man1/*.1; do
  install -D -m 0644 "$page" "/usr/local/share/$page"
done
install -D -m 0644 completions/workshop.bash /usr/share/bash-completion/completions/workshop
install -D -m 0644 completions/workshop.fish /usr/share/fish/vendor_completions.d/workshop.fish
install -D -m 0644 completions/_workshop /usr/share/zsh/vendor-completions/_workshop
