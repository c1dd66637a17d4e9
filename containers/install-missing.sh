#!/bin/sh
# Installs Debian packages for the programs that are not there: install-missing.sh PROGRAM=PACKAGE …
set -eu
missing=
for pair in "$@"; do
  command -v "${pair%%=*}" > /dev/null || missing="$missing ${pair#*=}"
done
[ -n "$missing" ] || exit 0
apt-get update -qq
# shellcheck disable=SC2086 # one word for each package
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
rm -rf /var/lib/apt/lists/*
