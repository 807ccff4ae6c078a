#!/usr/bin/env bash
# Runs every linter to its end, so that one run shows all problems.
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

# The CloudFormation template with the fewest and with the most features: osls renders serverless.yml, cfn-lint and checkov check it. No
# account, no network.
templates=$(mktemp -d)
trap 'rm -rf "$templates"' EXIT
rendered() {
  .venv/bin/python tools/cloudformation.py "$templates/least.json" dev &&
    .venv/bin/python tools/cloudformation.py "$templates/most.json" --most &&
    .venv/bin/python tools/cloudformation.py "$templates/edge.json" --edge
}

check "ruff check" .venv/bin/ruff check --output-format=concise .
check "ruff format" .venv/bin/ruff format --check --output-format=concise .
check "mypy" .venv/bin/mypy
check "import contracts" .venv/bin/lint-imports --no-logo
check "licences" .venv/bin/python -m tools.licences
check "osls" rendered
check "cfn-lint" .venv/bin/cfn-lint "$templates/least.json" "$templates/most.json" "$templates/edge.json"
check "checkov" .tools/checkov/bin/checkov --config-file .checkov.yaml --directory "$templates"

if [ ${#failed[@]} -gt 0 ]; then
  printf '\033[31m%d failed:\033[0m %s\n' "${#failed[@]}" "${failed[*]}" >&2
  exit 1
fi
