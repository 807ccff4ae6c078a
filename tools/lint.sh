#!/usr/bin/env bash
# Every linter, each run to its end, so that one run names everything there is to mend.
set -uo pipefail

failed=()
check() { # NAME COMMAND...
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    printf '\033[32m✓\033[0m %s\n' "$name"
  else
    printf '\033[31m✗\033[0m %s\n%s\n' "$name" "$output"
    failed+=("$name")
  fi
}

# What CloudFormation would be given: osls renders serverless.yml, cfn-lint reads the result. No account, no network.
cloudformation() {
  local out status=0
  out=$(mktemp -d)
  .venv/bin/python tools/cloudformation.py "$out/template.json" && .venv/bin/cfn-lint "$out/template.json" || status=$?
  rm -rf "$out"
  return "$status"
}

check "ruff check" .venv/bin/ruff check --output-format=concise .
check "ruff format" .venv/bin/ruff format --check --output-format=concise .
check "mypy" .venv/bin/mypy
check "import contracts" .venv/bin/lint-imports --no-logo
check "cfn-lint" cloudformation

if [ ${#failed[@]} -gt 0 ]; then
  printf '\033[31m%d failed:\033[0m %s\n' "${#failed[@]}" "${failed[*]}" >&2
  exit 1
fi
