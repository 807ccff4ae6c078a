#!/usr/bin/env bash
# Installs uv into .tools/uv if the machine has none: in a virtual environment, or with pip's --target if python3-venv is missing.
set -euo pipefail

python=
for candidate in python3.13 python3.12 python3.11 python3; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$candidate; break; fi
done

echo "installing uv into .tools/uv …"
rm -rf .tools/uv
if "$python" -m venv .tools/uv >/dev/null 2>&1; then
  .tools/uv/bin/pip install --quiet uv
else
  rm -rf .tools/uv
  "$python" -m pip install --quiet --target .tools/uv uv || true
fi
if ! .tools/uv/bin/uv --version >/dev/null 2>&1; then
  rm -rf .tools/uv
  printf '\033[31mmissing:\033[0m uv, and no pip to install it with\n  install it with: apt-get install python3-venv\n' >&2
  exit 1
fi
