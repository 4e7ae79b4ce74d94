"""Where the repository's folder is in a CI job; the services say so by a variable."""

import os
from typing import Final

from pipesync.render.machines.repository import Repository

_VARIABLES: Final = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY", "BITBUCKET_CLONE_DIR")
"""GitHub, GitLab, Azure Pipelines, Bitbucket: the folder that a job's repository is checked out into."""


def repository() -> Repository:
    """The folder that holds the working directory; outside of CI, or elsewhere, names of files stay as they are."""
    try:
        here = os.path.realpath(os.getcwd())  # noqa: PTH109  a string is wanted
    except OSError:  # the working directory is gone
        return Repository()
    for name in _VARIABLES:
        root = os.path.realpath(os.environ[name]) if os.environ.get(name) else None
        if root is not None and f"{here}/".startswith(f"{root}/"):
            return Repository(root, here)
    return Repository()
