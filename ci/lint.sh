#!/usr/bin/env bash
# Checks what runs in CI services: scripts, the action, workflows, templates, hooks. Nothing here asks the network.
# BIN is the folder of the tools; actionlint, a Go program, is left out, loudly, where it could not be built.
set -euo pipefail
cd "$(dirname "$0")/.."

tool() { "${BIN:+$BIN/}$1" "${@:2}"; }
workflows=(.github/workflows/*.yml examples/ci/.github/workflows/*.yml)

tool shellcheck ci/*.sh ci/github/*.sh .ci/run
tool zizmor --offline --pedantic --quiet .github action.yml examples/ci
tool check-jsonschema --builtin-schema vendor.github-actions action.yml
tool check-jsonschema --builtin-schema vendor.github-workflows "${workflows[@]}"
tool check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci \
  ci/gitlab/pipesync.yml examples/ci/.gitlab-ci.yml
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
# The files that docs/recipes.md holds. Their schemas have patterns that are not ECMAScript's.
for service in bitbucket azure; do
  awk -v "start=<!-- file: $service-pipelines.yml -->" \
    '$0 == start {here = 1} here && /^```$/ {exit} here == 2 {print} here && /^```yaml$/ {here = 2}' \
    docs/recipes.md >"$copy/$service-pipelines.yml"
done
tool check-jsonschema --regex-variant python --builtin-schema vendor.bitbucket-pipelines \
  "$copy/bitbucket-pipelines.yml"
tool check-jsonschema --regex-variant python --builtin-schema vendor.azure-pipelines \
  --data-transform azure-pipelines "$copy/azure-pipelines.yml"
tool pre-commit validate-manifest .pre-commit-hooks.yaml
tool pre-commit validate-config examples/ci/.pre-commit-config.yaml

actionlint=${BIN:+$BIN/}actionlint
if ! command -v "$actionlint" >/dev/null; then
  echo "SKIPPED: actionlint could not be built here; the workflows' expressions are not checked" >&2
  exit 0
fi
# In a repository whose action is ours, so that what the workflows give to it is compared with what it takes.
cp -R examples/ci/.github "$copy"
mkdir "$copy/.git"
cp action.yml "$copy"
sed -i.old 's|uses: acme/pipesync@.*|uses: ./|' "$copy"/.github/workflows/*.yml
rm "$copy"/.github/workflows/*.old
(cd "$copy" && "$actionlint" -shellcheck "${BIN:+$BIN/}shellcheck")
"$actionlint" -shellcheck "${BIN:+$BIN/}shellcheck" .github/workflows/*.yml
