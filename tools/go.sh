#!/usr/bin/env bash
# Go: the machine's, or one in .tools/go if the machine's is too old. UV names the uv that installs it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export GOTOOLCHAIN=local

version=$(go env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p') || true
go=go
if [ "${version:-0}" -lt 26 ]; then
  UV_PROJECT_ENVIRONMENT="$root/.tools/go" "${UV:-uv}" sync --project "$root/tools/go" --locked --quiet
  go="$root/.tools/go/bin/go"
fi
exec "$go" "$@"
