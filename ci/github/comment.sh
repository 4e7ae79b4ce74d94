#!/usr/bin/env bash
# Shows the plan in the pull request's comment. The token of a pull request from a fork may not write, and no other
# should be given to it: there the plan stands in the run's summary alone.
set -euo pipefail

if [[ $HEAD_REPOSITORY != "$GITHUB_REPOSITORY" ]]; then
  echo "A pull request from a fork: the plan is in the run's summary, and no comment is made."
  exit 0
fi
args=("$COMMENT_FILE")
if [[ -n $COMMENT_ID ]]; then args+=(--comment-id "$COMMENT_ID"); fi
if [[ -n $COMMENT_AUTHOR ]]; then args+=(--author "$COMMENT_AUTHOR"); fi
"${PIPESYNC:-pipesync}" comment "${args[@]}"
