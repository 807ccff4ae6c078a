#!/usr/bin/env bash
# Prints what this machine lacks with the command that installs it, and ends with status 1.
#
#   tools/require.sh python node java maven chromium compiler
#
# It installs only Chromium itself, as Debian's package, if it may (root, or sudo without a password).
set -euo pipefail

missing() { # NAME COMMAND
  printf '\033[31mmissing:\033[0m %s\n  install it with: %s\n' "$1" "$2" >&2
  status=1
}

# Python 3.11 or later, under any name.
python_path() {
  local candidate
  for candidate in python3.13 python3.12 python3.11 python3.14 python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

chromium_path() {
  if [ -n "${IDP_TEST_CHROMIUM:-}" ]; then
    [ -x "$IDP_TEST_CHROMIUM" ] || return 1
    return 0
  fi
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

need_python() {
  python_path >/dev/null || missing "Python 3.11 or later" "apt-get install python3 python3-venv"
}

need_node() {
  if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then
    missing "Node 20.19 or later" "apt-get install nodejs npm   (or a newer Node, from your usual source)"
  elif ! command -v npm >/dev/null; then
    missing "npm" "apt-get install npm"
  fi
}

need_java() {
  local version
  version=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1) || true
  [ "${version:-0}" -ge 17 ] || missing "Java 17 or later (DynamoDB Local runs on it)" "apt-get install openjdk-17-jre-headless"
}

need_maven() {
  command -v mvn >/dev/null || missing "Maven (it brings DynamoDB Local)" "apt-get install maven"
}

need_chromium() {
  chromium_path >/dev/null && return 0
  local sudo=()
  if [ "$(id -u)" != 0 ]; then sudo=(sudo -n); fi
  if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
    echo "installing Chromium (apt-get install chromium) …"
    local log
    log=$(mktemp)
    if { "${sudo[@]}" apt-get update && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core; } >"$log" 2>&1 </dev/null; then
      rm -f "$log"
    else
      tail -n 15 "$log" >&2
      rm -f "$log"
    fi
  fi
  chromium_path >/dev/null || missing "Chromium (the tests drive a real browser)" "apt-get install chromium   (or set IDP_TEST_CHROMIUM to its path)"
}

# The peer's runtime client (aws-lambda-ric) is built on this machine.
need_compiler() {
  local tool
  for tool in autoconf automake libtoolize cmake c++ make; do
    command -v "$tool" >/dev/null && continue
    missing "$tool (make bench builds the Lambda runtime client for Node)" "apt-get install autoconf automake libtool cmake g++ make"
    return 0
  done
}

status=0
for thing in "$@"; do
  case "$thing" in
    python | node | java | maven | chromium | compiler) "need_$thing" ;;
    *) echo "tools/require.sh: does not know '$thing'" >&2; exit 2 ;;
  esac
done
exit "$status"
