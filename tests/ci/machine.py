"""A CI machine without a service: one checkout, the tokens that jobs are given, and a shell for each script."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.cli.shell import Api, Shell, environment

VOLUME: Final = "/srv/pipesync"
"""Where the documentation's runners keep the state."""

SECRETS: Final = {name: name.lower() for name in ("AIVEN_PLAN_TOKEN", "AIVEN_APPLY_TOKEN", "AIVEN_APPROVE_TOKEN")}
"""What the documentation calls the token of each job → what it is here."""


def tokens(approve: str) -> list[dict[str, Any]]:
    """Part of a world: those tokens, with the rights that the documentation names; `approve` is a source's project."""
    return [
        {"token": "aiven_plan_token", "read": ["*"], "write": []},
        {"token": "aiven_apply_token"},
        {"token": "aiven_approve_token", "user": "ci@example.org", "read": [], "write": [approve]},
        {"token": "our-own-token"},
        {"token": "someone-else"},
    ]


@dataclass(frozen=True)
class Done:
    """How a script ended, and what it said."""

    code: int
    log: str


@dataclass(frozen=True)
class Machine:
    shell: Shell
    api: Api

    @property
    def volume(self) -> Path:
        path = self.shell.folder.parent / "volume"
        path.mkdir(exist_ok=True)
        return path

    def run(self, script: str, variables: Mapping[str, str], folder: Path | None = None) -> Done:
        """One shell, the way the services call theirs; `variables` are the only ones of a CI service or of Aiven."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", self._here(script)],
            cwd=folder or self.shell.folder,
            env={**self._environment(), **{name: self._here(value) for name, value in variables.items()}},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        return Done(done.returncode, done.stdout)

    def _environment(self) -> Mapping[str, str]:
        env = {
            name: value
            for name, value in environment(self.api).items()
            if not name.startswith(("GITHUB_", "GITLAB_", "CI_", "BUILD_")) and name != "PIPESYNC_TOKEN"
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
        return {**env, "CI": "true", "PATH": path, "AIVEN_WEB_URL": self.api.url}

    def _here(self, text: str) -> str:
        return text.replace(VOLUME, str(self.volume))


def without_pip(lines: Sequence[str]) -> str:
    """A script without the lines that install: what they would install is being tested."""
    return "\n".join(line for line in lines if "pip install" not in line) or ":"
