"""Who we are to an HTTP store: credentials from Terraform's and GitLab's usual variables, each for its own server."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pipesync.errors import StateError
from pipesync.store.http.address import Address, same_server
from pipesync.web.secret import Secret

_HEADER_SAFE: Final = re.compile(r"[\x21-\x7e]+")

_GITLAB_COM: Final = "https://gitlab.com"
"""Where GITLAB_TOKEN is for unless another host is named; so do GitLab's own command line and Terraform provider."""


@dataclass(frozen=True, slots=True)
class Login:
    """The header that says who we are, if any; `source` is the words for where it comes from."""

    header: Mapping[str, str] = field(repr=False)
    source: str
    secrets: tuple[Secret, ...] = ()

    def is_in(self, body: bytes) -> bool:
        """Whether an answer holds the credentials."""
        return any(secret.is_in(body) for secret in self.secrets)

    def scrub(self, text: str) -> str:
        """`text` without the credentials, in case the server sent them back."""
        for secret in self.secrets:
            text = secret.scrub(text)
        return text


def find(address: Address, environment: Mapping[str, str]) -> Login:
    """The first credentials there are for the server of `address`; none is fine. StateError if they are of no use.

    TF_HTTP_USERNAME and TF_HTTP_PASSWORD, unless TF_HTTP_ADDRESS says that they are for another server; for a state
    that GitLab manages then the token of a CI job, for the server that runs the job, and GITLAB_TOKEN, for
    GITLAB_HOST (else that server, else gitlab.com). In a job GITLAB_TOKEN may be one that can only write comments.
    """
    meant = environment.get("TF_HTTP_ADDRESS")
    if environment.get("TF_HTTP_PASSWORD") and (not meant or same_server(address.state, meant)):
        return _of_terraform(environment)
    server = environment.get("CI_SERVER_URL") or environment.get("CI_API_V4_URL") or ""
    if address.gitlab and (token := environment.get("CI_JOB_TOKEN", "").strip()) and same_server(address.state, server):
        return _basic("gitlab-ci-token", token, "the token of this CI job, CI_JOB_TOKEN")
    if address.gitlab and (token := environment.get("GITLAB_TOKEN", "").strip()):
        named = environment.get("GITLAB_HOST") or server or _GITLAB_COM
        if same_server(address.state, named if "://" in named else address.state.partition("://")[0] + "://" + named):
            return _of_gitlab(token)
    return Login({}, "no credentials")


def _of_terraform(environment: Mapping[str, str]) -> Login:
    if not (user := environment.get("TF_HTTP_USERNAME")):
        raise StateError(
            "there is a password for the server of the state, and no user name",
            where="TF_HTTP_PASSWORD",
            next="Set TF_HTTP_USERNAME as well; GitLab takes any name beside an access token.",
        )
    return _basic(user, environment["TF_HTTP_PASSWORD"], "TF_HTTP_USERNAME and TF_HTTP_PASSWORD")


def _of_gitlab(token: str) -> Login:
    if not _HEADER_SAFE.fullmatch(token):
        raise StateError(
            "the token is not a token",
            where="GITLAB_TOKEN",
            next="A token is one line of printable ASCII characters without spaces.",
        )
    return Login({"PRIVATE-TOKEN": token}, "GITLAB_TOKEN", (Secret(token, "[token]"),))


def _basic(user: str, password: str, source: str) -> Login:
    both = base64.b64encode(f"{user}:{password}".encode()).decode()
    return Login(
        {"Authorization": f"Basic {both}"}, source, (Secret(both, "[password]"), Secret(password, "[password]"))
    )
