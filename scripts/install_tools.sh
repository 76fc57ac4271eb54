#!/usr/bin/env bash
# What the tests need beside Python: Chromium, PostgreSQL, gettext, poppler. As root they are installed from the
# distribution; otherwise the command is printed.
set -euo pipefail

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v msgfmt >/dev/null || missing+=(gettext)
command -v pdfsig >/dev/null || missing+=(poppler-utils)
# More packages by name: what only some measurements need.
for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing: ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "テストに必要なものがありません。次を実行してください: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
