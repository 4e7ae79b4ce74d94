"""The comments of one pull request, as an address: found in the variables that a CI job is given."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, assert_never

from pipesync.aiven.address import checked
from pipesync.errors import PipesyncError
from pipesync.forge.comment import Comment
from pipesync.web.secret import Secret


class Forge(Enum):
    """A service that shows comments on pull requests."""

    GITHUB = "GitHub"
    GITLAB = "GitLab"


TOKENS: Mapping[Forge, str] = {Forge.GITHUB: "GITHUB_TOKEN", Forge.GITLAB: "GITLAB_TOKEN"}
"""The variable that holds the token for comments. No other is read, and that of Aiven is never sent."""

MOST_CHARACTERS: Mapping[Forge, int] = {Forge.GITHUB: 65_536, Forge.GITLAB: 1_000_000}
"""Of a comment. GitHub says so when it refuses one; GitLab: docs, "Instance limits", size of comments."""

RIGHTS: Mapping[Forge, str] = {
    Forge.GITHUB: "the job needs `permissions: pull-requests: write`; a pull request from a fork never gets it",
    Forge.GITLAB: "GITLAB_TOKEN must be an access token of the project with the scope api and the role Reporter",
}

BOT = "github-actions[bot]"
"""Who writes with the token that GitHub gives to a job: docs of GitHub Actions, "Automatic token authentication"."""


@dataclass(frozen=True, slots=True)
class Thread:
    """`every`: GET lists the comments, POST makes one. `one`: the address of one, without its id."""

    forge: Forge
    api: str
    every: str
    one: str
    secret: Secret

    def headers(self) -> Mapping[str, str]:
        match self.forge:
            case Forge.GITHUB:
                return {"Authorization": f"Bearer {self.secret.reveal()}", "Accept": "application/vnd.github+json"}
            case Forge.GITLAB:
                return {"PRIVATE-TOKEN": self.secret.reveal()}
            case _:
                assert_never(self.forge)

    def comment(self, data: Any) -> Comment:
        """One entry of a list; PipesyncError if it is none."""
        author = "user" if self.forge is Forge.GITHUB else "author"
        login = "login" if self.forge is Forge.GITHUB else "username"
        match data:
            case {"id": int(id_), "body": str(body)}:
                return Comment(str(id_), str((data.get(author) or {}).get(login) or ""), body)
            case _:
                raise PipesyncError(f"{self.forge.value} answered with something that is no comment", where=self.every)


def thread_of(env: Mapping[str, str], event: str | None) -> Thread:
    """The pull request that a job runs for; PipesyncError in words if there is none.

    `env` are the job's variables, `event` the text of the file that GITHUB_EVENT_PATH names, if there is one.
    """
    if env.get("GITLAB_CI"):
        forge, repository, number = Forge.GITLAB, _project(env), env.get("CI_MERGE_REQUEST_IID", "")
        api = env.get("CI_API_V4_URL", "")
        every = f"/projects/{repository}/merge_requests/{number}/notes"
        one = every
    elif env.get("GITHUB_ACTIONS"):
        forge, repository, number = Forge.GITHUB, env.get("GITHUB_REPOSITORY", ""), _number(event)
        api = env.get("GITHUB_API_URL", "")
        every = f"/repos/{repository}/issues/{number}/comments"
        one = f"/repos/{repository}/issues/comments"
    else:
        raise PipesyncError(
            "there is no pull request to comment on: this is no job of GitHub or GitLab",
            next="they set GITHUB_ACTIONS and GITLAB_CI; elsewhere, show the Markdown as an artifact",
        )
    if not re.fullmatch(r"[0-9]{1,12}", number):
        raise PipesyncError(
            f"there is no pull request to comment on: this job of {forge.value} runs for something else",
            next="run it for pull_request events (GitHub) or in merge request pipelines (GitLab)",
        )
    if not re.fullmatch(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?", repository):
        raise PipesyncError(f"{forge.value} names no repository that could be one: {repository!r}")
    return Thread(forge, _address(api, forge), every, one, Secret(_token(env, forge), "[token]"))


def _project(env: Mapping[str, str]) -> str:
    """The project that the merge request leads to: a fork's pipeline runs in another one."""
    return env.get("CI_MERGE_REQUEST_PROJECT_ID") or env.get("CI_PROJECT_ID", "")


def _number(event: str | None) -> str:
    """The pull request's number, of the event; empty if it is about none."""
    try:
        data = json.loads(event or "")
    except ValueError:
        return ""
    match data:
        case {"pull_request": {"number": int(number)}}:
            return str(number)
        case _:
            return ""


def _address(api: str, forge: Forge) -> str:
    try:
        return checked(api)
    except ValueError as error:
        variable = "GITHUB_API_URL" if forge is Forge.GITHUB else "CI_API_V4_URL"
        raise PipesyncError(str(error), where=variable, next="the service sets this variable itself") from None


def _token(env: Mapping[str, str], forge: Forge) -> str:
    token = env.get(TOKENS[forge], "").strip()
    if not token:
        raise PipesyncError(f"no token for comments: {TOKENS[forge]} is not set", next=RIGHTS[forge])
    if not token.isascii() or not token.isprintable():
        raise PipesyncError(f"{TOKENS[forge]} holds something that no token holds", next="set it again")
    return token
