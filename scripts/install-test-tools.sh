#!/bin/sh
# Installs what the tests need besides Node on a Debian or Ubuntu machine: the tools of the apt provider's tests, a
# browser for the pages, and Python for the verifier of evidence packs.
set -eu
if [ "$(id -u)" != 0 ]; then exec sudo -- "$0" "$@"; fi
export DEBIAN_FRONTEND=noninteractive
need=
command -v chromium >/dev/null || need="$need chromium"
command -v python3 >/dev/null || need="$need python3"
if [ -n "$need" ]; then
  apt-get update -q
  # shellcheck disable=SC2086
  apt-get install -y -q --no-install-recommends $need
fi
exec "$(dirname "$0")/apt/install-test-tools.sh"
