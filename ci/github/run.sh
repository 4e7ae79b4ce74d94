#!/usr/bin/env bash
# Runs pipesync for the action. What the action was given stands in INPUT_… variables; each becomes one word of the
# command, whatever it holds. The step itself ends with 0: the last step of the action ends with pipesync's own code,
# so that the comment and the artifact come in between.
set -euo pipefail

folder=$(mktemp -d "$RUNNER_TEMP/pipesync-XXXXXX")
markdown=$folder/$INPUT_COMMAND.md
args=("$INPUT_COMMAND")

wrong() {
  echo "Error: $1" >&2
  exit 64
}

# is_true NAME VALUE
is_true() {
  case $2 in
    true) return 0 ;;
    false | '') return 1 ;;
    *) wrong "the action's $1 is true or false" ;;
  esac
}

# each_line LINES FLAG…: every line that is not empty, behind the flag if there is one
each_line() {
  local line lines=$1
  shift
  while IFS= read -r line; do
    if [[ -n $line ]]; then args+=("$@" "$line"); fi
  done <<<"$lines"
}

case $INPUT_COMMAND in
  plan)
    args+=(--detailed-exitcode --report "html=$folder/plan.html")
    if is_true mention-owners "$INPUT_MENTION_OWNERS"; then args+=(--mention-owners); fi
    if is_true quiet-if-empty "$INPUT_QUIET_IF_EMPTY"; then args+=(--quiet-if-empty); fi
    if [[ -n $INPUT_COMMENT_ID ]]; then args+=(--comment-id "$INPUT_COMMENT_ID"); fi
    if [[ -n $INPUT_OFFLINE_BASE ]]; then
      args+=(--offline --base "$INPUT_OFFLINE_BASE")
    else
      args+=(--out "$folder/plan.json")
    fi
    ;;
  drift) args+=(--detailed-exitcode) ;;
  validate) ;;
  apply)
    args+=(--auto-approve --lock-timeout "${INPUT_LOCK_TIMEOUT:-0}")
    if [[ -n $INPUT_EXPECT ]]; then args+=(--expect "$INPUT_EXPECT"); fi
    if [[ -n $INPUT_ALLOW_DESTROY ]]; then args+=(--allow-destroy "$INPUT_ALLOW_DESTROY"); fi
    ;;
  *) wrong "the action's command is plan, apply, drift or validate" ;;
esac
args+=(--report "markdown=$markdown")
if [[ $INPUT_COMMAND == apply ]]; then
  args+=(--report "github=$folder/annotations.txt")
else # annotations in the log; the summary and the outputs go where GitHub wants them
  args+=(--format github --report "text=$folder/text.txt")
fi
each_line "$INPUT_FILES" --file
if [[ -n $INPUT_STATE ]]; then args+=(--state "$INPUT_STATE"); fi
if [[ -n $INPUT_POLICY ]]; then args+=(--policy "$INPUT_POLICY"); fi
each_line "$INPUT_ARGS"
if [[ -n $INPUT_PLAN ]]; then args+=(-- "$INPUT_PLAN"); fi
detailed=false
if is_true detailed-exitcode "$INPUT_DETAILED_EXITCODE"; then detailed=true; fi

code=0
"${PIPESYNC:-pipesync}" "${args[@]}" || code=$?

for log in "$folder/annotations.txt" "$folder/text.txt"; do
  if [[ -e $log ]]; then
    cat "$log"
    rm "$log"
  fi
done
if [[ $INPUT_COMMAND == apply && -e $markdown ]]; then cat "$markdown" >>"$GITHUB_STEP_SUMMARY"; fi
if [[ $INPUT_COMMAND == plan && ! -e $markdown ]]; then # an older plan must not stay there as if it were this one
  {
    echo "## No plan"
    echo
    echo "The command ended with code $code. [The run]($GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID) tells why."
  } >"$markdown"
fi
if [[ $code -eq 2 && $detailed == false ]]; then code=0; fi
{
  echo "exitcode=$code"
  echo "folder=$folder"
  if [[ -e $folder/plan.json ]]; then echo "plan=$folder/plan.json"; fi
  if [[ $INPUT_COMMAND == plan ]]; then echo "comment=$markdown"; fi
} >>"$GITHUB_OUTPUT"
