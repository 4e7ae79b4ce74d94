#!/usr/bin/env bash
# Installs this checkout of pipesync, with the versions it is tested with, into a virtual environment of its own.
# The interpreter is isolated (-I): the checkout may hold a file called venv.py or pip.py.
# PYTHON names the interpreter, 3.11 or newer; the command is then "$RUNNER_TEMP/pipesync-action/bin/pipesync".
set -euo pipefail

source=$GITHUB_ACTION_PATH
home=$RUNNER_TEMP/pipesync-action

if [[ -x $home/bin/pipesync ]]; then exit 0; fi # the action stands in this job twice
"${PYTHON:-python3}" -I -m venv "$home"
"$home/bin/python" -I -m pip install --quiet --disable-pip-version-check --constraint "$source/constraints.txt" "$source"
