"""Where the token comes from, in which order, and that it never shows."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.shell import ORGANIZATION, THREE_ENVIRONMENTS, Api, Shell

SECRET = "s3cret-T0ken/+"


@pytest.fixture
def world() -> dict[str, object]:
    """One good token, and one that may read but not write."""
    return {
        "organization": ORGANIZATION,
        "services": [
            {"project": "dev-project", "name": "pg-dev", "type": "pg"},
            {"project": "staging-project", "name": "pg-staging", "type": "pg"},
            {"project": "prod-project", "name": "pg-prod", "type": "pg"},
        ],
        "tokens": [{"token": SECRET}, {"token": "reads-only", "write": []}, {"token": "someone-else"}],
    }


def secret_file(pipesync: Shell, name: str, text: str, mode: int = 0o600) -> Path:
    path = pipesync.write(text, name)
    path.chmod(mode)
    return path


def test_each_source_comes_before_the_next(pipesync: Shell) -> None:
    """A token file, three variables, then avn's credentials: the first that is there is used, and named by -v."""
    pipesync.write(THREE_ENVIRONMENTS)
    secret_file(pipesync, "token", f"{SECRET}\n")
    secret_file(pipesync, "avn/aiven-credentials.json", json.dumps({"auth_token": SECRET}))
    variables = ["PIPESYNC_TOKEN", "AIVEN_TOKEN", "AIVEN_AUTH_TOKEN"]
    folder = str(pipesync.folder / "avn")
    sources: list[tuple[str, tuple[str, ...], dict[str, str]]] = [("the file token", ("--token-file", "token"), {})]
    sources += [
        (f"the variable {name}", (), {later: SECRET if later == name else "wrong" for later in variables[place:]})
        for place, name in enumerate(variables)
    ]
    sources.append(("avn's credentials file", (), {}))
    for words, flags, given in sources:
        env = {**dict.fromkeys(variables, "" if not flags else "wrong"), **given, "AIVEN_CONFIG_DIR": folder}
        result = pipesync("plan", "-v", *flags, **env)
        assert (result.code, f"using the token from {words}" in result.err) == (0, True), words


def test_avns_credentials_are_found_where_avn_keeps_them(pipesync: Shell) -> None:
    """AIVEN_CREDENTIALS_FILE, else AIVEN_CONFIG_DIR, else the home folder."""
    pipesync.write(THREE_ENVIRONMENTS)
    text = json.dumps({"auth_token": SECRET, "user_email": "a@example.org"})
    named = secret_file(pipesync, "named.json", text)
    assert pipesync("plan", PIPESYNC_TOKEN="", AIVEN_CREDENTIALS_FILE=str(named)).code == 0
    at_home = Path(os.environ["HOME"], ".config/aiven/aiven-credentials.json")
    at_home.parent.mkdir(parents=True)
    named.rename(at_home)
    assert pipesync("plan", PIPESYNC_TOKEN="").code == 0
    assert pipesync("plan", PIPESYNC_TOKEN="", AIVEN_CONFIG_DIR=str(pipesync.folder)).code == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"auth_token": 1}', "[" * 60_000], ids=lambda text: text[:12])
def test_avn_credentials_without_a_token_are_an_error(pipesync: Shell, text: str) -> None:
    """The file is named, and what to do."""
    pipesync.write(THREE_ENVIRONMENTS)
    path = secret_file(pipesync, "named.json", text)
    result = pipesync("plan", PIPESYNC_TOKEN="", AIVEN_CREDENTIALS_FILE=str(path))
    assert result.code == 1
    assert f"Error: the credentials file of avn holds no token\n  {path}\n" in result.err


def test_no_token_is_an_error_that_names_every_source(pipesync: Shell, api: Api) -> None:
    """Also for an account without a home; nothing is sent."""
    pipesync.write(THREE_ENVIRONMENTS)
    for home in ("~", "~no-such-user"):
        result = pipesync("plan", PIPESYNC_TOKEN="", AIVEN_CONFIG_DIR=home)
        assert result.code == 1
        assert "Error: there is no Aiven token\n  looked at --token-file, PIPESYNC_TOKEN, AIVEN_TOKEN" in result.err
    assert api.requests() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "the token file cannot be read: No such file or directory"),
        (b"\xff\xfe", "the token file cannot be read: it is not UTF-8 text"),
        (b"\n", "the token from the file token is empty"),
        (b"two words", "the token from the file token is not a token"),
    ],
    ids=["missing", "binary", "empty", "two words"],
)
def test_a_token_file_of_no_use_is_an_error(pipesync: Shell, api: Api, content: bytes | None, words: str) -> None:
    """It is never replaced by the next source."""
    pipesync.write(THREE_ENVIRONMENTS)
    if content is not None:
        pipesync.write(content, "token")
    result = pipesync("plan", "--token-file", "token")
    assert (result.code, words in result.err, api.requests()) == (1, True, [])


def test_a_token_file_that_others_may_read_gets_a_warning(pipesync: Shell) -> None:
    """The run goes on; a private file gets none."""
    pipesync.write(THREE_ENVIRONMENTS)
    secret_file(pipesync, "token", SECRET, 0o644)
    result = pipesync.ok("plan", "--quiet", "--token-file", "token")
    assert result.err == "Warning: others may read the token file token; `chmod 600 token` closes it\n"
    secret_file(pipesync, "token", SECRET, 0o600)
    assert pipesync.ok("plan", "--token-file", "token").err == ""


def test_a_refused_token_is_named_by_its_source(pipesync: Shell) -> None:
    """The words say where it came from, and what to do."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("plan", AIVEN_AUTH_TOKEN="wrong-token", PIPESYNC_TOKEN="")
    assert result.code == 1
    assert "the token came from the variable AIVEN_AUTH_TOKEN" in result.err
    assert "wrong-token" not in result.both


def test_a_token_that_may_not_write_fails_with_its_source(pipesync: Shell) -> None:
    """Plan is possible, apply is refused by Aiven, and the outcome names no secret."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("plan", PIPESYNC_TOKEN="reads-only")
    result = pipesync("apply", "--yes", "--report", "json=o.json", PIPESYNC_TOKEN="reads-only")
    assert result.code == 1
    assert json.loads(pipesync.read("o.json"))["failed"][0]["error_code"] == "permission_denied"
    assert "reads-only" not in result.both + pipesync.read("o.json")


def test_the_token_shows_nowhere(pipesync: Shell, api: Api, no_waiting: None) -> None:
    """Neither in output, however verbose, nor in any file, also when a server sends it back."""
    pipesync.write(THREE_ENVIRONMENTS)
    env = {"PIPESYNC_TOKEN": SECRET}
    seen = [
        pipesync("plan", "-v", "--out", "saved.plan", "--report", "markdown=plan.md", **env),
        pipesync("apply", "-v", "saved.plan", "--report", "json=o.json", **env),
        pipesync("show", "-v", **env),
        pipesync("dump", "-v", "--organization", ORGANIZATION, **env),
    ]
    api.fault(path="*/steps", status=403, message=f"bad {SECRET}", headers={"X-Echo": SECRET}, times=2)
    api.fault(path="*/steps", status=302, headers={"Location": f"https://x.example.org/?t={SECRET}"})
    seen += [pipesync("plan", "-v", **env) for _ in range(3)]
    assert [result.code for result in seen] == [0, 0, 0, 0, 1, 1, 1]
    for text in [*(result.both for result in seen), *map(str, pipesync.files().values())]:
        assert SECRET not in text
        assert "AVNS_sandbox_secret" not in text
