#!/usr/bin/env bash
# What CloudFormation would be given, as osls renders serverless.yml, into FOLDER. No account, no network, and no package needed.
#
#   tools/render_cloudformation.sh FOLDER [STAGE]
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$1
stage=${2:-dev}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'PK\005\006\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000' >"$work/empty.zip" # a zip of nothing

# It asks nobody who we are, and keeps no notes in anybody's home.
if ! output=$(env -u AWS_PROFILE HOME="$work" SLS_TELEMETRY_DISABLED=1 SLS_NOTIFICATIONS_MODE=off tests/clients/node_modules/.bin/osls \
  package --stage "$stage" --package "$folder" --param "artifact=$work/empty.zip" 2>&1); then
  printf '%s\n' "$output" >&2
  exit 1
fi
