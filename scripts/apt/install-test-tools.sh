#!/bin/sh
# Installs what the tests of the apt provider need on a Debian or Ubuntu machine: apt-ftparchive, gpg, sudo, and an
# OpenSSH server and client. The server of the system is not started; the tests start their own.
set -eu
if [ "$(id -u)" != 0 ]; then exec sudo -- "$0" "$@"; fi
export DEBIAN_FRONTEND=noninteractive
need=
command -v apt-ftparchive >/dev/null || need="$need apt-utils"
command -v ssh >/dev/null || need="$need openssh-client"
[ -x /usr/sbin/sshd ] || need="$need openssh-server"
command -v sudo >/dev/null || need="$need sudo"
command -v gpg >/dev/null || need="$need gnupg"
command -v setsid >/dev/null || need="$need util-linux"
if [ -n "$need" ]; then
  # Other awks than the host's own are worth a test, but not a download of their own: without them it says SKIPPED.
  need="$need gawk busybox"
  apt-get update -q
  # shellcheck disable=SC2086
  apt-get install -y -q --no-install-recommends $need
fi
# sshd refuses to start without it, even on a port of its own.
mkdir -p /run/sshd
echo "tools for the apt tests are there"
