"""Which addresses an HTTP store may have, and which credentials go to which server."""

import base64

import pytest

from pipesync.errors import StateError
from pipesync.store.http import login
from pipesync.store.http.address import Address

GITLAB = "https://gitlab.example.com/api/v4/projects/17/terraform/state/upgrades"
GITLAB_COM = GITLAB.replace("gitlab.example.com", "gitlab.com")
PLAIN = "https://states.example.com/upgrades"

API = "https://gitlab.example.com/api/v4"

BASIC = f"Basic {base64.b64encode(b'ada:secret').decode()}"
TERRAFORM = {"TF_HTTP_USERNAME": "ada", "TF_HTTP_PASSWORD": "secret"}
JOB = {"CI_JOB_TOKEN": "job", "CI_SERVER_URL": "https://gitlab.example.com"}
JOB_TOKEN = {"Authorization": f"Basic {base64.b64encode(b'gitlab-ci-token:job').decode()}"}
TOKEN = {"GITLAB_TOKEN": "glpat-1"}
PRIVATE = {"PRIVATE-TOKEN": "glpat-1"}

CHOICES = {
    "none": (PLAIN, {}, {}),
    "Terraform's": (PLAIN, TERRAFORM, {"Authorization": BASIC}),
    "Terraform's, for this server": (PLAIN, TERRAFORM | {"TF_HTTP_ADDRESS": f"{PLAIN}/net"}, {"Authorization": BASIC}),
    "Terraform's, for another server": (PLAIN, TERRAFORM | {"TF_HTTP_ADDRESS": "https://other.example.com/net"}, {}),
    "Terraform's, for another scheme": (PLAIN, TERRAFORM | {"TF_HTTP_ADDRESS": "http://states.example.com/net"}, {}),
    "Terraform's before GitLab's": (GITLAB, TERRAFORM | JOB | TOKEN, {"Authorization": BASIC}),
    "a CI job's": (GITLAB, JOB, JOB_TOKEN),
    "a CI job's, by its API's address": (GITLAB, {"CI_JOB_TOKEN": "job", "CI_API_V4_URL": API}, JOB_TOKEN),
    "a CI job's, with the port": (GITLAB, JOB | {"CI_SERVER_URL": "https://GITLAB.example.com:443/"}, JOB_TOKEN),
    "a CI job's, of another GitLab": (GITLAB_COM, JOB, {}),
    "a CI job's, nobody says whose": (GITLAB, {"CI_JOB_TOKEN": "job"}, {}),
    "a CI job's, not GitLab's state": ("https://gitlab.example.com/upgrades", JOB, {}),
    "a person's, for gitlab.com": (GITLAB_COM, TOKEN, PRIVATE),
    "a person's, for another GitLab": (GITLAB, TOKEN, {}),
    "a person's, for a named GitLab": (GITLAB, TOKEN | {"GITLAB_HOST": "gitlab.example.com"}, PRIVATE),
    "a person's, for a named address": (GITLAB, TOKEN | {"GITLAB_HOST": "https://gitlab.example.com"}, PRIVATE),
    "a job's before a person's": (GITLAB, TOKEN | JOB, JOB_TOKEN),
    "a person's, in a job without a token": (GITLAB, TOKEN | {"CI_SERVER_URL": JOB["CI_SERVER_URL"]}, PRIVATE),
    "a person's, for gitlab.com, in a CI job": (GITLAB_COM, TOKEN | JOB, {}),
    "a person's, not GitLab's state": (PLAIN, TOKEN | {"GITLAB_HOST": "states.example.com"}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("location", "environment", "header"), CHOICES.values(), ids=CHOICES.keys())
def test_credentials_go_to_their_own_server(location: str, environment: dict[str, str], header: dict[str, str]) -> None:
    """Each kind is for the server that its variables name, and for nobody else."""
    assert login.find(Address.of(location, environment), environment).header == header


@pytest.mark.parametrize(
    ("environment", "where"),
    [({"TF_HTTP_PASSWORD": "canary-1"}, "TF_HTTP_PASSWORD"), ({"GITLAB_TOKEN": "canary 1\n2"}, "GITLAB_TOKEN")],
)
def test_credentials_of_no_use(environment: dict[str, str], where: str) -> None:
    """An error that names the variable, and not what it holds."""
    with pytest.raises(StateError) as caught:
        login.find(Address.of(GITLAB_COM, environment), environment)
    assert caught.value.where == where
    assert "canary" not in f"{caught.value.what}{caught.value.next}"


REFUSED = {
    "http elsewhere": "http://states.example.com/canary",
    "a user": "https://canary@states.example.com/x",
    "a password": "https://ada:canary@states.example.com/x",
    "a password with a slash": "https://ada:12/canary@states.example.com/x",
    "a password with a question mark": "https://ada:12?canary@states.example.com/x",
    "an empty user": "https://@states.example.com/canary",
    "a fragment": "https://states.example.com/x#canary",
    "no host": "https:///canary",
    "a port": "https://states.example.com:canary/x",
    "a bracket": "https://[canary/x",
    "a space": "https://states.example.com/canary x",
    "a line feed": "https://states.example.com/canary\nx",
    "a backslash": "https://states.example.com\\canary.example.com/",
    "not ASCII": "https://stätes.example.com/canary",
}


@pytest.mark.parametrize("location", REFUSED.values(), ids=REFUSED.keys())
def test_an_address_that_is_refused_is_not_shown(location: str) -> None:
    """It may hold a password."""
    with pytest.raises(StateError) as caught:
        Address.of(location, {})
    assert "canary" not in f"{caught.value.what}{caught.value.where}{caught.value.next}"


def test_a_query_is_sent_and_not_shown() -> None:
    """It may hold a password as well; the id of the lock is added to it."""
    address = Address.of("https://states.example.com/x?token=canary", {})
    assert (address.shown, "canary" in repr(address)) == ("https://states.example.com/x?…", False)
    assert address.under_lock("a b") == "https://states.example.com/x?token=canary&ID=a+b"
    with pytest.raises(StateError, match="written as in a message") as caught:
        Address.of(address.shown, {})
    assert "Write the whole address" in str(caught.value.next)


def test_the_lock_of_gitlab() -> None:
    """It has an address of its own, and Terraform's variables for another state do not change it."""
    for location in (GITLAB, f"{GITLAB}/", GITLAB.replace("example.com", "example.com/gitlab")):
        address = Address.of(
            location, {"TF_HTTP_ADDRESS": location, "TF_HTTP_LOCK_ADDRESS": "https://gitlab.example.com/no"}
        )
        assert address.gitlab
        assert (address.lock_method, address.lock) == ("POST", f"{location.rstrip('/')}/lock")
        assert (address.unlock_method, address.unlock) == ("DELETE", f"{location.rstrip('/')}/lock")


def test_terraforms_settings_count_for_its_own_state() -> None:
    """The lock's address and method are heeded where TF_HTTP_ADDRESS is the location, and only there."""
    settings = {
        "TF_HTTP_LOCK_ADDRESS": f"{PLAIN}/lock",
        "TF_HTTP_UNLOCK_ADDRESS": f"{PLAIN}/unlock",
        "TF_HTTP_LOCK_METHOD": "put",
        "TF_HTTP_UNLOCK_METHOD": "DELETE",
        "TF_HTTP_UPDATE_METHOD": "PUT",
    }
    mine = Address.of(PLAIN, settings | {"TF_HTTP_ADDRESS": PLAIN})
    assert (mine.lock_method, mine.lock, mine.write_method) == ("PUT", f"{PLAIN}/lock", "PUT")
    assert (mine.unlock_method, mine.unlock) == ("DELETE", f"{PLAIN}/unlock")
    for environment in (settings, settings | {"TF_HTTP_ADDRESS": f"{PLAIN}-2"}):
        other = Address.of(PLAIN, environment)
        assert (other.lock_method, other.lock, other.write_method) == ("LOCK", PLAIN, "POST")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TF_HTTP_LOCK_ADDRESS", "https://evil.example.com/lock", "another server"),
        ("TF_HTTP_LOCK_ADDRESS", "https://ada:canary@states.example.com/lock", "user name or password"),
        ("TF_HTTP_UNLOCK_ADDRESS", "http://states.example.com/lock", "https://"),
        ("TF_HTTP_LOCK_METHOD", "LOCK\r\nX: canary", "no method"),
    ],
)
def test_settings_that_are_refused(name: str, value: str, words: str) -> None:
    """The password goes to the server of the state alone."""
    with pytest.raises(StateError, match=words) as caught:
        Address.of(PLAIN, {"TF_HTTP_ADDRESS": PLAIN, name: value})
    assert caught.value.where == name
    assert "canary" not in f"{caught.value.what}{caught.value.next}"
